"""Saying that released data is still right, without changing it."""

from __future__ import annotations

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audit
from ckanext.indep.governance.maintenance.model import Attestation
from ckanext.indep.governance.model import Publication

__all__ = ["attest"]


def attest(package_id: str, user: ckan_model.User, note: str) -> Attestation:
    """Record that the released revision of this package is still right; commits.

    The record names the revision, so that it cannot be taken for a later one. Raises
    ConflictError for what is not released now.
    """
    session = ckan_model.Session
    session.rollback()
    publication = session.execute(
        select(Publication).where(Publication.package_id == package_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar()
    if not publication or publication.state not in ("live", "staff"):
        raise ConflictError("Only what is released now can be attested.")
    row = Attestation(
        package_id=package_id,
        revision_id=publication.revision_id,
        user_id=user.id,
        note=note.strip(),
    )
    session.add(row)
    session.flush()
    audit.append("attested", package_id, user.id, revision=publication.revision_id)
    session.commit()
    return row
