"""Releasing what was approved, at its time; a base that moved makes the request stale instead."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import and_, or_, select
from sqlalchemy.exc import DBAPIError

from ckanext.indep.errors import ConflictError, IndepError
from ckanext.indep.governance import (
    audit,
    notifications,
    outbox,
    requests,
    states,
)
from ckanext.indep.governance.approving import approvals, scanned
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.drafting import prepared
from ckanext.indep.governance.model import Ballot, ChangeRequest, Revision, now
from ckanext.indep.governance.publishing import release, retiring, scheduling
from ckanext.indep.governance.states import State

__all__ = ["perform", "release_approved", "release_waiting"]

log = logging.getLogger(__name__)


def release_approved(request_id: str, user: ckan_model.User) -> ChangeRequest:
    """Release an approved request, or schedule it where its time has not come.

    Everything is asked again: approvals, scan, hashes, embargo. Called twice, the second call finds
    it released. A live package that moved meanwhile makes the request stale, which is recorded.
    """
    request = requests.lock(request_id)
    if request.state == State.RELEASED.value:
        ckan_model.Session.rollback()
        return request
    states.check("release", State(request.state))
    revision = ckan_model.Session.get(Revision, request.revision_id)
    assert revision, "an approved request has its revision"
    for shortcoming in approvals.shortcomings(request):
        raise ConflictError(f"This request {shortcoming}, so it is not released.")
    scanned.check(request)
    release.check_live(request)
    due = scheduling.due(request, revision.content)
    if due and due > now():
        return _wait(request, user, due)
    try:
        perform(request, revision, user, "release")
    except ConflictError:
        ckan_model.Session.rollback()
        _mark_stale(request_id, user)
        raise
    return request


def perform(
    request: ChangeRequest,
    revision: Revision,
    user: ckan_model.User,
    transition: str,
    reason: str = "",
    also: Callable[[], None] | None = None,
) -> None:
    """Make the revision of a locked request what is released, and commit.

    `also` is called in the same transaction, for what the caller has to record.

    Whether it may be is decided by the caller. Raises ConflictError, with nothing committed,
    where what is public has moved on or the revision is not what was frozen.
    """
    checked = states.check(transition, State(request.state), reason)
    if content_hash(revision.content) != revision.content_hash:
        raise ConflictError("The revision is not what was frozen, so it is not released.")
    if request.kind == prepared.RETIRE:
        retiring.apply(request)
    else:
        release.apply(request, revision, user)
    requests.move(request, checked)
    audit.append(
        "released",
        request.id,
        user.id,
        package=request.live_id,
        revision=revision.id,
        content_hash=revision.content_hash,
        **scanned.statement(request, revision),
    )
    notifications.tell(requests.contributors(request.id), "released", request)
    if also:
        also()
    ckan_model.Session.commit()
    outbox.drain(*outbox.AT_ONCE)
    outbox.wake()


def release_waiting() -> int:
    """Release every approved request whose time has come; return how many were released.

    The person on record is the one whose decision approved it, or who submitted what a standing
    approval covers. What still waits for its scan is passed over.
    """
    session = ckan_model.Session
    waiting = session.execute(
        select(ChangeRequest.id).where(
            or_(
                ChangeRequest.state == State.APPROVED.value,
                and_(
                    ChangeRequest.state == State.SCHEDULED.value,
                    or_(ChangeRequest.release_on.is_(None), ChangeRequest.release_on <= now()),
                ),
            )
        )
    ).scalars()
    done = 0
    for request_id in list(waiting):
        request = requests.lock(request_id)
        if scanned.left(request):
            session.rollback()
            continue
        user = _approver(request)
        try:
            done += release_approved(request_id, user).state == State.RELEASED.value
        except (IndepError, DBAPIError, tk.ValidationError):
            session.rollback()
            log.exception("release of request %s failed; it stays approved", request_id)
    return done


def _approver(request: ChangeRequest) -> ckan_model.User:
    """Return who decided last, or who submitted what nobody had to decide on."""
    session = ckan_model.Session
    last = session.execute(
        select(Ballot.user_id)
        .where(Ballot.request_id == request.id)
        .order_by(Ballot.seq.desc())
        .limit(1)
    ).scalar()
    revision = session.get(Revision, request.revision_id)
    assert revision, "an approved request has its revision"
    user = ckan_model.User.get(last or revision.created_by)
    assert user, "users who decided are never purged"
    return user


def _wait(request: ChangeRequest, user: ckan_model.User, due: dt.datetime) -> ChangeRequest:
    if request.state == State.SCHEDULED.value:
        raise ConflictError(f"This request will be released on {scheduling.in_words(due)}.")
    request.release_on = due
    requests.move(request, states.check("schedule", State(request.state)))
    audit.append("scheduled", request.id, user.id, release_on=due.isoformat())
    ckan_model.Session.commit()
    return request


def _mark_stale(request_id: str, user: ckan_model.User) -> None:
    request = requests.lock(request_id)
    requests.move(request, states.check("mark_stale", State(request.state)))
    audit.append("stale", request.id, user.id)
    notifications.tell(requests.contributors(request.id), "stale", request)
    ckan_model.Session.commit()
