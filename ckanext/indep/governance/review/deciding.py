"""The decisions on a request: data owner, committee, and the steward who takes it back.

Every function goes the same way: lock the request, ask whether the transition may happen
now, do it, write the audit event, commit once. Permission was checked by the action.
"""

from __future__ import annotations

from collections.abc import Sequence

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.governance import (
    audit,
    notifications,
    outbox,
    permissions,
    requests,
    states,
)
from ckanext.indep.governance.approving import ballots, conditions, scanned
from ckanext.indep.governance.approving.votes import Ballot as BallotKind
from ckanext.indep.governance.approving.votes import Outcome
from ckanext.indep.governance.model import Ballot, ChangeRequest, Comment
from ckanext.indep.governance.publishing import finishing, release
from ckanext.indep.governance.review import delegations, escalation
from ckanext.indep.governance.states import State

__all__ = [
    "comment",
    "decide",
    "decline",
    "recount_waiting",
    "request_changes",
    "roll_call",
    "vote",
    "withdraw",
]

IMPOSSIBLE = "With those who can still take part, the quorum cannot be reached."


def decide(request_id: str, user: ckan_model.User, revision_id: str, reason: str) -> ChangeRequest:
    """Record the data owner's approval of exactly this revision, and pass it on."""
    request = requests.lock(request_id)
    requests.check_revision(request, revision_id)
    if requests.stage(request) != "data_owner":
        raise ConflictError(
            f"This request is {states.words(request.state)}: the owner has decided."
        )
    requests.check_independent(request, user)
    ballots.record(request, user, "data_owner", BallotKind.FOR, reason)
    _next_stage(request, user)
    return finishing.finish(request, user)


def vote(
    request_id: str,
    user: ckan_model.User,
    revision_id: str,
    ballot: BallotKind,
    reason: str,
    *,
    cast_by: ckan_model.User | None = None,
    meeting: str | None = None,
) -> ChangeRequest:
    """Record a committee member's vote on exactly this revision; the last vote may decide.

    `user` is whose vote it is; `cast_by` who entered it where that is somebody else: a
    delegate, or the secretary of the meeting `meeting` (its id) in which it was given. Outside
    of meetings the policy that the request was submitted under says whether votes are taken.
    """
    request = _lock_for_vote(request_id, revision_id, meeting)
    if cast_by and meeting is None:
        requests.check_independent(request, cast_by)
        delegations.check(request, user, cast_by, ballot)
    _vote(request, user, ballot, reason, cast_by, meeting)
    actor = cast_by or user
    _count(request, actor)
    return finishing.finish(request, actor)


def roll_call(
    request_id: str,
    revision_id: str,
    spoken: Sequence[tuple[ckan_model.User, BallotKind, str]],
    *,
    cast_by: ckan_model.User,
    meeting: str,
) -> ChangeRequest:
    """Record the votes that members gave one after the other in a meeting, all or none.

    `spoken` has member, ballot and reason. They are counted once all are recorded, so that
    the record has every vote, even where the first ones decide; who was not there can no longer
    change what those present decided, if they are a quorum.
    """
    request = _lock_for_vote(request_id, revision_id, meeting)
    for user, ballot, reason in spoken:
        _vote(request, user, ballot, reason, cast_by, meeting)
    last = spoken[-1][0]
    _count(request, last, closed=True)
    return finishing.finish(request, last)


def recount_waiting() -> int:
    """Count anew the votes of requests whose members may have left; return how many went on.

    Nobody waits for a member who is one no longer. The person on record is who voted last.
    """
    session = ckan_model.Session
    waiting = session.execute(
        select(ChangeRequest.id).where(ChangeRequest.state == State.IN_REVIEW.value)
    ).scalars()
    done = 0
    for request_id in list(waiting):
        request = requests.lock(request_id)
        last = session.execute(
            select(Ballot.user_id)
            .where(Ballot.revision_id == request.revision_id)
            .order_by(Ballot.seq.desc())
            .limit(1)
        ).scalar()
        user = ckan_model.User.get(last)
        if requests.stage(request) != "committee" or not user:
            continue
        try:
            _count(request, user)
        except ConflictError:
            # It still waits for its scan; the next tick counts again.
            session.rollback()
            continue
        done += finishing.finish(request, user).state != State.IN_REVIEW.value
    session.rollback()
    return done


def request_changes(request_id: str, user: ckan_model.User, reason: str) -> ChangeRequest:
    """Send the request back to its steward; a new submission makes a new revision."""
    request = requests.lock(request_id)
    requests.move(request, states.check("request_changes", State(request.state), reason))
    ckan_model.Session.add(Comment(request_id=request.id, user_id=user.id, text=reason))
    audit.append("changes_requested", request.id, user.id, revision=request.revision_id)
    notifications.tell(requests.contributors(request.id), "changes_requested", request)
    ckan_model.Session.commit()
    outbox.wake()
    return request


