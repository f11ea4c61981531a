"""Ballots on the present revision of a request, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.governance import audit, permissions
from ckanext.indep.governance.approving.votes import Ballot as BallotKind
from ckanext.indep.governance.approving.votes import Tally, tally
from ckanext.indep.governance.model import Ballot, ChangeRequest

__all__ = ["count", "left", "of", "record", "spoke_in_person", "tally_of"]


def record(
    request: ChangeRequest,
    user: ckan_model.User,
    stage: str,
    ballot: BallotKind,
    reason: str,
    *,
    cast_by: str | None = None,
    meeting: str | None = None,
) -> None:
    """Write a ballot and its event, in the caller's transaction.

    `cast_by` is the id of who entered it, where that is not the voter; `meeting` the meeting's.
    """
    assert request.revision_id, "only submitted requests are decided on"
    ckan_model.Session.add(
        Ballot(
            request_id=request.id,
            revision_id=request.revision_id,
            stage=stage,
            user_id=user.id,
            ballot=ballot.value,
            reason=reason.strip(),
            cast_by=cast_by,
            meeting_id=meeting,
        )
    )
    audit.append(
        "ballot",
        request.id,
        cast_by or user.id,
        voter=user.id,
        stage=stage,
        ballot=ballot.value,
        revision=request.revision_id,
        **{k: v for k, v in (("cast_by", cast_by), ("meeting", meeting)) if v},
    )
    ckan_model.Session.flush()


def of(request: ChangeRequest) -> dict[str, BallotKind]:
    """Return the last ballot of each voter (by user id) on the present revision."""
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


def spoke_in_person(request: ChangeRequest, user_id: str) -> bool:
    """Whether the member's last ballot on the present revision was not a delegate's."""
    last = ckan_model.Session.execute(
        select(Ballot.cast_by, Ballot.meeting_id)
        .where(
            Ballot.revision_id == request.revision_id,
            Ballot.stage == "committee",
            Ballot.user_id == user_id,
        )
        .order_by(Ballot.seq.desc())
        .limit(1)
    ).first()
    return last is not None and (last.cast_by is None or last.meeting_id is not None)


def left(request: ChangeRequest) -> set[str]:
    """Return who had a vote at submission and is no member of the committee any longer.

    Once the committee has decided this stays as it was then, whoever comes or goes later.
    """
    decided = request.snapshot.get("left")
    if decided is not None:
        return set(decided)
    return set(request.snapshot["electorate"]) - permissions.voters()


def count(
    request: ChangeRequest, votes: Mapping[str, BallotKind], gone: Iterable[str] | None = None
) -> Tally:
    """Count votes (by user id) by the rules that the request was submitted under.

    `gone` are those of whom no vote is waited for, by default who has left the committee.
    """
    rules = request.snapshot
    return tally(
        rules["electorate"],
        votes,
        rules["quorum"],
        tie=rules.get("tie", "lost"),
        chair=rules.get("chair"),
        left=left(request) if gone is None else gone,
    )


def tally_of(request: ChangeRequest) -> Tally:
    """Count the committee's votes on the request's present revision."""
    return count(request, of(request))
