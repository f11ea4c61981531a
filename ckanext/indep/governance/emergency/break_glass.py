"""Breaking the glass: an administrator releases what is still under review, on the record.

The frozen revision is released as it is; the committee is told at once and has to ratify it.
"""

from __future__ import annotations

import ckan.model as ckan_model

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audit, requests, states
from ckanext.indep.governance.emergency import excuses, ratifying
from ckanext.indep.governance.model import ChangeRequest, Publication, Revision
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.governance.states import State

__all__ = ["SHORTEST_REASON", "release_now"]

SHORTEST_REASON = 20
"""How many letters a reason must have at least, to be one."""


def release_now(request_id: str, user: ckan_model.User, reason: str) -> ChangeRequest:
    """Release the frozen revision of a request without the approvals that it lacks.

    Raises ConflictError for a request that is not under review, or without a real reason.
    """
    written = reason.strip()
    if len(written) < SHORTEST_REASON:
        raise ConflictError(
            f"Say why in at least {SHORTEST_REASON} letters: the committee will read it.",
            field="reason",
        )
    request = requests.lock(request_id)
    states.check("break_glass", State(request.state), written)
    revision = ckan_model.Session.get(Revision, request.revision_id)
    assert revision, "what is under review has its revision"
    releasing.perform(
        request,
        revision,
        user,
        "break_glass",
        written,
        also=lambda: _record(request, user, written),
    )
    return request


def _record(request: ChangeRequest, user: ckan_model.User, reason: str) -> None:
    """Write the event and ask for ratification, in the transaction of the release."""
    publication = ckan_model.Session.get(Publication, request.live_id)
    assert publication, "it was released just now"
    ratification = ratifying.open_(excuses.BREAK_GLASS, publication, user, reason, request)
    request.snapshot = {**request.snapshot, excuses.BREAK_GLASS: ratification.id}
    audit.append(
        excuses.BREAK_GLASS,
        request.id,
        user.id,
        revision=request.revision_id,
        ratification=ratification.id,
        reason=reason,
    )
