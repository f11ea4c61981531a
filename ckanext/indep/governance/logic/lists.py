"""The lists of change requests: what is on each of them, for one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import ckan.model as ckan_model
from sqlalchemy import ColumnElement, Select, literal, or_, select

from ckanext.indep.governance import permissions
from ckanext.indep.governance.approving import scanned
from ckanext.indep.governance.model import Ballot, ChangeRequest, Contributor, now
from ckanext.indep.governance.states import EDITABLE, OPEN, UNDER_REVIEW, State

__all__ = ["LISTS"]

LISTED_FOR = dt.timedelta(days=90)
"""How long the committee is told what was released without its vote."""

Conditions = list[ColumnElement[bool]]


def _mine(user: ckan_model.User) -> Conditions:
    return [ChangeRequest.id.in_(_own(user))]


def _open(user: ckan_model.User) -> Conditions:
    return [*_mine(user), ChangeRequest.state.in_(OPEN)]


def _ended(user: ckan_model.User) -> Conditions:
    return [*_mine(user), ChangeRequest.state.not_in(OPEN)]


def _assigned(user: ckan_model.User) -> Conditions:
    under_review = [state.value for state in UNDER_REVIEW]
    return [ChangeRequest.assigned_to == user.id, ChangeRequest.state.in_(under_review)]


def _to_decide(user: ckan_model.User) -> Conditions:
    """What waits for the person's approval or vote; nobody decides on work of their own."""
    stage = ChangeRequest.snapshot["stage"].astext
    votes = bool(permissions.offices(user.id) & permissions.VOTING_OFFICES)
    voted = select(Ballot.request_id).where(
        Ballot.user_id == user.id, Ballot.revision_id == ChangeRequest.revision_id
    )
    return [
        ChangeRequest.id.not_in(_own(user)),
        ChangeRequest.id.not_in(voted),
        or_(
            (ChangeRequest.state == State.SUBMITTED.value)
            & (stage == "data_owner")
            & _of_departments(user),
            (ChangeRequest.state == State.IN_REVIEW.value)
            & (stage == "committee")
            & ChangeRequest.snapshot["electorate"].contains([user.id])
            & votes,
        ),
    ]


def _to_answer(user: ckan_model.User) -> Conditions:
    """What waits for the privacy reviewer's answer to its scan for personal data."""
    reviews = "privacy_reviewer" in permissions.offices(user.id)
    waiting = [request.id for request in scanned.waiting()] if reviews else []
    return [ChangeRequest.id.in_(waiting), ChangeRequest.id.not_in(_own(user))]


def _without_committee(user: ckan_model.User) -> Conditions:
    return [
        literal(bool(user.sysadmin) or _reviews(user)),
        ChangeRequest.state == State.RELEASED.value,
        ~ChangeRequest.snapshot["stages"].contains(["committee"]),
        ChangeRequest.changed_at >= now() - LISTED_FOR,
    ]


def _all(user: ckan_model.User) -> Conditions:
    """What has not ended, as far as the person may see it; drafts are for who works on them."""
    if user.sysadmin:
        return [ChangeRequest.state.in_(OPEN)]
    return [
        ChangeRequest.state.in_(OPEN),
        or_(
            literal("auditor" in permissions.offices(user.id)),
            ChangeRequest.id.in_(_own(user)),
            _of_departments(user),
            ChangeRequest.state.not_in(EDITABLE) & _reviews(user),
        ),
    ]


def _own(user: ckan_model.User) -> Select[tuple[str]]:
    return select(Contributor.request_id).where(Contributor.user_id == user.id)


def _of_departments(user: ckan_model.User) -> ColumnElement[bool]:
    return ChangeRequest.owner_org.in_(permissions.departments(user.id, "admin"))


def _reviews(user: ckan_model.User) -> bool:
    return bool(permissions.offices(user.id) & permissions.REVIEWING_OFFICES)


LISTS: Mapping[str, Callable[[ckan_model.User], Conditions]] = {
    "mine": _mine,
    "open": _open,
    "ended": _ended,
    "to_decide": _to_decide,
    "to_answer": _to_answer,
    "assigned": _assigned,
    "without_committee": _without_committee,
    "all": _all,
}
"""Each list's conditions on `ChangeRequest`, all of which hold for what is on it."""
