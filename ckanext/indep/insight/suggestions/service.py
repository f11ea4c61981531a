"""The sole writer of suggestions and of what is decided about them.

Each function is one unit of work. Who may call them is decided by the actions.
"""

from __future__ import annotations

import json

import ckan.model as model

from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.suggestions import book, specification
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.model import Suggestion, SuggestionDecision
from ckanext.indep.insight.suggestions.states import State, Step, follow

__all__ = ["WrongError", "suggest", "take"]

MOST_OPEN = 10
"""How many suggestions for one measure may wait at once."""


class WrongError(Exception):
    """A specification that is not allowed; ``problems`` are all that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def suggest(measure: Definition, title: str, explanation: str, text: str, actor: str) -> Suggested:
    """Suggest a chart for a measure.

    Raises WrongError with all that is wrong with its specification, and ConflictError if too
    many wait already.
    """
    found, problems = specification.checked(text)
    if problems:
        raise WrongError(problems)
    with service.unit_of_work():
        waiting = [one for one in book.of_measure(measure.id) if one.state is State.SUGGESTED]
        if len(waiting) >= MOST_OPEN:
            raise ConflictError(f"{MOST_OPEN} suggestions for this measure wait already.")
        row = Suggestion(
            measure_id=measure.id,
            title=title.strip(),
            explanation=explanation.strip(),
            specification=json.dumps(found, ensure_ascii=False, indent=2),
            department=measure.department_title or measure.department,
            suggested_by=actor,
        )
        model.Session.add(row)
        model.Session.flush()
        return _found(row.id)


def take(number: int, step: Step, note: str, actor: str) -> Suggested:
    """Take a step with a suggestion. Raises ConflictError if it is in another state."""
    with service.unit_of_work():
        found = _found(number)
        follow(found.state, step)
        model.Session.add(
            SuggestionDecision(
                suggestion_id=number, step=step.value, note=note.strip(), made_by=actor
            )
        )
        model.Session.flush()
        if step in (Step.ACCEPT, Step.RETIRE):
            service.note_measure(found.measure_id, actor)
        return _found(number)


def _found(number: int) -> Suggested:
    found = book.one(number)
    if found is None:
        raise ConflictError("There is no such suggestion.")
    return found
