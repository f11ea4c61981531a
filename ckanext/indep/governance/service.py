"""The workflow: the only writer of requests, revisions, ballots and publications.

Every function goes the same way: lock the request, ask whether the transition may happen
now, do it, write the audit event, commit once. Permission was checked by the action.
"""

from __future__ import annotations

import logging
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from ckanext.indep.errors import ConflictError, IndepError, RefusedError
from ckanext.indep.governance import (
    audit,
    diff,
    freeze,
    notifications,
    outbox,
    permissions,
    policies,
    release,
    states,
    tables,
    workspace,
)
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.model import (
    Ballot,
    ChangeRequest,
    Comment,
    Contributor,
    Publication,
    Revision,
    now,
)
from ckanext.indep.governance.states import State
from ckanext.indep.governance.votes import Ballot as BallotKind
from ckanext.indep.governance.votes import Outcome, Tally, tally

__all__ = [
    "comment",
    "contributors",
    "decide",
    "decline",
    "open_edit",
    "owners",
    "release_approved",
    "release_waiting",
    "request_changes",
    "submit",
    "take_down",
    "tally_of",
    "vote",
    "withdraw",
]

log = logging.getLogger(__name__)


def open_edit(live_id: str, user: ckan_model.User) -> ChangeRequest:
    """Open a change request on a public package and return it, with its workspace made."""
    ckan_model.Session.rollback()
    request = workspace.open_copy(live_id, user)
    ckan_model.Session.commit()
    return request


def submit(request_id: str, user: ckan_model.User) -> ChangeRequest:
    """Freeze the workspace into a revision and hand it to the data owner.

    Raises ValidationError with every field that is missing or wrong, and ConflictError while
    a file is still being read or when nothing differs from what is public.
    """
    request = _lock(request_id)
    transition = states.check("submit", State(request.state))
    errors = freeze.complete_errors(request)
    if errors:
        ckan_model.Session.rollback()
        raise tk.ValidationError(errors)
    _check_tables_read(request)
    content = freeze.content(request)
    base = _public_revision(request.live_id)
    changes = diff.compare(base.content if base else None, content)
    if not changes:
        raise ConflictError("Nothing differs from what is public, so there is nothing to submit.")
    version, policy = policies.in_force()
    lane = policy.lane_for(diff.changed_fields(changes) if base else {"*"})
    revision = Revision(
        request_id=request.id,
        number=_count(Revision, request.id) + 1,
        live_id=request.live_id,
        content=content,
        content_hash=content_hash(content),
        created_by=user.id,
    )
    session = ckan_model.Session
    session.add(revision)
    workspace.add_contributor(request, user.id)
    session.flush()
    barred = contributors(request.id)
    electorate = sorted(permissions.voters() - barred)
    request.revision_id = revision.id
    request.owner_org = str(content["owner_org"])
    request.title = str(content["title"])
    request.snapshot = {
        "policy": version.id,
        "policy_sha256": version.sha256,
        "lane": lane.name,
        "stages": list(lane.stages),
        "stage": lane.stages[0],
        "quorum": policy.quorum,
        "electorate": electorate,
    }
    _move(request, transition)
    audit.append(
        "submitted",
        request.id,
        user.id,
        revision=revision.id,
        content_hash=revision.content_hash,
        lane=lane.name,
        policy=version.sha256,
    )
    notifications.tell(owners(request) - barred, "submitted", request)
    session.commit()
    outbox.wake()
    return request


def decide(request_id: str, user: ckan_model.User, revision_id: str, reason: str) -> ChangeRequest:
    """Record the data owner's approval of exactly this revision, and pass it on."""
    request = _lock(request_id)
    _check_revision(request, revision_id)
    if _stage(request) != "data_owner":
        raise ConflictError(
            f"This request is {states.words(request.state)}: the owner has decided."
        )
    _check_independent(request, user)
    _ballot(request, user, "data_owner", BallotKind.FOR, reason)
    _next_stage(request, user)
    return _finish(request, user)


def vote(
    request_id: str, user: ckan_model.User, revision_id: str, ballot: BallotKind, reason: str
) -> ChangeRequest:
    """Record a committee member's vote on exactly this revision; the last vote may decide."""
    request = _lock(request_id)
    _check_revision(request, revision_id)
    if _stage(request) != "committee":
        raise ConflictError(
            f"This request is {states.words(request.state)}: there is no vote to take part in."
        )
    if user.id not in request.snapshot["electorate"] or user.id not in permissions.voters():
        raise RefusedError("Only members at the time of submission, who still are, may vote.")
    _check_independent(request, user)
    if ballot is BallotKind.RECUSE and not reason.strip():
        raise ConflictError("Say why: 'recuse' needs a written reason.", field="reason")
    if _ballots(request).get(user.id) is BallotKind.RECUSE:
        raise ConflictError("You have recused yourself from this request.")
    _ballot(request, user, "committee", ballot, reason)
    outcome = tally_of(request).outcome
    if outcome is Outcome.CARRIED:
        _next_stage(request, user)
    elif outcome is Outcome.LOST:
        _move(request, states.check("decline", State(request.state), "lost"))
        audit.append("declined", request.id, user.id, by="committee")
        _end(request, "declined")
    elif outcome is Outcome.IMPOSSIBLE:
        audit.append("quorum_impossible", request.id, user.id)
    return _finish(request, user)


