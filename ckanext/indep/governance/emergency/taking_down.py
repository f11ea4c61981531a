"""Hiding at once what is released; the committee ratifies it, or it comes back."""

from __future__ import annotations

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audiences, audit, outbox
from ckanext.indep.governance.emergency import excuses, ratifying
from ckanext.indep.governance.model import Publication, Ratification
from ckanext.indep.governance.publishing import release

__all__ = ["take_down"]


def take_down(package_id: str, user: ckan_model.User, reason: str) -> Ratification:
    """Hide a released package at once. The database hides it, even where the search is down."""
    session = ckan_model.Session
    session.rollback()
    publication = session.execute(
        select(Publication).where(Publication.package_id == package_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar()
    if not publication or publication.state not in audiences.SHOWN:
        raise ConflictError("This is not public, so it cannot be taken down.")
    if not reason.strip():
        raise ConflictError("Say why: taking down needs a written reason.", field="reason")
    release.hide(publication)
    ratification = ratifying.open_(excuses.TAKE_DOWN, publication, user, reason)
    audit.append("taken_down", package_id, user.id, reason=reason, ratification=ratification.id)
    session.commit()
    outbox.drain(*outbox.AT_ONCE)
    outbox.wake()
    return ratification
