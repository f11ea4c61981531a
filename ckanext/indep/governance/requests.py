"""What every step of a request goes through: lock it, move it, ask who worked on it, end it."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import func, select

from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.governance import notifications, outbox, states
from ckanext.indep.governance.model import ChangeRequest, Contributor, now
from ckanext.indep.governance.states import State

__all__ = [
    "check_independent",
    "check_revision",
    "contributors",
    "count",
    "end",
    "lock",
    "move",
    "stage",
]


def lock(request_id: str) -> ChangeRequest:
    """Begin a new transaction and return the request, locked until it ends.

    It is read anew: CKAN's session keeps what it has read beyond a commit, and somebody else may
    have changed the request between two transactions of ours.
    """
    session = ckan_model.Session
    session.rollback()
    request = session.execute(
        select(ChangeRequest).where(ChangeRequest.id == request_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar()
    if not request:
        raise tk.ObjectNotFound(tk._("Request not found"))
    return request


def move(request: ChangeRequest, transition: states.Transition) -> None:
    """Put the request into the state that a checked transition leads to."""
    request.state = transition.target.value
    request.changed_at = now()
    ckan_model.Session.flush()


def stage(request: ChangeRequest) -> str | None:
    """Return whose turn it is, data_owner or committee; None when nobody reviews."""
    if State(request.state) not in states.UNDER_REVIEW:
        return None
    return request.snapshot.get("stage")


def check_revision(request: ChangeRequest, revision_id: str) -> None:
    """A decision is about one revision: the one its maker has read."""
    if request.revision_id != revision_id:
        raise ConflictError(
            "This request was changed since you opened it. Read the new revision, then decide."
        )


def check_independent(request: ChangeRequest, user: ckan_model.User) -> None:
    """Refuse who worked on the request."""
    if user.id in contributors(request.id):
        raise RefusedError("You worked on this request, so somebody else has to decide.")


def contributors(request_id: str) -> set[str]:
    """Return the ids of all who worked on the request."""
    return set(
        ckan_model.Session.execute(
            select(Contributor.user_id).where(Contributor.request_id == request_id)
        ).scalars()
    )


def end(request: ChangeRequest, message: str | None) -> None:
    """Have the workspace removed, and tell who worked on it, in the caller's transaction."""
    outbox.add("discard", workspace_id=request.workspace_id)
    if message:
        notifications.tell(contributors(request.id), message, request)


def count(table: Any, request_id: str) -> int:
    """Return how many rows of a model belong to the request."""
    return ckan_model.Session.execute(
        select(func.count()).select_from(table).where(table.request_id == request_id)
    ).scalar_one()
