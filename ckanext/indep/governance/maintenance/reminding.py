"""What `ckan indep tick` reminds people of: once for each thing and each time it is due.

Each rule yields what is late now. That somebody was reminded is noted in the transaction of
the message, under a key that says which time it was; so a tick that runs twice, late, or beside
another one, reminds nobody twice and forgets nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import ckan.model as ckan_model
from sqlalchemy.dialects.postgresql import insert

from ckanext.indep import city_time
from ckanext.indep.governance import (
    notifications,
    outbox,
    permissions,
    policies,
    requests,
)
from ckanext.indep.governance.approving import ballots
from ckanext.indep.governance.emergency import ratifying
from ckanext.indep.governance.maintenance import reviews
from ckanext.indep.governance.maintenance.due import Lateness
from ckanext.indep.governance.maintenance.idle import idle
from ckanext.indep.governance.maintenance.model import Reminder
from ckanext.indep.governance.model import ChangeRequest, now
from ckanext.indep.governance.policy import Policy
from ckanext.indep.governance.states import EDITABLE, State

__all__ = ["EXPIRY_WARNING_DAYS", "on_notice", "remind"]

EXPIRY_WARNING_DAYS = 14


@dataclass(frozen=True)
class Late:
    """One thing that is late: what to say to whom, and which time this is."""

    message: str
    subject: str
    period: str
    recipients: frozenset[str]
    request: ChangeRequest | None = None


def remind() -> int:
    """Send every reminder that is due and was not sent; return how many. Commits each."""
    _version, policy = policies.in_force()
    sent = 0
    for rule in RULES:
        for late in list(rule(policy, now())):
            sent += _send(late)
    return sent


def _reviews(policy: Policy, moment: dt.datetime) -> Iterator[Late]:
    """Released data is to be looked at again; after some days more the chair hears of it."""
    for review in reviews.due(moment.astimezone(city_time.ZONE).date()):
        period = review.due_on.isoformat()
        workers = frozenset(permissions.staff_of(review.owner_org, "admin", "editor"))
        yield Late("review_due", review.package_id, period, workers)
        if review.lateness is Lateness.OVERDUE:
            yield Late("review_overdue", review.package_id, period, _leaders())


def _owners(policy: Policy, moment: dt.datetime) -> Iterator[Late]:
    """A submitted request waits for the data owner for too long."""
    limit = moment - dt.timedelta(days=policy.deadlines.owner_days)
    for request, since in idle([State.SUBMITTED], limit):
        owners = permissions.staff_of(request.owner_org, "admin")
        able = frozenset(owners - requests.contributors(request.id))
        yield _late("owner_late", request, since, able or _leaders())


def _committee(policy: Policy, moment: dt.datetime) -> Iterator[Late]:
    """Members have not voted for too long."""
    limit = moment - dt.timedelta(days=policy.deadlines.committee_days)
    for request, since in idle([State.IN_REVIEW], limit):
        silent = set(request.snapshot["electorate"]) - set(ballots.of(request))
        yield _late("committee_late", request, since, frozenset(silent & permissions.voters()))


def _drafts(policy: Policy, moment: dt.datetime) -> Iterator[Late]:
    """A draft that nobody works on will expire."""
    days = max(1, policy.deadlines.expire_days - EXPIRY_WARNING_DAYS)
    for request, since in idle(EDITABLE, moment - dt.timedelta(days=days)):
        workers = frozenset(requests.contributors(request.id))
        yield _late("expiring", request, since, workers)


def _ratifications(policy: Policy, moment: dt.datetime) -> Iterator[Late]:
    """What one person did at once was not ratified in time."""
    for act in ratifying.overdue():
        silent = set(act.electorate) - {ballot.user_id for ballot in ratifying.ballots_of(act)}
        told = frozenset(silent & permissions.voters()) | _leaders()
        yield Late("ratification_late", act.package_id, f"{act.id} on {act.due_on}", told)


RULES: tuple[Callable[[Policy, dt.datetime], Iterator[Late]], ...] = (
    _reviews,
    _owners,
    _committee,
    _drafts,
    _ratifications,
)


def _leaders() -> frozenset[str]:
    """Return who hears of what others let lie: the chair and the secretary."""
    return frozenset(permissions.holders(*permissions.MANAGING_OFFICES))


def _late(
    message: str, request: ChangeRequest, since: dt.datetime, recipients: frozenset[str]
) -> Late:
    """Name this stay in this state: after the next step or edit a new reminder may come."""
    period = f"{request.state} since {since.isoformat()}"
    return Late(message, request.id, period, recipients, request)


def on_notice(
    kind: str,
    subject: str,
    period: str,
    user_ids: Collection[str],
    text: str,
    path: str,
    **_more: object,
) -> None:
    """Tell people what another domain has to say to them, once; see ``events.notice``."""
    if _note(f"{notifications.NOTICE} {kind}", subject, period):
        notifications.tell_of(user_ids, text, path)
    ckan_model.Session.commit()
    outbox.wake()


def _note(kind: str, subject: str, period: str) -> bool:
    """Note that it is said; return whether it was not said before."""
    noted = ckan_model.Session.execute(
        insert(Reminder)
        .values(kind=kind, subject=subject, period=period, sent_at=now())
        .on_conflict_do_nothing()
        .returning(Reminder.kind)
    ).first()
    return noted is not None


def _send(late: Late) -> int:
    session = ckan_model.Session
    noted = _note(late.message, late.subject, late.period)
    if noted and late.request:
        notifications.tell(late.recipients, late.message, late.request)
    elif noted:
        notifications.tell_about(late.recipients, late.message, late.subject)
    session.commit()
    return len(late.recipients) if noted else 0
