"""Setting conditions during review, and saying that they are met."""

from __future__ import annotations

import datetime as dt

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.governance import (
    audit,
    notifications,
    policies,
    requests,
    states,
)
from ckanext.indep.governance.approving import conditions
from ckanext.indep.governance.model import ChangeRequest, Condition, ConditionMark
from ckanext.indep.governance.publishing import finishing
from ckanext.indep.governance.states import State

__all__ = ["attach", "meet", "withdraw"]


def attach(
    request_id: str, user: ckan_model.User, text: str, kind: str, due_on: dt.date | None
) -> Condition:
    """Make the approval of a request that is under review hang on a condition.

    A condition of the kind `due` that names no day has as many days as the policy gives.
    """
    request = requests.lock(request_id)
    if State(request.state) not in states.UNDER_REVIEW:
        raise ConflictError(
            f"This request is {states.words(request.state)}: conditions are set during review."
        )
    requests.check_independent(request, user)
    if not text.strip():
        raise ConflictError("Write what has to be done.", field="text")
    today = city_time.today()
    if kind == conditions.BLOCKING and due_on:
        raise ConflictError(
            "What blocks the release has no day: it is released when it is met.", field="due_on"
        )
    if kind == conditions.DUE:
        days = policies.by_id(request.snapshot["policy"]).deadlines.condition_days
        due_on = due_on or today + dt.timedelta(days=days)
        if due_on < today:
            raise ConflictError("The day lies in the past.", field="due_on")
    condition = Condition(
        request_id=request.id,
        revision_id=str(request.revision_id),
        kind=kind,
        text=text.strip(),
        due_on=due_on,
        set_by=user.id,
    )
    session = ckan_model.Session
    session.add(condition)
    session.flush()
    audit.append("condition_set", request.id, user.id, condition=condition.id, kind=kind)
    notifications.tell(requests.contributors(request.id), "condition_set", request)
    session.commit()
    return condition


def meet(condition_id: str, user: ckan_model.User, note: str) -> ChangeRequest:
    """Confirm that a condition is met; the last blocking one of an approval releases it.

    What is met is the present revision. `note` says how that was seen.
    """
    request, standing = _lock(condition_id)
    allowed = states.UNDER_REVIEW | {State.CONDITIONAL}
    if standing.condition.kind == conditions.DUE:
        allowed |= conditions.SETTLED
    _check_open(request, standing, allowed)
    requests.check_independent(request, user)
    if not note.strip():
        raise ConflictError("Say how you saw that it is met.", field="note")
    _mark(request, standing.condition, conditions.MET, note, user)
    if request.state == State.CONDITIONAL.value and not conditions.has_open_blocking(request):
        requests.move(request, states.check("meet_conditions", State(request.state)))
        audit.append("approved", request.id, user.id, revision=request.revision_id)
    return finishing.finish(request, user)


def withdraw(condition_id: str, user: ckan_model.User, note: str) -> ChangeRequest:
    """Take a condition back, by who set it and before the approval: then it was decided with it."""
    request, standing = _lock(condition_id)
    _check_open(request, standing, states.UNDER_REVIEW | states.EDITABLE)
    if standing.condition.set_by != user.id:
        raise RefusedError("Only who set a condition may take it back.")
    requests.check_independent(request, user)
    if not note.strip():
        raise ConflictError("Say why it is not needed.", field="note")
    _mark(request, standing.condition, conditions.WITHDRAWN, note, user)
    return finishing.finish(request, user)


def _lock(condition_id: str) -> tuple[ChangeRequest, conditions.Standing]:
    session = ckan_model.Session
    session.rollback()
    condition = session.get(Condition, condition_id)
    if not condition:
        raise tk.ObjectNotFound(tk._("Condition not found"))
    request = requests.lock(condition.request_id)
    standing = next(s for s in conditions.of(request) if s.condition.id == condition_id)
    return request, standing


def _check_open(
    request: ChangeRequest, standing: conditions.Standing, allowed: frozenset[State]
) -> None:
    if State(request.state) not in allowed:
        raise ConflictError(
            f"This request is {states.words(request.state)}, so nothing about this condition "
            "can be recorded."
        )
    if standing.state != "open":
        raise ConflictError(f"This condition is {standing.state} already.")


def _mark(
    request: ChangeRequest, condition: Condition, mark: str, note: str, user: ckan_model.User
) -> None:
    session = ckan_model.Session
    session.add(
        ConditionMark(
            condition_id=condition.id,
            revision_id=str(request.revision_id),
            mark=mark,
            note=note.strip(),
            marked_by=user.id,
        )
    )
    session.flush()
    audit.append(
        f"condition_{mark}",
        request.id,
        user.id,
        condition=condition.id,
        revision=request.revision_id,
    )
