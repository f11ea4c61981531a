"""Delegations: a member who is away names another one to vote in his or her place.

The policy says whether that is allowed. A vote that was lent is not lent on: who has a delegate
is nobody's delegate in those days, and the other way round, so there are neither chains nor
circles. Nobody speaks for more than one other member at a time. A delegation is never changed;
an early end is written beside it.
"""

from __future__ import annotations

import datetime as dt

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.governance import audit, names, permissions, policies
from ckanext.indep.governance.approving import ballots
from ckanext.indep.governance.approving.votes import Ballot as BallotKind
from ckanext.indep.governance.model import ChangeRequest, Delegation, DelegationEnd

__all__ = ["check", "current", "delegate", "end", "fellows", "principals"]

LOCK = 0x1DE9_DE1E  # any constant that nothing else in the database uses


def delegate(
    principal: ckan_model.User,
    to: ckan_model.User,
    starts_on: dt.date,
    ends_on: dt.date,
    reason: str,
) -> Delegation:
    """Record that `to` votes in `principal`'s place, from the first to the last of these days.

    Raises ConflictError or RefusedError, with the rule that stands against it.
    """
    session = ckan_model.Session
    session.rollback()
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    _version, policy = policies.in_force()
    if not policy.delegation:
        raise RefusedError("The policy does not let a member vote in another one's place.")
    _check_members(principal, to)
    if not reason.strip():
        raise ConflictError("Say why you cannot vote yourself.", field="reason")
    if ends_on < starts_on or ends_on < city_time.today():
        raise ConflictError("The last day lies before the first, or in the past.", field="ends_on")
    _check_no_chain(principal.id, to.id, starts_on, ends_on)
    row = Delegation(
        from_user=principal.id,
        to_user=to.id,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
    )
    session.add(row)
    session.flush()
    audit.append("delegated", row.id, principal.id, to=to.id, until=ends_on.isoformat())
    session.commit()
    return row


def end(delegation_id: str, actor: ckan_model.User) -> None:
    """End a delegation at once; ballots that were cast under it stay."""
    session = ckan_model.Session
    session.rollback()
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    row = session.get(Delegation, delegation_id)
    if not row:
        raise tk.ObjectNotFound(tk._("Delegation not found"))
    if actor.id not in (row.from_user, row.to_user):
        raise RefusedError("Only the two members whom a delegation is about may end it.")
    if session.get(DelegationEnd, delegation_id):
        raise ConflictError("This delegation has ended already.")
    session.add(DelegationEnd(delegation_id=delegation_id, ended_by=actor.id))
    session.flush()
    audit.append("delegation_ended", delegation_id, actor.id)
    session.commit()


def current(user_id: str | None) -> list[Delegation]:
    """Return delegations that have not ended, from or to a member or all, the next one first."""
    query = _not_ended().where(Delegation.ends_on >= city_time.today())
    if user_id:
        query = query.where(or_(Delegation.from_user == user_id, Delegation.to_user == user_id))
    return list(ckan_model.Session.execute(query.order_by(Delegation.starts_on)).scalars())


def fellows(user_id: str) -> list[tuple[str, str]]:
    """Return id and displayed name of the members whom the user may name, by name."""
    user = ckan_model.User
    shown = names.displayed()
    rows = ckan_model.Session.execute(
        select(user.id, shown).where(user.id.in_(permissions.voters() - {user_id})).order_by(shown)
    )
    return [(row[0], row[1]) for row in rows]


def principals(request: ChangeRequest, user_id: str) -> set[str]:
    """Return the ids of the members in whose place the user may vote on this request now."""
    today = city_time.today()
    rows = ckan_model.Session.execute(
        _not_ended().where(
            Delegation.to_user == user_id,
            Delegation.starts_on <= today,
            Delegation.ends_on >= today,
        )
    ).scalars()
    return {row.from_user for row in rows if not _refusal(request, row.from_user, user_id)}


def check(
    request: ChangeRequest,
    principal: ckan_model.User,
    actor: ckan_model.User,
    ballot: BallotKind,
) -> None:
    """Refuse a ballot that the actor may not cast in the principal's place."""
    today = city_time.today()
    lent = ckan_model.Session.execute(
        _not_ended().where(
            Delegation.from_user == principal.id,
            Delegation.to_user == actor.id,
            Delegation.starts_on <= today,
            Delegation.ends_on >= today,
        )
    ).first()
    if not lent:
        raise RefusedError("This member has not asked you to vote in his or her place.")
    refusal = _refusal(request, principal.id, actor.id)
    if refusal:
        raise RefusedError(refusal)
    if ballot is BallotKind.RECUSE:
        raise RefusedError("Only a member in person can tell that he or she is partial.")


def _refusal(request: ChangeRequest, principal_id: str, actor_id: str) -> str | None:
    rules = request.snapshot
    votes = ballots.of(request)
    if not rules.get("delegation", False):
        return "The policy that this request was submitted under knows no delegation."
    if actor_id not in rules["electorate"] or actor_id not in permissions.voters():
        return "Who votes in another one's place must have a vote on this request."
    if votes.get(actor_id) is BallotKind.RECUSE:
        return "You have recused yourself from this request."
    if votes.get(principal_id) is BallotKind.RECUSE:
        return "This member is recused from this request, so nobody votes in his or her place."
    if ballots.spoke_in_person(request, principal_id):
        return "This member has voted in person."
    return None


def _check_members(principal: ckan_model.User, to: ckan_model.User) -> None:
    members = permissions.voters()
    if principal.id not in members:
        raise RefusedError("Only members of the committee have a vote to lend.")
    if to.id == principal.id:
        raise ConflictError("Name another member than yourself.", field="to")
    if to.id not in members:
        raise ConflictError("Only a member of the committee can vote for another.", field="to")


def _check_no_chain(principal_id: str, to_id: str, starts_on: dt.date, ends_on: dt.date) -> None:
    overlapping = (
        ckan_model.Session.execute(
            _not_ended().where(Delegation.starts_on <= ends_on, Delegation.ends_on >= starts_on)
        )
        .scalars()
        .all()
    )
    from_users = {row.from_user for row in overlapping}
    to_users = {row.to_user for row in overlapping}
    if principal_id in from_users:
        raise ConflictError("You have a delegate in these days already.", field="to")
    if principal_id in to_users:
        raise ConflictError(
            "You vote in another member's place in these days, and that cannot be passed on.",
            field="to",
        )
    if to_id in from_users:
        raise ConflictError(
            "That member has a delegate in these days, and your vote cannot be passed on.",
            field="to",
        )
    if to_id in to_users:
        raise ConflictError(
            "That member votes in another one's place in these days already.", field="to"
        )


def _not_ended():
    ended = aliased(DelegationEnd)
    return (
        select(Delegation)
        .outerjoin(ended, ended.delegation_id == Delegation.id)
        .where(ended.delegation_id.is_(None))
    )
