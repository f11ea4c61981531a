"""The actions of maintenance: what is due, attesting, and one's own inbox."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args

from ckanext.indep import city_time
from ckanext.indep.governance import notifications, permissions
from ckanext.indep.governance.logic import answers, rights
from ckanext.indep.governance.maintenance import attesting, inbox, reviews

__all__ = [
    "indep_attest",
    "indep_inbox_list",
    "indep_inbox_read",
    "indep_mail_preference_update",
    "indep_review_list",
]

LONGEST_NUMBER = 18
"""So many digits fit into a column."""


@validator_args
def _attest_schema(not_empty: Any, unicode_safe: Any, default: Any) -> Any:
    return {"id": [not_empty, unicode_safe], "note": [default(""), unicode_safe]}


def _numbers(value: Any) -> list[int]:
    """Accept a list of numbers of messages, as numbers or as their digits; or one of them."""
    given = value if isinstance(value, list) else [value]
    if not given or not all(_is_number(each) for each in given):
        raise tk.Invalid(tk._("Give the numbers of messages."))
    return [int(each) for each in given]


@validator_args
def _read_schema(ignore_missing: Any) -> Any:
    return {"messages": [ignore_missing, _numbers]}


@validator_args
def _mail_schema(not_empty: Any, unicode_safe: Any, one_of: Any) -> Any:
    return {"mail": [not_empty, unicode_safe, one_of(sorted(notifications.MAIL))]}


@tk.side_effect_free
def indep_review_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return released datasets that are to be checked again, the oldest first.

    Stewards and data owners see those of their departments, reviewers all.

    :returns: list of ``id``, ``name``, ``title``, ``frequency``, ``checked_on``, ``due_on`` and
        ``lateness`` (due or overdue)
    """
    tk.check_access("indep_review_list", context, data_dict)
    user = answers.user_of(context)
    everywhere = user.sysadmin or permissions.offices(user.id) & permissions.REVIEWING_OFFICES
    mine = None if everywhere else permissions.departments(user.id, "admin", "editor")
    found = answers.answer(lambda: reviews.due(city_time.today(), mine))
    return [
        {
            "id": review.package_id,
            "name": review.name,
            "title": review.title,
            "owner_org": review.owner_org,
            "frequency": review.frequency,
            "checked_on": review.checked_on.isoformat(),
            "due_on": review.due_on.isoformat(),
            "lateness": review.lateness.value,
        }
        for review in found
    ]


def indep_attest(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say that released data was looked at and is still right; nothing of it changes.

    :param id: id or name of the dataset
    :param note: what was looked at, optional
    :returns: ``revision_id``, which was attested, and ``attested_at``
    """
    data = answers.validated(_attest_schema(), context, data_dict)
    tk.check_access("indep_attest", context, data)
    package = rights.package_of(context, data["id"])
    user = answers.user_of(context)
    row = answers.answer(lambda: attesting.attest(package.id, user, data["note"]))
    return {"revision_id": row.revision_id, "attested_at": row.attested_at.isoformat()}


@tk.side_effect_free
def indep_inbox_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the caller's own messages, newest first.

    :returns: ``unread``, ``mail`` (how they are mailed) and ``messages``: ``id``, ``kind``,
        ``text``, ``request`` (a number) or ``package_id``, ``page`` (its path),
        ``sent_at``, ``read``
    """
    tk.check_access("indep_inbox_list", context, data_dict)
    user = answers.user_of(context)
    return {
        "unread": inbox.unread(user.id),
        "mail": inbox.mail_preference(user.id),
        "messages": [
            {
                "id": message.seq,
                "kind": message.kind,
                "text": notifications.sentence(message),
                "request": message.request_number,
                "package_id": message.package_id,
                "page": notifications.page(message),
                "sent_at": message.sent_at.isoformat(),
                "read": message.read_at is not None,
            }
            for message in inbox.messages(user.id)
        ],
    }


def indep_inbox_read(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Mark one's own messages as read.

    :param messages: list of their ids, not an empty one; without it all are marked
    :returns: ``read``, how many were unread before
    """
    data = answers.validated(_read_schema(), context, data_dict)
    tk.check_access("indep_inbox_read", context, data)
    user = answers.user_of(context)
    return {"read": inbox.mark_read(user.id, data.get("messages"))}


def indep_mail_preference_update(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Choose how one's messages are mailed.

    :param mail: ``at_once``, ``daily``, ``weekly`` (collected in one mail) or ``never``
    """
    data = answers.validated(_mail_schema(), context, data_dict)
    tk.check_access("indep_mail_preference_update", context, data)
    inbox.set_mail_preference(answers.user_of(context).id, data["mail"])
    return {"mail": data["mail"]}


def _is_number(text: Any) -> bool:
    """Whether it is a number that a message can have."""
    return str(text).isdecimal() and len(str(text)) <= LONGEST_NUMBER
