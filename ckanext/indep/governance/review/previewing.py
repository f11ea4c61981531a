"""What reviewers look at: the tables and files of a revision, exactly as they were frozen."""

from __future__ import annotations

from typing import Any, Literal

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import tables
from ckanext.indep.governance.model import ChangeRequest, Revision, WorkspaceResource

__all__ = ["Agreement", "agreement", "frozen_resource", "place_of"]

CHECKED_ROWS = 2_000_000
"""Rows beyond which a table is not compared with its digest while somebody waits for a page."""

Agreement = Literal["same", "different", "unchecked"]


def frozen_resource(request: ChangeRequest, resource_id: str) -> dict[str, Any] | None:
    """Return a file as the request's present revision holds it, by the id that it has there.

    Raises ConflictError where nothing is submitted.
    """
    session = ckan_model.Session
    revision = session.get(Revision, request.revision_id) if request.revision_id else None
    if revision is None:
        raise ConflictError("Nothing of this request is submitted yet.")
    return next((r for r in revision.content["resources"] if r["id"] == resource_id), None)


def place_of(request: ChangeRequest, resource_id: str) -> tuple[str, str]:
    """Return the id under which the reader asks for the table, and the name of the table.

    They differ where a workspace shares the public table; both are the public file's once the
    workspace is gone.
    """
    mapping = ckan_model.Session.execute(
        select(WorkspaceResource).where(
            WorkspaceResource.request_id == request.id,
            WorkspaceResource.live_resource_id == resource_id,
        )
    ).scalar()
    if mapping is None:
        return resource_id, resource_id
    return mapping.resource_id, resource_id if mapping.shares_table else mapping.resource_id


def agreement(table: str, frozen: dict[str, Any]) -> Agreement:
    """Say whether a table is, column by column and row by row, the one that was frozen."""
    if frozen["rows"] > CHECKED_ROWS:
        return "unchecked"
    return "same" if tables.digest(table) == frozen else "different"
