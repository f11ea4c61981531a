"""Requests on which nothing has happened for some time, neither a step nor an edit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import ckan.model as ckan_model
from sqlalchemy import func, select

from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.states import State

__all__ = ["idle", "since"]

# CKAN keeps the moment of the last edit in UTC, without saying so.
EDITED = func.timezone("UTC", ckan_model.Package.metadata_modified)
LAST = func.greatest(ChangeRequest.changed_at, EDITED)
IDLE = (
    select(ChangeRequest, LAST)
    .outerjoin(ckan_model.Package, ckan_model.Package.id == ChangeRequest.workspace_id)
    .order_by(ChangeRequest.number)
)


def idle(states: Collection[State], limit: dt.datetime) -> list[tuple[ChangeRequest, dt.datetime]]:
    """Return requests in these states that are as they were at `limit`, and since when."""
    wanted = IDLE.where(ChangeRequest.state.in_([s.value for s in states]), limit >= LAST)
    return [(request, moment) for request, moment in ckan_model.Session.execute(wanted)]


def since(request_id: str) -> dt.datetime:
    """Return when the last step or edit of a request was."""
    return ckan_model.Session.execute(IDLE.where(ChangeRequest.id == request_id)).one()[1]
