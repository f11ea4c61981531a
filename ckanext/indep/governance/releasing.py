"""Releasing what was approved; a base that moved makes the request stale instead."""

from __future__ import annotations

import logging

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from ckanext.indep.errors import ConflictError, IndepError
from ckanext.indep.governance import audit, notifications, outbox, release, requests, states
from ckanext.indep.governance.model import Ballot, ChangeRequest, Revision
from ckanext.indep.governance.states import State

__all__ = ["release_approved", "release_waiting"]

log = logging.getLogger(__name__)


def release_approved(request_id: str, user: ckan_model.User) -> ChangeRequest:
    """Release an approved request. Called twice, the second call finds it released.

    A live package that moved meanwhile makes the request stale, which is recorded.
    """
    request = requests.lock(request_id)
    if request.state == State.RELEASED.value:
        ckan_model.Session.rollback()
        return request
    transition = states.check("release", State(request.state))
    revision = ckan_model.Session.get(Revision, request.revision_id)
    assert revision, "an approved request has its revision"
    try:
        release.apply(request, revision, user)
    except ConflictError:
        ckan_model.Session.rollback()
        _mark_stale(request_id, user)
        raise
    requests.move(request, transition)
    audit.append(
        "released",
        request.id,
        user.id,
        package=request.live_id,
        revision=revision.id,
        content_hash=revision.content_hash,
    )
    notifications.tell(requests.contributors(request.id), "released", request)
    ckan_model.Session.commit()
    outbox.drain(*outbox.AT_ONCE)
    outbox.wake()
    return request


def release_waiting() -> int:
    """Release every approved request whose release did not happen; return how many did.

    The person on record is the one whose decision approved it.
    """
    session = ckan_model.Session
    waiting = session.execute(
        select(ChangeRequest.id).where(ChangeRequest.state == State.APPROVED.value)
    ).scalars()
    done = 0
    for request_id in list(waiting):
        last = session.execute(
            select(Ballot.user_id)
            .where(Ballot.request_id == request_id)
            .order_by(Ballot.seq.desc())
            .limit(1)
        ).scalar()
        user = ckan_model.User.get(last)
        assert user, "users who decided are never purged"
        try:
            release_approved(request_id, user)
            done += 1
        except (IndepError, DBAPIError, tk.ValidationError):
            session.rollback()
            log.exception("release of request %s failed; it stays approved", request_id)
    return done


def _mark_stale(request_id: str, user: ckan_model.User) -> None:
    request = requests.lock(request_id)
    requests.move(request, states.check("mark_stale", State(request.state)))
    audit.append("stale", request.id, user.id)
    notifications.tell(requests.contributors(request.id), "stale", request)
    ckan_model.Session.commit()
