"""Retiring data: it leaves the portal for good, and its page says since when and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audiences, outbox, policies
from ckanext.indep.governance.drafting import prepared, workspace
from ckanext.indep.governance.model import ChangeRequest, Publication, Revision
from ckanext.indep.governance.publishing import release
from ckanext.indep.governance.states import State

__all__ = ["Tombstone", "apply", "open_request", "tombstone"]


@dataclass(frozen=True)
class Tombstone:
    """What a stranger is told at the address of retired data."""

    title: str
    reason: str
    retired_on: dt.datetime


def open_request(package_id: str, user: ckan_model.User, reason: str) -> ChangeRequest:
    """Open a request to retire what is released; `reason` will be public.

    There is nothing to edit, so it has no workspace package. Raises ConflictError where it is
    not released, where another request is open, or without a reason.
    """
    session = ckan_model.Session
    session.rollback()
    publication = session.get(Publication, package_id)
    if not publication or publication.state not in audiences.SHOWN:
        raise ConflictError("This is not released now, so it cannot be retired.")
    if not reason.strip():
        raise ConflictError("Say why: the reason stays on its page.", field="reason")
    policies.in_force()
    live = session.get(ckan_model.Package, package_id)
    assert live, "a publication has its package"
    request = workspace.open_on(live, publication, prepared.RETIRE, user, reason=reason.strip())
    session.commit()
    return request


def apply(request: ChangeRequest) -> None:
    """Take a package off the portal for good, inside the caller's transaction.

    The caller has locked the request. Raises ConflictError as a release does.
    """
    publication = release.lock_package(request)
    if not publication or publication.state not in audiences.SHOWN:
        raise ConflictError("This is not released now, so it cannot be retired.")
    was = publication.state
    release.hide(publication, audiences.RETIRED)
    request.snapshot = {**request.snapshot, "was": was}
    outbox.add("discard", workspace_id=request.workspace_id)


def tombstone(name: str) -> Tombstone | None:
    """Return what to say at the address `name` (or id) of retired data, None elsewhere.

    Only what everyone could see before is named: of data for city staff nothing is told.
    """
    package = ckan_model.Package
    row = ckan_model.Session.execute(
        select(package.title, ChangeRequest.changed_at, Revision.content[prepared.RETIRE_REASON])
        .join(Publication, Publication.package_id == package.id)
        .join(ChangeRequest, ChangeRequest.live_id == package.id)
        .join(Revision, Revision.id == ChangeRequest.revision_id)
        .where(
            (package.name == name) | (package.id == name),
            Publication.state == audiences.RETIRED,
            ChangeRequest.kind == prepared.RETIRE,
            ChangeRequest.state == State.RELEASED.value,
            ChangeRequest.snapshot["was"].astext == audiences.LIVE,
        )
        .order_by(ChangeRequest.changed_at.desc())
        .limit(1)
    ).first()
    return Tombstone(title=row[0], reason=str(row[2]), retired_on=row[1]) if row else None
