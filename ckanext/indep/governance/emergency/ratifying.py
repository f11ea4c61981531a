"""Ratification: the committee confirms or undoes what one person did at once.

Nobody votes on an act of one's own. A rejected take-down is public again at once; what was
released by breaking the glass goes back to the release before, or off the portal.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Sequence

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError, IndepError, RefusedError
from ckanext.indep.governance import (
    audiences,
    audit,
    notifications,
    outbox,
    permissions,
    policies,
)
from ckanext.indep.governance.approving.votes import Ballot, Outcome, Tally, tally
from ckanext.indep.governance.emergency import excuses, rolling_back
from ckanext.indep.governance.model import (
    ChangeRequest,
    Publication,
    Ratification,
    RatificationBallot,
    Revision,
    now,
)
from ckanext.indep.governance.policy import Deadlines
from ckanext.indep.governance.publishing import release

__all__ = ["ballots_of", "lock", "open_", "overdue", "tally_of", "vote"]

QUORUM_WITHOUT_POLICY = 0.5
log = logging.getLogger(__name__)


def open_(
    kind: str,
    publication: Publication,
    user: ckan_model.User,
    reason: str,
    request: ChangeRequest | None = None,
) -> Ratification:
    """Put an act before the committee, in the caller's transaction, and tell its members."""
    deadlines, quorum = _rules()
    package = ckan_model.Session.get(ckan_model.Package, publication.package_id)
    ratification = Ratification(
        id=str(uuid.uuid4()),
        kind=kind,
        package_id=publication.package_id,
        request_id=request.id if request else None,
        revision_id=publication.revision_id,
        title=package.title if package else "",
        reason=reason.strip(),
        opened_by=user.id,
        due_on=city_time.today() + dt.timedelta(days=deadlines.ratify_days),
        electorate=sorted(permissions.voters() - {user.id}),
        quorum=quorum,
        state=excuses.PENDING,
    )
    ckan_model.Session.add(ratification)
    ckan_model.Session.flush()
    audit.append(
        "ratification_opened",
        publication.package_id,
        user.id,
        ratification=ratification.id,
        kind=kind,
        due_on=ratification.due_on.isoformat(),
        electorate=ratification.electorate,
    )
    notifications.tell_about(ratification.electorate, kind, publication.package_id)
    return ratification


def lock(ratification_id: str) -> Ratification:
    """Begin a new transaction and return the ratification, locked until it ends."""
    session = ckan_model.Session
    session.rollback()
    found = session.execute(
        select(Ratification).where(Ratification.id == ratification_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar()
    if not found:
        raise tk.ObjectNotFound(tk._("Ratification not found"))
    return found


def ballots_of(ratification: Ratification) -> Sequence[RatificationBallot]:
    """Return all ballots in the order in which they were cast."""
    return (
        ckan_model.Session.execute(
            select(RatificationBallot)
            .where(RatificationBallot.ratification_id == ratification.id)
            .order_by(RatificationBallot.seq)
        )
        .scalars()
        .all()
    )


def tally_of(ratification: Ratification) -> Tally:
    """Count the votes, the last one of each member."""
    votes = {row.user_id: Ballot(row.ballot) for row in ballots_of(ratification)}
    return tally(ratification.electorate, votes, ratification.quorum)


def overdue(day: dt.date | None = None) -> Sequence[Ratification]:
    """Return what the committee should have ratified before `day` (today) and has not."""
    return (
        ckan_model.Session.execute(
            select(Ratification)
            .where(
                Ratification.state == excuses.PENDING,
                Ratification.due_on < (day or city_time.today()),
            )
            .order_by(Ratification.due_on)
        )
        .scalars()
        .all()
    )


def vote(ratification_id: str, user: ckan_model.User, ballot: Ballot, reason: str) -> Ratification:
    """Record a member's vote; the one that decides also acts.

    Raises RefusedError for who has no vote, ConflictError once it is decided.
    """
    ratification = lock(ratification_id)
    if ratification.state != excuses.PENDING:
        raise ConflictError(f"This was {ratification.state}, so there is no vote any longer.")
    if user.id not in ratification.electorate or user.id not in permissions.voters():
        raise RefusedError("Members of that time, who still are, vote; not on an act of one's own.")
    if ballot is Ballot.RECUSE and not reason.strip():
        raise ConflictError("Say why: 'recuse' needs a written reason.", field="reason")
    if any(b.user_id == user.id and b.ballot == Ballot.RECUSE for b in ballots_of(ratification)):
        raise ConflictError("You have recused yourself from this.")
    session = ckan_model.Session
    session.add(
        RatificationBallot(
            ratification_id=ratification.id,
            user_id=user.id,
            ballot=ballot.value,
            reason=reason.strip(),
        )
    )
    session.flush()
    audit.append(
        "ratification_ballot",
        ratification.package_id,
        user.id,
        ratification=ratification.id,
        ballot=ballot.value,
    )
    outcome = tally_of(ratification).outcome
    if outcome is Outcome.CARRIED:
        _decide(ratification, user, excuses.RATIFIED)
    elif outcome is Outcome.LOST:
        _decide(ratification, user, excuses.REJECTED)
        return _undo(ratification, user)
    session.commit()
    outbox.wake()
    return ratification


def _rules() -> tuple[Deadlines, float]:
    """Return deadlines and quorum in force; hiding at once must not wait for a first policy."""
    try:
        _version, policy = policies.in_force()
    except ConflictError:
        return Deadlines(), QUORUM_WITHOUT_POLICY
    return policy.deadlines, policy.quorum


def _decide(ratification: Ratification, user: ckan_model.User, state: str) -> None:
    ratification.state, ratification.decided_at = state, now()
    audit.append(
        f"ratification_{state}", ratification.package_id, user.id, ratification=ratification.id
    )


def _undo(ratification: Ratification, user: ckan_model.User) -> Ratification:
    """Undo what was rejected, if it still stands, and commit."""
    session = ckan_model.Session
    session.flush()
    publication = session.get(Publication, ratification.package_id, with_for_update=True)
    stands = publication and publication.revision_id == ratification.revision_id
    if publication and stands and ratification.kind == excuses.TAKE_DOWN:
        if publication.state == audiences.WITHDRAWN:
            revision = session.get(Revision, publication.revision_id)
            assert revision, "a publication names its revision"
            release.show_again(publication, audiences.publication_state(revision.content))
            audit.append("restored", publication.package_id, user.id, ratification=ratification.id)
    elif publication and stands and publication.state in audiences.SHOWN:
        # Off the portal in the transaction of the decision; then, if it can be, as it was before.
        release.hide(publication)
        audit.append("taken_down", publication.package_id, user.id, ratification=ratification.id)
    ratification_id = ratification.id
    session.commit()
    outbox.drain(*outbox.AT_ONCE)
    if ratification.kind == excuses.BREAK_GLASS:
        try:
            rolling_back.undo(ratification, user)
        except (IndepError, DBAPIError, tk.ValidationError):
            session.rollback()
            log.exception("ratification %s: what was before does not come back", ratification_id)
    outbox.wake()
    decided = session.get(Ratification, ratification_id)
    assert decided, "ratifications are never deleted"
    return decided
