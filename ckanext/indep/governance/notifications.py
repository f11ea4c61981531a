"""Messages to people: a line in their inbox, and a short mail with a link.

Never content of a draft: what a message is about is looked up when it is read, by who may.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import func, select

from ckanext.indep.governance import outbox
from ckanext.indep.governance.maintenance.model import MailPreference, Message
from ckanext.indep.governance.model import ChangeRequest, now

__all__ = [
    "AT_ONCE",
    "MAIL",
    "MESSAGES",
    "due_for_digest",
    "page",
    "render",
    "sentence",
    "tell",
    "tell_about",
    "tell_of",
]

AT_ONCE = "at_once"
MAIL = {AT_ONCE: None, "daily": dt.timedelta(days=1), "weekly": dt.timedelta(days=7), "never": None}
"""How people may have their mail, and how often a digest comes at most."""

NOTICE = "notice"
"""The kind of a message that brings its own sentence and page."""

MESSAGES = {
    "submitted": "A request waits for your review as data owner",
    "in_review": "A request waits for the committee's vote",
    "changes_requested": "Changes are requested",
    "declined": "Your request was declined",
    "withdrawn": "A request was withdrawn",
    "released": "Your request is released",
    "assigned": "A request was given to you for a first look",
    "condition_set": "A condition was set for your request",
    "approved_with_conditions": "Your request is approved, once its conditions are met",
    "escalated": "A request does not get on, and somebody has to see to it",
    "stale": "Your request has to be renewed: the public version changed meanwhile",
    "take_down": "A dataset was taken down and waits for ratification",
    "break_glass": "Something was released without its approvals and waits for ratification",
    "ratification_late": "An act of one person was not ratified in time",
    "owner_late": "A request has waited for the data owner for longer than the policy allows",
    "scan_waits": "A request waits for an answer to its scan for personal data",
    "scan_late": "A request has waited for an answer to its scan for longer than the policy allows",
    "committee_late": "A request still waits for your vote",
    "expiring": "A draft will expire soon, as nobody has worked on it for long",
    "expired": "A draft has expired",
    "review_due": "It is time to check that a dataset is still right",
    "review_overdue": "A dataset was not checked in time",
}
"""What each kind of message says, in a sentence without the full stop."""


def tell(user_ids: Iterable[str], message: str, request: ChangeRequest) -> None:
    """Send each user a message about a request, in the caller's transaction."""
    for user_id in sorted(set(user_ids)):
        _send(Message(user_id=user_id, kind=message, request_number=request.number))


def tell_about(user_ids: Iterable[str], message: str, package_id: str) -> None:
    """Send each user a message about released data, in the caller's transaction."""
    for user_id in sorted(set(user_ids)):
        _send(Message(user_id=user_id, kind=message, package_id=package_id))


def tell_of(user_ids: Iterable[str], text: str, path: str) -> None:
    """Send each user another domain's message, in the caller's transaction."""
    for user_id in sorted(set(user_ids)):
        _send(Message(user_id=user_id, kind=NOTICE, text=text, path=path))


def sentence(message: Message) -> str:
    """Return what a message says, without the full stop, in the reader's language if it is ours."""
    return message.text or tk._(MESSAGES[message.kind])


def page(message: Message) -> str:
    """Return the path of the page that a message leads to."""
    if message.path:
        return message.path
    if message.request_number:
        return tk.h.url_for("indep_governance.request_read", number=message.request_number)
    return tk.h.url_for("indep_maintenance.due")


def render(messages: list[Message]) -> tuple[str, str]:
    """Return subject and body of one mail about these messages, newest last."""
    lines = [f"{sentence(m)}{_about(m)}.\n{_url(m)}\n" for m in messages]
    if len(messages) == 1:
        return f"{sentence(messages[0])}{_about(messages[0])}", lines[0]
    return f"{len(messages)} messages from the open data portal", "\n".join(lines)


def due_for_digest() -> list[str]:
    """Return the ids of the users whose collected messages are to be mailed now."""
    moment = now()
    last = (
        select(Message.user_id, func.max(Message.mailed_at).label("at"))
        .group_by(Message.user_id)
        .subquery()
    )
    rows = ckan_model.Session.execute(
        select(MailPreference.user_id, MailPreference.mail, last.c.at)
        .join(Message, (Message.user_id == MailPreference.user_id) & Message.mailed_at.is_(None))
        .outerjoin(last, last.c.user_id == MailPreference.user_id)
        .where(MailPreference.mail.in_([name for name, period in MAIL.items() if period]))
        .distinct()
    )
    return [
        row.user_id
        for row in rows
        if (period := MAIL.get(row.mail)) and (row.at is None or moment - row.at >= period)
    ]


def _send(message: Message) -> None:
    session = ckan_model.Session
    preference = session.get(MailPreference, message.user_id)
    session.add(message)
    session.flush()
    if not preference or preference.mail == AT_ONCE:
        outbox.add("mail", user_id=message.user_id, messages=[message.seq])


def _about(message: Message) -> str:
    return f" (request {message.request_number})" if message.request_number else ""


def _url(message: Message) -> str:
    return tk.h.url_for(page(message), qualified=True)
