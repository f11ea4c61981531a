"""Reads the meetings and what was agreed in them; who may see which is up to the caller."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.indep.insight import periods
from ckanext.indep.insight.meetings.model import ActionMark, AgreedAction, PerformanceMeeting
from ckanext.indep.insight.meetings.states import ActionState, MeetingState
from ckanext.indep.insight.model import ReportingCycle
from ckanext.indep.insight.periods import Period

__all__ = [
    "Agreed",
    "Meeting",
    "action",
    "actions",
    "date_changes",
    "find",
    "meeting",
    "meetings",
]

LARGEST = 2**31 - 1
"""The largest number that a meeting can have."""


@dataclass(frozen=True)
class Meeting:
    """A meeting as it stands now; ``titles`` are those of its departments, in order."""

    number: int
    revision: int
    quarter: Period
    starts_at: datetime
    place: str
    departments: tuple[str, ...]
    titles: tuple[str, ...]
    is_public: bool
    state: MeetingState
    note: str
    changed_at: datetime


@dataclass(frozen=True)
class Agreed:
    """Something that was agreed, and where it stands."""

    id: int
    meeting: int
    text: str
    department: str
    title: str
    assignee: str
    due_on: date
    state: ActionState
    note: str

    def is_late(self, day: date) -> bool:
        """Whether it is open though its day has passed."""
        return self.state is ActionState.OPEN and self.due_on < day


def meetings() -> list[Meeting]:
    """All meetings, the latest first."""
    rows = list(
        model.Session.scalars(
            sa.select(PerformanceMeeting)
            .distinct(PerformanceMeeting.number)
            .order_by(PerformanceMeeting.number, PerformanceMeeting.revision.desc())
        )
    )
    titles = _titles({one for row in rows for one in row.departments})
    found = [_meeting(row, titles) for row in rows]
    return sorted(found, key=lambda one: (one.starts_at, one.number), reverse=True)


def find(number: int) -> Meeting | None:
    """The meeting of that number."""
    if number > LARGEST:
        return None
    row = model.Session.scalar(
        sa.select(PerformanceMeeting)
        .where(PerformanceMeeting.number == number)
        .order_by(PerformanceMeeting.revision.desc())
        .limit(1)
    )
    return _meeting(row, _titles(row.departments)) if row else None


def meeting(number: int) -> Meeting:
    """The meeting of that number. Raises ObjectNotFound."""
    found = find(number)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such meeting."))
    return found


def actions(departments: Collection[str] | None = None) -> list[Agreed]:
    """What was agreed, for these departments (ids) or for all, by the day it is due."""
    wanted = sa.select(AgreedAction).order_by(AgreedAction.due_on, AgreedAction.id)
    if departments is not None:
        wanted = wanted.where(AgreedAction.department.in_(departments))
    rows = list(model.Session.scalars(wanted))
    marks = {
        mark.action_id: mark
        for mark in model.Session.scalars(
            sa.select(ActionMark)
            .where(ActionMark.action_id.in_([row.id for row in rows]))
            .order_by(ActionMark.id)
        )
    }
    titles = _titles({row.department for row in rows})
    return [
        Agreed(
            row.id,
            row.meeting,
            row.text,
            row.department,
            titles.get(row.department, row.department),
            row.assignee,
            row.due_on,
            ActionState(marks[row.id].state) if row.id in marks else ActionState.OPEN,
            marks[row.id].note if row.id in marks else "",
        )
        for row in rows
    ]


def action(number: int) -> Agreed:
    """One thing that was agreed. Raises ObjectNotFound."""
    found = next((one for one in actions() if one.id == number), None)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such action."))
    return found


def date_changes() -> dict[Period, tuple[int, datetime]]:
    """Of each quarter whose dates were set: how often, and when last."""
    rows = model.Session.scalars(sa.select(ReportingCycle).order_by(ReportingCycle.revision))
    return {periods.parse(row.period): (row.revision, row.set_at) for row in rows}


def _meeting(row: PerformanceMeeting, titles: dict[str, str]) -> Meeting:
    named = sorted((titles.get(one, one), one) for one in row.departments)
    return Meeting(
        row.number,
        row.revision,
        periods.parse(row.quarter),
        row.starts_at,
        row.place,
        tuple(one for _title, one in named),
        tuple(title for title, _one in named),
        row.is_public,
        MeetingState(row.state),
        row.note,
        row.changed_at,
    )


def _titles(departments: Collection[str]) -> dict[str, str]:
    rows = model.Session.query(model.Group.id, model.Group.title, model.Group.name).filter(
        model.Group.id.in_(departments)
    )
    return {row.id: row.title or row.name for row in rows}
