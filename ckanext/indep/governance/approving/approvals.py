"""Whether a request has all the approvals that its lane asks for, by people who may give them."""

from __future__ import annotations

from collections.abc import Iterator

import ckan.model as ckan_model
from sqlalchemy import select
from sqlalchemy.orm import aliased

from ckanext.indep.governance import policies, requests
from ckanext.indep.governance.approving import (
    ballots,
    conditions,
    refreshing,
    standing,
)
from ckanext.indep.governance.approving.votes import Ballot as BallotKind
from ckanext.indep.governance.approving.votes import Outcome
from ckanext.indep.governance.drafting import prepared
from ckanext.indep.governance.model import Ballot, ChangeRequest, Revision
from ckanext.indep.governance.states import State

__all__ = ["shortcomings"]


def shortcomings(request: ChangeRequest) -> Iterator[str]:
    """Yield, for the request's present revision, what speaks against its release."""
    given = (
        ckan_model.Session.execute(select(Ballot).where(Ballot.revision_id == request.revision_id))
        .scalars()
        .all()
    )
    if requests.contributors(request.id) & {ballot.user_id for ballot in given}:
        yield "was decided on by somebody who worked on it"
    if request.snapshot["lane"] == standing.LANE.name:
        yield from (f"went beyond its standing approval: {r}" for r in refreshing.exceeded(request))
        return
    stages = policies.by_id(request.snapshot["policy"]).lane(request.snapshot["lane"]).stages
    if "data_owner" in stages and not any(
        b.stage == "data_owner" and b.ballot == BallotKind.FOR.value for b in given
    ):
        yield "was released without the data owner"
    if "committee" in stages and ballots.tally_of(request).outcome is not Outcome.CARRIED:
        yield "was released without the committee"
    if conditions.has_open_blocking(request):
        yield "was released with a condition that is not met"
    if request.kind == prepared.ROLL_BACK and not _was_released(request):
        yield "rolls back to what was never released"


def _was_released(request: ChangeRequest) -> bool:
    """Whether another released request had the same content, to the last letter."""
    earlier, own = aliased(Revision), aliased(Revision)
    return bool(
        ckan_model.Session.execute(
            select(ChangeRequest.id)
            .join(earlier, earlier.id == ChangeRequest.revision_id)
            .join(own, own.content_hash == earlier.content_hash)
            .where(
                own.id == request.revision_id,
                ChangeRequest.live_id == request.live_id,
                ChangeRequest.id != request.id,
                ChangeRequest.state == State.RELEASED.value,
            )
            .limit(1)
        ).first()
    )
