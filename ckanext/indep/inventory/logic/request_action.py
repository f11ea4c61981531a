"""The actions of residents' data requests."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import has_request_context

from ckanext.indep import config
from ckanext.indep.inventory import data_requests, holdings, mailing, reading, visitors
from ckanext.indep.inventory.logic import schema
from ckanext.indep.inventory.logic.common import (
    actor,
    department_id,
    existing_request,
    told_plainly,
    validated,
)
from ckanext.indep.inventory.states import Outcome

__all__ = [
    "indep_data_request_answer",
    "indep_data_request_assign",
    "indep_data_request_create",
    "indep_data_request_list",
    "indep_data_request_merge",
    "indep_data_request_second",
    "indep_data_request_show",
    "indep_data_request_spam",
]

MOST_AT_ONCE = 200
SECONDS_PER_VISITOR = 30
PUBLIC_OUTCOMES = {Outcome.PUBLISHED.value, Outcome.ALREADY_PUBLIC.value}


def indep_data_request_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Ask for data, without an account; it is public once a person has accepted it.

    :param title: what is asked for, in a few words
    :param question: what one wants to know
    :param wanted_format: such as spreadsheet or map (optional, as all that follows)
    :param why: what it is for; only staff see it
    :param requester_name: only the office that answers sees it
    :param requester_email: only the office that answers sees it; deleted after the answer
    :param notify: that one may be written to at this address; needed to give one
    :param website: leave it empty; it catches programs that fill in everything
    :returns: ``number`` of the request and its ``state``
    """
    data = validated(schema.request_create, context, data_dict)
    tk.check_access("indep_data_request_create", context, data)
    spam = bool(data.pop("website"))
    if data["requester_email"] and not data.pop("notify"):
        message = tk._(
            "Tick the box so that we may write to you, or leave the e-mail address empty."
        )
        raise tk.ValidationError({"notify": [message]})
    data.pop("notify", None)
    with told_plainly():
        visitors.limit("data-request", tk.config["ckanext.indep.inventory.requests_per_visitor"])
        request = data_requests.receive(
            {**data, "language": _language()},
            actor(context),
            spam=spam,
            most_per_hour=tk.config["ckanext.indep.inventory.requests_per_hour"],
        )
    mailing.wake()
    return {"number": request.number, "state": "received"}


@tk.side_effect_free
def indep_data_request_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the data requests that the caller may see, newest first.

    :param q: words in title or question
    :param organization: name or id of the department that answers
    :param state: assigned and answered ones by default; or received, assigned, answered,
        merged or spam, of which strangers see those that are accepted
    :param offset: how many to skip
    :param limit: at most how many, 50 by default, 200 at most
    :returns: ``count`` and ``results``, without who asked
    """
    data = validated(schema.request_list, context, data_dict)
    tk.check_access("indep_data_request_list", context, data)
    wanted = reading.RequestFilter(
        state=data.get("state", ""),
        owner_org=department_id(data.get("organization")),
        words=data.get("q", ""),
        everything=_may(context, "indep_committee_desk") or _may(context, "indep_audit_read"),
    )
    limit = min(data["limit"], MOST_AT_ONCE)
    count, rows = reading.page_of(reading.requests(wanted), data["offset"], limit)
    return {"count": count, "results": reading.public_requests(rows)}


@tk.side_effect_free
def indep_data_request_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one data request with its answers.

    The office that answers also sees who asked and why, as long as that is kept. It and the
    auditor see the change request that it is linked to, and what was done by whom.

    :param number: its number
    """
    data = validated(schema.number, context, data_dict)
    tk.check_access("indep_data_request_show", context, data)
    return _shown(context, data["number"])


def indep_data_request_second(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say that one wants the same; each visitor counts once, and nobody is remembered.

    :param number: its number
    :returns: ``seconds``: how many want the same
    """
    data = validated(schema.number, context, data_dict)
    tk.check_access("indep_data_request_second", context, data)
    with told_plainly():
        visitors.limit("data-request-second", SECONDS_PER_VISITOR)
        seconds = data_requests.second(data["number"], visitors.voter(data["number"]))
    return {"number": data["number"], "seconds": seconds}


def indep_data_request_assign(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Accept a request, which makes it public, and give it to a department to answer.

    :param number: its number
    :param owner_org: name or id of the department
    :param title: to show in place of what was sent, without personal details (optional)
    :param question: likewise
    """
    data = validated(schema.assign, context, data_dict)
    tk.check_access("indep_data_request_assign", context, data)
    department = department_id(data["owner_org"])
    if department == "none":
        raise tk.ValidationError({"owner_org": [tk._("There is no such department.")]})
    edits = {name: data[name] for name in ("title", "question") if data.get(name)}
    with told_plainly():
        data_requests.assign(data["number"], department, actor(context), **edits)
    return _shown(context, data["number"])


def indep_data_request_answer(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer a request, for everybody to read; a later answer adds to the earlier ones.

    :param number: its number
    :param outcome: published, partly, already_public, planned or declined
    :param text: the answer; of one that is declined, the reason
    :param dataset: name or id of the public dataset; needed when published or already public
    :param holding: number of the holding that it is about (optional)
    :param change_request: number of the change request that brings it (optional); only staff
        see it
    """
    data = validated(schema.answer, context, data_dict)
    tk.check_access("indep_data_request_answer", context, data)
    package = holdings.public_package(data.get("dataset", ""))
    if package is None and (data.get("dataset") or data["outcome"] in PUBLIC_OUTCOMES):
        message = tk._("Name a public dataset: the last part of its address.")
        raise tk.ValidationError({"dataset": [message]})
    if data.get("holding") and holdings.get(data["holding"]) is None:
        raise tk.ValidationError({"holding": [tk._("There is no such holding.")]})
    with told_plainly():
        data_requests.answer(
            data["number"],
            Outcome(data["outcome"]),
            data["text"],
            actor(context),
            package_id=package.id if package else None,
            holding_id=data.get("holding"),
            change_request=data.get("change_request"),
        )
    mailing.wake()
    return _shown(context, data["number"])


def indep_data_request_merge(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Join a request with another one that asks for the same.

    :param number: its number
    :param into: number of the other one, which has been accepted
    """
    data = validated(schema.merge, context, data_dict)
    tk.check_access("indep_data_request_merge", context, data)
    with told_plainly():
        data_requests.merge(data["number"], data["into"], actor(context))
    mailing.wake()
    return _shown(context, data["number"])


def indep_data_request_spam(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Put a request away that is no request; nobody but chair and secretary sees it again.

    :param number: its number
    """
    data = validated(schema.number, context, data_dict)
    tk.check_access("indep_data_request_spam", context, data)
    with told_plainly():
        data_requests.mark_spam(data["number"], actor(context))
    return _shown(context, data["number"])


def _shown(context: Context, number: int) -> dict[str, Any]:
    request = existing_request(number)
    result = reading.public_requests([request])[0]
    if _may(context, "indep_data_request_contact", number=number):
        result |= reading.contact(request)
    if _may(context, "indep_data_request_history", number=number):
        result["change_request"] = request.change_request
        result["events"] = reading.request_events(number)
    return result


def _may(context: Context, permission: str, **data: Any) -> bool:
    own: Context = {"user": actor(context)}
    try:
        return bool(tk.check_access(permission, own, data))
    except tk.NotAuthorized:
        return False


def _language() -> str:
    spoken = str(tk.h.lang() or "") if has_request_context() else ""
    return spoken if spoken in config.languages() else "en"
