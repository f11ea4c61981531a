"""The end of a decision: it is committed first, and only then released."""

from __future__ import annotations

import logging

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy.exc import DBAPIError

from ckanext.indep.errors import IndepError
from ckanext.indep.governance import outbox
from ckanext.indep.governance.approving import scanned
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.governance.states import State

__all__ = ["finish"]

log = logging.getLogger(__name__)


def finish(request: ChangeRequest, user: ckan_model.User) -> ChangeRequest:
    """Commit the decision; release what it approved. A release that fails leaves it approved.

    What a standing approval covers waits for its scan; who ends the scan releases it.
    """
    request_id = request.id
    approved = request.state == State.APPROVED.value and not scanned.left(request)
    ckan_model.Session.commit()
    outbox.wake()
    if approved:
        try:
            return releasing.release_approved(request_id, user)
        except IndepError as error:
            ckan_model.Session.rollback()
            log.warning("request %s was not released: %s", request_id, error.message)
        except (DBAPIError, tk.ValidationError):
            ckan_model.Session.rollback()
            log.exception("release of request %s failed; it stays approved", request_id)
    decided = ckan_model.Session.get(ChangeRequest, request_id)
    assert decided, "requests are never deleted"
    return decided
