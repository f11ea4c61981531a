"""What was public before governance began: how its request and its audit event are named.

Nobody decided on such a revision; that it was public is the whole reason. Each one has an
audit event that names it and its hash, and ``ckan indep verify`` asks for that event.
"""

from __future__ import annotations

from collections.abc import Iterator

import ckan.model as ckan_model
from sqlalchemy import or_, select

from ckanext.indep.governance.model import ChangeRequest, Event, Revision

__all__ = ["EVENT", "KIND", "breaches"]

KIND = "takeover"
"""The kind of the request that stands for what was public before."""

EVENT = "grandfathered"
"""The audit event; its subject is the package, its data name `revision` and `content_hash`."""


def breaches() -> Iterator[str]:
    """Yield a sentence for each such request without its audit event, or with another content."""
    rows = ckan_model.Session.execute(
        select(ChangeRequest.number)
        .join(Revision, Revision.id == ChangeRequest.revision_id)
        .outerjoin(
            Event,
            (Event.event == EVENT)
            & (Event.subject == ChangeRequest.live_id)
            & (Event.data["revision"].astext == Revision.id),
        )
        .where(
            ChangeRequest.kind == KIND,
            or_(
                Event.seq.is_(None),
                Event.data["content_hash"].astext != Revision.content_hash,
            ),
        )
    ).scalars()
    for number in rows:
        yield f"request {number} claims to be older than governance, but the log does not say so"
