"""What stands in the place of approvals: a broken glass, and the committee's rejection of one.

Each needs its audit event, and the committee's word in time.
"""

from __future__ import annotations

from collections.abc import Iterator

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep import city_time
from ckanext.indep.governance.model import ChangeRequest, Event, Publication, Ratification

__all__ = ["BREAK_GLASS", "PENDING", "RATIFIED", "REJECTED", "TAKE_DOWN", "of", "shortcomings"]

TAKE_DOWN = "take_down"
BREAK_GLASS = "break_glass"
PENDING = "pending"
RATIFIED = "ratified"
REJECTED = "rejected"


def of(request: ChangeRequest) -> str | None:
    """Return the id of the ratification by which the request was released, if it was so."""
    return request.snapshot.get(BREAK_GLASS) or request.snapshot.get(REJECTED)


def shortcomings(request: ChangeRequest) -> Iterator[str]:
    """Yield what speaks against a release without the approvals of its lane."""
    session = ckan_model.Session
    ratification = session.get(Ratification, of(request))
    if ratification is None or ratification.kind != BREAK_GLASS:
        yield "was released without approvals and without a ratification"
        return
    if request.snapshot.get(REJECTED):
        if ratification.state != REJECTED:
            yield "undoes what the committee did not reject"
        return
    logged = session.execute(
        select(Event.seq).where(
            Event.event == BREAK_GLASS,
            Event.subject == request.id,
            Event.data["revision"].astext == request.revision_id,
        )
    ).first()
    if not logged or ratification.request_id != request.id:
        yield "was released without approvals, and the log does not say who broke the glass"
    if ratification.state == PENDING and ratification.due_on < city_time.today():
        yield "was released without approvals, and its ratification is overdue"
    if ratification.state == REJECTED and _is_shown(request):
        yield "was rejected by the committee and is still released"


def _is_shown(request: ChangeRequest) -> bool:
    publication = ckan_model.Session.get(Publication, request.live_id)
    return bool(
        publication
        and publication.state != "withdrawn"
        and publication.revision_id == request.revision_id
    )
