"""Giving a request to the reviewer who looks at it first."""

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
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.states import State

__all__ = ["FIRST_LOOK", "assign"]

FIRST_LOOK = permissions.VOTING_OFFICES | {"privacy_reviewer"}
"""Offices whose holders may be asked to look first."""


def assign(
    request_id: str, user: ckan_model.User, reviewer: ckan_model.User | None
) -> ChangeRequest:
    """Give the request to a reviewer, or to nobody; whoever has it, all reviewers may decide."""
    request = requests.lock(request_id)
    if State(request.state) not in states.UNDER_REVIEW:
        raise ConflictError(
            f"This request is {states.words(request.state)}, so nobody has to look at it first."
        )
    requests.check_independent(request, user)
    if reviewer:
        if reviewer.id not in permissions.holders(*FIRST_LOOK):
            raise ConflictError(
                "Only a member of the committee or a privacy reviewer can look first.",
                field="user",
            )
        if reviewer.id in requests.contributors(request.id):
            raise ConflictError("That person worked on this request.", field="user")
    request.assigned_to = reviewer.id if reviewer else None
    audit.append("assigned", request.id, user.id, to=request.assigned_to)
    if reviewer:
        notifications.tell({reviewer.id}, "assigned", request)
    ckan_model.Session.commit()
    outbox.wake()
    return request
