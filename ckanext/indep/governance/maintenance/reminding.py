"""What `ckan indep tick` reminds people of: once for each thing and each time it is due.

Each rule yields what is late now. That somebody was reminded is noted in the transaction of
the message, under a key that says which time it was; so a tick that runs twice, late, or beside
another one, reminds nobody twice and forgets nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

import ckan.model as ckan_model
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ckanext.indep import city_time
from ckanext.indep.governance import (
    notifications,
    outbox,
    permissions,
    policies,
    requests,
)
from ckanext.indep.governance.approving import ballots, scanned
from ckanext.indep.governance.emergency import ratifying
from ckanext.indep.governance.maintenance import reviews
from ckanext.indep.governance.maintenance.due import Lateness
from ckanext.indep.governance.maintenance.idle import idle
from ckanext.indep.governance.maintenance.model import Reminder
from ckanext.indep.governance.model import ChangeRequest, now
from ckanext.indep.governance.policy import Policy
from ckanext.indep.governance.review import escalation
from ckanext.indep.governance.states import EDITABLE, OPEN, State

__all__ = ["EXPIRY_WARNING_DAYS", "on_notice", "remind", "remind_of_scans"]

ACTOR = "ckan indep tick"
EXPIRY_WARNING_DAYS = 14
UNANSWERED = "What the scan for personal data left to people has not been answered."


@dataclass(frozen=True)
class Late:
    """One thing that is late: what to say to whom, and which time this is.

    With a reason for it in `escalation` the request is escalated, which tells whom it concerns.
    """

    message: str
    subject: str
    period: str
    recipients: frozenset[str]
    request: ChangeRequest | None = None
    escalation: str = ""


Rule = Callable[[Policy, dt.datetime], Iterator[Late]]


def remind() -> int:
    """Send every reminder that is due and was not sent; return how many. Commits each."""
    return _remind(RULES)


def remind_of_scans() -> int:
    """Send what is due about scans for personal data, as soon as one has ended."""
    return _remind([_scans])


def _remind(rules: Iterable[Rule]) -> int:
    _version, policy = policies.in_force()
    sent = 0
    for rule in rules:
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


def _scans(policy: Policy, moment: dt.datetime) -> Iterator[Late]:
    """What the scan of a revision leaves to people waits: first told of, then late, then known.

    The time begins with the first message, since nobody knew before.
    """
    for request in scanned.waiting():
        reviewers = permissions.holders("privacy_reviewer") - requests.contributors(request.id)
        period = str(request.revision_id)
        able = frozenset(reviewers) or _leaders()
        told_at = _sent_at("scan_waits", request.id, period)
        if told_at is None:
            yield Late("scan_waits", request.id, period, able, request)
            continue
        late_at = told_at + dt.timedelta(days=policy.deadlines.scan_days)
        if moment >= late_at:
            yield Late("scan_late", request.id, period, able, request)
        if moment >= late_at + dt.timedelta(days=policy.deadlines.escalate_days):
            yield Late("escalated", request.id, period, frozenset(), request, UNANSWERED)


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


RULES: tuple[Rule, ...] = (
    _reviews,
    _owners,
    _scans,
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


def _sent_at(kind: str, subject: str, period: str) -> dt.datetime | None:
    """Return when it was said, if it was."""
    return ckan_model.Session.execute(
        select(Reminder.sent_at).where(
            Reminder.kind == kind, Reminder.subject == subject, Reminder.period == period
        )
    ).scalar()


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
    # Locked before it is escalated: a decision made just now has the first word.
    request = requests.lock(late.subject) if late.escalation else late.request
    noted = _note(late.message, late.subject, late.period)
    if noted and request and late.escalation:
        if State(request.state) in OPEN:
            escalation.record(request, ACTOR, late.escalation)
    elif noted and late.request:
        notifications.tell(late.recipients, late.message, late.request)
    elif noted:
        notifications.tell_about(late.recipients, late.message, late.subject)
    session.commit()
    return len(late.recipients) if noted else 0