def decline(request_id: str, user: ckan_model.User, reason: str) -> ChangeRequest:
    """Decline a request at the data owner's stage; the committee declines by its vote."""
    request = requests.lock(request_id)
    transition = states.check("decline", State(request.state), reason)
    if requests.stage(request) != "data_owner":
        raise ConflictError("The committee declines by voting against.")
    requests.check_independent(request, user)
    ballots.record(request, user, "data_owner", BallotKind.AGAINST, reason)
    requests.move(request, transition)
    audit.append("declined", request.id, user.id, by="data_owner", reason=reason)
    requests.end(request, "declined")
    ckan_model.Session.commit()
    outbox.wake()
    return request


def withdraw(request_id: str, user: ckan_model.User) -> ChangeRequest:
    """End a request that is not released; what is public stays as it is."""
    request = requests.lock(request_id)
    requests.move(request, states.check("withdraw", State(request.state)))
    audit.append("withdrawn", request.id, user.id)
    requests.end(request, None)
    ckan_model.Session.commit()
    outbox.wake()
    return request


def comment(request_id: str, user: ckan_model.User, text: str) -> None:
    """Add a remark to the discussion."""
    request = requests.lock(request_id)
    ckan_model.Session.add(Comment(request_id=request.id, user_id=user.id, text=text))
    ckan_model.Session.commit()


def _lock_for_vote(request_id: str, revision_id: str, meeting: str | None) -> ChangeRequest:
    request = requests.lock(request_id)
    requests.check_revision(request, revision_id)
    if requests.stage(request) != "committee":
        raise ConflictError(
            f"This request is {states.words(request.state)}: there is no vote to take part in."
        )
    if meeting is None and not request.snapshot.get("electronic_votes", True):
        raise ConflictError("The policy takes votes in meetings only; this one waits for the next.")
    return request


def _vote(
    request: ChangeRequest,
    user: ckan_model.User,
    ballot: BallotKind,
    reason: str,
    cast_by: ckan_model.User | None,
    meeting: str | None,
) -> None:
    if user.id not in request.snapshot["electorate"] or user.id not in permissions.voters():
        raise RefusedError("Only members at the time of submission, who still are, may vote.")
    requests.check_independent(request, user)
    if ballot is BallotKind.RECUSE and not reason.strip():
        raise ConflictError("Say why: 'recuse' needs a written reason.", field="reason")
    if ballots.of(request).get(user.id) is BallotKind.RECUSE:
        raise ConflictError("You have recused yourself from this request.")
    ballots.record(
        request,
        user,
        "committee",
        ballot,
        reason,
        cast_by=cast_by.id if cast_by else None,
        meeting=meeting,
    )


def _count(request: ChangeRequest, user: ckan_model.User, closed: bool = False) -> None:
    """Go on where the votes decide; `user` gave the last one.

    A `closed` vote waits for nobody, unless too few were there to decide.
    """
    votes, gone = ballots.of(request), ballots.left(request)
    outcome = ballots.count(request, votes, gone).outcome
    if closed and outcome is Outcome.PENDING:
        absent = gone | (set(request.snapshot["electorate"]) - set(votes))
        among_those_present = ballots.count(request, votes, absent).outcome
        if among_those_present is not Outcome.IMPOSSIBLE:
            outcome, gone = among_those_present, absent
    if outcome in (Outcome.CARRIED, Outcome.LOST):
        request.snapshot = {**request.snapshot, "left": sorted(gone)}
    if outcome is Outcome.CARRIED:
        _next_stage(request, user)
    elif outcome is Outcome.LOST:
        requests.move(request, states.check("decline", State(request.state), "lost"))
        audit.append("declined", request.id, user.id, by="committee")
        requests.end(request, "declined")
    elif outcome is Outcome.IMPOSSIBLE:
        escalation.record(request, user.id, IMPOSSIBLE)


def _next_stage(request: ChangeRequest, user: ckan_model.User) -> None:
    """Go to the next stage of the lane, or approve when there is none left.

    Raises ConflictError, so that the last decision is not taken, before the scan is done with, and
    where what it is to change is gone.
    """
    release.check_live(request)
    stages = request.snapshot["stages"]
    following = stages[stages.index(request.snapshot["stage"]) + 1 :]
    if following:
        request.snapshot = {**request.snapshot, "stage": following[0]}
        requests.move(request, states.check("forward", State(request.state)))
        audit.append("forwarded", request.id, user.id, stage=following[0])
        notifications.tell(set(request.snapshot["electorate"]), "in_review", request)
        if ballots.tally_of(request).outcome is Outcome.IMPOSSIBLE:
            escalation.record(request, user.id, IMPOSSIBLE)
        return
    scanned.check(request)
    if conditions.has_open_blocking(request):
        requests.move(request, states.check("approve_with_conditions", State(request.state)))
        audit.append("approved_with_conditions", request.id, user.id, revision=request.revision_id)
        notifications.tell(requests.contributors(request.id), "approved_with_conditions", request)
    else:
        requests.move(request, states.check("approve", State(request.state)))
        audit.append("approved", request.id, user.id, revision=request.revision_id)
