"""Escalation: what the workflow cannot go on with by itself is told to those who can."""

from __future__ import annotations

import ckan.model as ckan_model

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import (
    audit,
    notifications,
    outbox,
    permissions,
    requests,
    states,
)
from ckanext.indep.governance.model import ChangeRequest, now
from ckanext.indep.governance.states import State

__all__ = ["OFFICES", "escalate", "record"]

OFFICES = ("chair", "secretary", "auditor")


def escalate(request_id: str, actor: str, reason: str) -> ChangeRequest:
    """Tell chair, secretary and auditor that a request does not get on.

    `actor` is a user id or the name of a command. Raises ConflictError when it is not under
    review, or was escalated before. Escalating never decides.
    """
    request = requests.lock(request_id)
    if State(request.state) not in states.UNDER_REVIEW | {State.CONDITIONAL}:
        raise ConflictError(
            f"This request is {states.words(request.state)}: nobody keeps it waiting."
        )
    if not reason.strip():
        raise ConflictError("Say why: 'escalate' needs a written reason.", field="reason")
    if request.escalated_at:
        raise ConflictError("This request was escalated already; chair and secretary know of it.")
    record(request, actor, reason.strip())
    ckan_model.Session.commit()
    outbox.wake()
    return request


def record(request: ChangeRequest, actor: str, reason: str) -> None:
    """Note the escalation in the caller's transaction; a second one changes nothing."""
    if request.escalated_at:
        return
    request.escalated_at = now()
    audit.append("escalated", request.id, actor, reason=reason)
    notifications.tell(permissions.holders(*OFFICES), "escalated", request)
