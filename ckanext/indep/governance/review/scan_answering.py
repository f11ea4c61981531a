"""Answering the scan for personal data: why what it found may be released."""

from __future__ import annotations

import ckan.model as ckan_model

from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.governance import audit, permissions, requests, states
from ckanext.indep.governance.approving import scanned
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.publishing import finishing
from ckanext.indep.governance.states import State
from ckanext.indep.governance.submission import checklist

__all__ = ["answer"]


def answer(request_id: str, user: ckan_model.User, revision_id: str, reason: str) -> ChangeRequest:
    """Record why exactly this revision may be released with what the scan found.

    Said by a privacy reviewer it also says that what the scan could not read was looked at by
    hand. An approval that waited for nothing else is released. Raises ConflictError while the
    scan is under way and where nothing is open, RefusedError where only the privacy reviewer may.
    """
    request = requests.lock(request_id)
    requests.check_revision(request, revision_id)
    if State(request.state) not in states.UNDER_REVIEW | states.DECIDED:
        raise ConflictError(
            f"This request is {states.words(request.state)}: the scan is answered during review."
        )
    requests.check_independent(request, user)
    left = scanned.left(request)
    if left.awaited:
        raise ConflictError("The scan is still under way. Answer when all of it is there.")
    looked_at = left.unread if user.id in permissions.holders("privacy_reviewer") else {}
    if left.unread and not (left.found or looked_at):
        raise RefusedError("What the scan could not read is looked at by the privacy reviewer.")
    if not left:
        raise ConflictError("Nothing of this scan waits for an answer.")
    if not reason.strip():
        raise ConflictError("Say why it may be released, or what you looked at.", field="reason")
    checklist.add_scan_answer(request, user, {**left.found, **looked_at}, reason.strip())
    audit.append(
        "scan_answered",
        request.id,
        user.id,
        revision=request.revision_id,
        found=sorted(left.found),
        looked_at=sorted(looked_at),
        reason=reason.strip(),
    )
    return finishing.finish(request, user)