def request_changes(request_id: str, user: ckan_model.User, reason: str) -> ChangeRequest:
    """Send the request back to its steward; a new submission makes a new revision."""
    request = _lock(request_id)
    _move(request, states.check("request_changes", State(request.state), reason))
    ckan_model.Session.add(Comment(request_id=request.id, user_id=user.id, text=reason))
    audit.append("changes_requested", request.id, user.id, revision=request.revision_id)
    notifications.tell(contributors(request.id), "changes_requested", request)
    ckan_model.Session.commit()
    outbox.wake()
    return request


def decline(request_id: str, user: ckan_model.User, reason: str) -> ChangeRequest:
    """Decline a request at the data owner's stage; the committee declines by its vote."""
    request = _lock(request_id)
    transition = states.check("decline", State(request.state), reason)
    if _stage(request) != "data_owner":
        raise ConflictError("The committee declines by voting against.")
    _check_independent(request, user)
    _ballot(request, user, "data_owner", BallotKind.AGAINST, reason)
    _move(request, transition)
    audit.append("declined", request.id, user.id, by="data_owner", reason=reason)
    _end(request, "declined")
    ckan_model.Session.commit()
    outbox.wake()
    return request


def withdraw(request_id: str, user: ckan_model.User) -> ChangeRequest:
    """End a request that is not released; what is public stays as it is."""
    request = _lock(request_id)
    _move(request, states.check("withdraw", State(request.state)))
    audit.append("withdrawn", request.id, user.id)
    _end(request, None)
    ckan_model.Session.commit()
    outbox.wake()
    return request


def comment(request_id: str, user: ckan_model.User, text: str) -> None:
    """Add a remark to the discussion."""
    request = _lock(request_id)
    ckan_model.Session.add(Comment(request_id=request.id, user_id=user.id, text=text))
    ckan_model.Session.commit()


def release_approved(request_id: str, user: ckan_model.User) -> ChangeRequest:
    """Release an approved request. Called twice, the second call finds it released.

    A live package that moved meanwhile makes the request stale, which is recorded.
    """
    request = _lock(request_id)
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
    _move(request, transition)
    audit.append(
        "released",
        request.id,
        user.id,
        package=request.live_id,
        revision=revision.id,
        content_hash=revision.content_hash,
    )
    notifications.tell(contributors(request.id), "released", request)
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


def take_down(package_id: str, user: ckan_model.User, reason: str) -> None:
    """Hide a public package at once. The database hides it, even where the search is down."""
    session = ckan_model.Session
    session.rollback()
    publication = session.execute(
        select(Publication).where(Publication.package_id == package_id).with_for_update()
    ).scalar()
    if not publication or publication.state != "live":
        raise ConflictError("This is not public, so it cannot be taken down.")
    if not reason.strip():
        raise ConflictError("Say why: taking down needs a written reason.", field="reason")
    release.hide(publication)
    audit.append("taken_down", package_id, user.id, reason=reason)
    session.commit()
    outbox.drain(*outbox.AT_ONCE)
    outbox.wake()


def contributors(request_id: str) -> set[str]:
    """Return the ids of all who worked on the request."""
    return set(
        ckan_model.Session.execute(
            select(Contributor.user_id).where(Contributor.request_id == request_id)
        ).scalars()
    )


def owners(request: ChangeRequest) -> set[str]:
    """Return the ids of the data owners: the administrators of the department."""
    member = ckan_model.Member
    rows = ckan_model.Session.execute(
        select(member.table_id).where(
            member.group_id == request.owner_org,
            member.table_name == "user",
            member.capacity == "admin",
            member.state == "active",
        )
    )
    return {str(row.table_id) for row in rows}


def tally_of(request: ChangeRequest) -> Tally:
    """Count the committee's votes on the request's present revision."""
    return tally(request.snapshot["electorate"], _ballots(request), request.snapshot["quorum"])


def _lock(request_id: str) -> ChangeRequest:
    session = ckan_model.Session
    session.rollback()
    request = session.execute(
        select(ChangeRequest).where(ChangeRequest.id == request_id).with_for_update()
    ).scalar()
    if not request:
        raise tk.ObjectNotFound(tk._("Request not found"))
    return request


