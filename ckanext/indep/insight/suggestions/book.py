"""Reads the suggestions and what was decided about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import ckan.model as model
import sqlalchemy as sa

from ckanext.indep.insight.suggestions.model import Suggestion, SuggestionDecision
from ckanext.indep.insight.suggestions.states import State, Step, state_after

__all__ = ["Decided", "Suggested", "accepted", "all_suggestions", "of_measure", "one"]

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Decided:
    """A step that was taken, by whom, with a note."""

    step: Step
    note: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class Suggested:
    """A suggestion with its steps, in their order."""

    id: int
    measure_id: str
    title: str
    explanation: str
    specification: str
    department: str
    suggested_by: str
    suggested_at: datetime
    steps: tuple[Decided, ...] = ()

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_after([decided.step for decided in self.steps])

    @property
    def is_drawn(self) -> bool:
        """Whether it is to be drawn: somebody looks at it."""
        return self.state in (State.SUGGESTED, State.ACCEPTED)

    @property
    def decided(self) -> Decided | None:
        """The last step, if there was one."""
        return self.steps[-1] if self.steps else None


def one(number: int) -> Suggested | None:
    """The suggestion of that number."""
    if not 0 < number <= LARGEST_ID:
        return None
    return next(iter(_read(Suggestion.id == number)), None)


def of_measure(measure_id: str) -> list[Suggested]:
    """All suggestions for a measure, newest first."""
    return _read(Suggestion.measure_id == measure_id)


def all_suggestions() -> list[Suggested]:
    """All suggestions, newest first."""
    return _read(sa.true())


def accepted(measure_id: str) -> list[Suggested]:
    """Those that stand on a measure's page, oldest first."""
    return [found for found in of_measure(measure_id)[::-1] if found.state is State.ACCEPTED]


def _read(which: sa.ColumnElement[bool]) -> list[Suggested]:
    rows: Sequence[Suggestion] = model.Session.scalars(
        sa.select(Suggestion).where(which).order_by(Suggestion.id.desc())
    ).all()
    if not rows:
        return []
    steps: dict[int, list[Decided]] = defaultdict(list)
    for row in model.Session.scalars(
        sa.select(SuggestionDecision)
        .where(SuggestionDecision.suggestion_id.in_([row.id for row in rows]))
        .order_by(SuggestionDecision.id)
    ):
        steps[row.suggestion_id].append(Decided(Step(row.step), row.note, row.made_by, row.made_at))
    return [
        Suggested(
            id=row.id,
            measure_id=row.measure_id,
            title=row.title,
            explanation=row.explanation,
            specification=row.specification,
            department=row.department,
            suggested_by=row.suggested_by,
            suggested_at=row.suggested_at,
            steps=tuple(steps[row.id]),
        )
        for row in rows
    ]
