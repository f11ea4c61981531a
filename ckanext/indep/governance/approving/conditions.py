"""Conditions of an approval: something to be done before the release, or by a day after it.

A blocking condition holds for each revision anew: that it was met by an earlier one says nothing
about what was changed since. A condition with a day is met once. Nothing is ever changed or
deleted; what became of a condition is written beside it. Setting and meeting them is in
``conditioning.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.governance.model import ChangeRequest, Condition, ConditionMark
from ckanext.indep.governance.states import DECIDED, State

__all__ = [
    "BLOCKING",
    "DUE",
    "MET",
    "SETTLED",
    "WITHDRAWN",
    "Standing",
    "has_open_blocking",
    "of",
    "open_due",
]

BLOCKING, DUE = "blocking", "due"
MET, WITHDRAWN = "met", "withdrawn"
SETTLED = DECIDED | {State.RELEASED}
"""States in which the approval was given with its conditions."""


@dataclass(frozen=True)
class Standing:
    """A condition and how it stands for the present revision; `mark` is None while it is open."""

    condition: Condition
    mark: ConditionMark | None

    @property
    def state(self) -> str:
        """Return open, met or withdrawn."""
        return self.mark.mark if self.mark else "open"


def of(request: ChangeRequest) -> list[Standing]:
    """Return the request's conditions in the order in which they were set."""
    return _standings(
        ckan_model.Session.execute(
            select(Condition)
            .where(Condition.request_id == request.id)
            .order_by(Condition.set_at, Condition.id)
        )
        .scalars()
        .all(),
        {request.id: request.revision_id},
    )


def has_open_blocking(request: ChangeRequest) -> bool:
    """Whether something still has to be done before the present revision may be released."""
    return any(s.condition.kind == BLOCKING and s.state == "open" for s in of(request))


def open_due() -> list[tuple[Condition, ChangeRequest]]:
    """Return the conditions with a day that are still to be met, the earliest first.

    Those of requests that were approved or released; the others may still be decided without.
    """
    session = ckan_model.Session
    rows = session.execute(
        select(Condition, ChangeRequest)
        .join(ChangeRequest, ChangeRequest.id == Condition.request_id)
        .where(
            Condition.kind == DUE,
            ChangeRequest.state.in_([state.value for state in SETTLED]),
        )
        .order_by(Condition.due_on, Condition.set_at)
    ).all()
    requests_by_id = {request.id: request for _condition, request in rows}
    revisions = {key: request.revision_id for key, request in requests_by_id.items()}
    return [
        (standing.condition, requests_by_id[standing.condition.request_id])
        for standing in _standings([condition for condition, _request in rows], revisions)
        if standing.state == "open"
    ]


def _standings(conditions: Sequence[Condition], revisions: dict[str, str | None]) -> list[Standing]:
    """Pair conditions with the mark that counts; `revisions` has each request's present one."""
    marks = ckan_model.Session.execute(
        select(ConditionMark)
        .where(ConditionMark.condition_id.in_([c.id for c in conditions]))
        .order_by(ConditionMark.seq)
    ).scalars()
    request_of = {c.id: c.request_id for c in conditions}
    kind_of = {c.id: c.kind for c in conditions}
    counting: dict[str, ConditionMark] = {}
    for mark in marks:
        present = revisions[request_of[mark.condition_id]]
        lasts = mark.mark == WITHDRAWN or kind_of[mark.condition_id] == DUE
        if lasts or mark.revision_id == present:
            counting[mark.condition_id] = mark
    return [Standing(c, counting.get(c.id)) for c in conditions]