def _move(request: ChangeRequest, transition: states.Transition) -> None:
    request.state = transition.target.value
    request.changed_at = now()
    ckan_model.Session.flush()


def _stage(request: ChangeRequest) -> str | None:
    if State(request.state) not in states.UNDER_REVIEW:
        return None
    return request.snapshot.get("stage")


def _next_stage(request: ChangeRequest, user: ckan_model.User) -> None:
    """Go to the next stage of the lane, or approve when there is none left."""
    stages = request.snapshot["stages"]
    following = stages[stages.index(request.snapshot["stage"]) + 1 :]
    if following:
        request.snapshot = {**request.snapshot, "stage": following[0]}
        _move(request, states.check("forward", State(request.state)))
        audit.append("forwarded", request.id, user.id, stage=following[0])
        notifications.tell(set(request.snapshot["electorate"]), "in_review", request)
    else:
        _move(request, states.check("approve", State(request.state)))
        audit.append("approved", request.id, user.id, revision=request.revision_id)


def _finish(request: ChangeRequest, user: ckan_model.User) -> ChangeRequest:
    """Commit the decision; only then release. A release that fails leaves it approved."""
    request_id = request.id
    approved = request.state == State.APPROVED.value
    ckan_model.Session.commit()
    outbox.wake()
    if approved:
        try:
            return release_approved(request_id, user)
        except (IndepError, DBAPIError, tk.ValidationError):
            ckan_model.Session.rollback()
            log.exception("release of request %s failed; it stays approved", request_id)
    decided = ckan_model.Session.get(ChangeRequest, request_id)
    assert decided, "requests are never deleted"
    return decided


def _mark_stale(request_id: str, user: ckan_model.User) -> None:
    request = _lock(request_id)
    _move(request, states.check("mark_stale", State(request.state)))
    audit.append("stale", request.id, user.id)
    notifications.tell(contributors(request.id), "stale", request)
    ckan_model.Session.commit()


def _end(request: ChangeRequest, message: str | None) -> None:
    outbox.add("discard", workspace_id=request.workspace_id)
    if message:
        notifications.tell(contributors(request.id), message, request)


def _check_revision(request: ChangeRequest, revision_id: str) -> None:
    """A decision is about one revision: the one its maker has read."""
    if request.revision_id != revision_id:
        raise ConflictError(
            "This request was changed since you opened it. Read the new revision, then decide."
        )


def _check_independent(request: ChangeRequest, user: ckan_model.User) -> None:
    if user.id in contributors(request.id):
        raise RefusedError("You worked on this request, so somebody else has to decide.")


def _ballot(
    request: ChangeRequest, user: ckan_model.User, stage: str, ballot: BallotKind, reason: str
) -> None:
    assert request.revision_id, "only submitted requests are decided on"
    ckan_model.Session.add(
        Ballot(
            request_id=request.id,
            revision_id=request.revision_id,
            stage=stage,
            user_id=user.id,
            ballot=ballot.value,
            reason=reason.strip(),
        )
    )
    audit.append(
        "ballot",
        request.id,
        user.id,
        stage=stage,
        ballot=ballot.value,
        revision=request.revision_id,
    )
    ckan_model.Session.flush()


def _ballots(request: ChangeRequest) -> dict[str, BallotKind]:
    rows = ckan_model.Session.execute(
        select(Ballot.user_id, Ballot.ballot)
        .where(
            Ballot.request_id == request.id,
            Ballot.revision_id == request.revision_id,
            Ballot.stage == "committee",
        )
        .order_by(Ballot.seq)
    )
    return {row.user_id: BallotKind(row.ballot) for row in rows}


def _check_tables_read(request: ChangeRequest) -> None:
    """Refuse while a file is still being read: reviewers must see its table.

    A new file that is no table leaves none behind, not even the columns of the one before.
    """
    for resource in freeze.show(request.workspace_id)["resources"]:
        if resource.get("url_type") != "upload":
            continue
        report: Any = tk.get_action("indep_table_report")(
            {"ignore_auth": True}, {"id": resource["id"]}
        )
        state = report.get("state")
        unread = state is None and outbox.is_waiting("file_stored", resource_id=resource["id"])
        if unread or state in ("pending", "loading"):
            raise ConflictError(
                f"'{resource.get('name') or resource['url']}' is still being read into a table. "
                "Try again in a moment."
            )
        if state in ("failed", "not_a_table") and not report.get("loaded_sha256"):
            tables.drop(resource["id"])


def _public_revision(live_id: str) -> Revision | None:
    publication = ckan_model.Session.get(Publication, live_id)
    if not publication or publication.state != "live":
        return None
    return ckan_model.Session.get(Revision, publication.revision_id)


def _count(table: Any, request_id: str) -> int:
    return ckan_model.Session.execute(
        select(func.count()).select_from(table).where(table.request_id == request_id)
    ).scalar_one()
