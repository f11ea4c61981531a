"""The actions about offices: ending appointments, listing them, and lending a vote."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.governance import appointments, names, permissions
from ckanext.indep.governance.logic import answers, review_schema, schema
from ckanext.indep.governance.model import Delegation
from ckanext.indep.governance.review import deciding, delegations

__all__ = [
    "indep_appointment_end",
    "indep_appointment_list",
    "indep_delegation_create",
    "indep_delegation_end",
    "indep_delegation_list",
]


def indep_appointment_end(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """End an appointment before its term is over; no vote waits for that person any longer.

    :param id: id of the appointment
    :param reason: why
    :param ends_on: the last day in office, ISO date; yesterday by default, so that it ends at once
    """
    data = answers.validated(review_schema.appointment_end(), context, data_dict)
    tk.check_access("indep_appointment_end", context, data)
    last_day = answers.date_of(data, "ends_on") or city_time.today() - dt.timedelta(days=1)
    actor = ckan_model.User.get(context.get("user"))
    row = answers.answer(
        lambda: appointments.end(data["id"], last_day, data["reason"], actor.id if actor else "")
    )
    ended = {"id": row.id, "office": row.office, "ends_on": last_day.isoformat()}
    answers.answer(deciding.recount_waiting)
    return ended


@tk.side_effect_free
def indep_appointment_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return who holds which office of the committee, and until when.

    :param past: whether those whose term is over, or is still to begin, are listed as well
    :returns: list of ``id``, ``name`` (as displayed), ``office``, ``starts_on``, ``ends_on``
    """
    data = answers.validated(review_schema.appointments(), context, data_dict)
    tk.check_access("indep_appointment_list", context, data)
    rows = appointments.listed(None if data.get("past") else city_time.today())
    return [
        {
            "id": row.id,
            "name": user.fullname or user.name,
            "office": row.office,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        }
        for row, user in rows
    ]


def indep_delegation_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Have another member vote in one's own place for some days.

    :param to: name or id of the other member
    :param starts_on: the first day, ISO date; today by default
    :param ends_on: the last day, ISO date
    :param reason: why one cannot vote oneself
    """
    data = answers.validated(review_schema.delegation(), context, data_dict)
    tk.check_access("indep_delegation_create", context, data)
    to = ckan_model.User.get(data["to"])
    starts_on = answers.date_of(data, "starts_on") or city_time.today()
    ends_on = answers.date_of(data, "ends_on")
    if to is None or ends_on is None:
        raise tk.ValidationError({"to": [tk._("There is no such user.")]})
    row = answers.answer(
        lambda: delegations.delegate(
            answers.user_of(context), to, starts_on, ends_on, data["reason"]
        )
    )
    return _delegation(row)


def indep_delegation_end(context: Any, data_dict: dict[str, Any]) -> None:
    """End a delegation at once; votes that were cast under it stay.

    :param id: id of the delegation
    """
    data = answers.validated(schema.request_id(), context, data_dict)
    tk.check_access("indep_delegation_end", context, data)
    answers.answer(lambda: delegations.end(data["id"], answers.user_of(context)))


@tk.side_effect_free
def indep_delegation_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the caller's delegations that have not ended, given and received; the auditor's: all.

    :returns: list of ``id``, ``from``, ``to`` (as displayed), ``starts_on``, ``ends_on``,
        ``reason``, ``mine``, whether the caller lent the vote, and ``to_me``, to whom it was lent
    """
    tk.check_access("indep_delegation_list", context, data_dict)
    user = answers.user_of(context)
    everybody = "auditor" in permissions.offices(user.id)
    return [
        {
            **_delegation(row),
            "mine": row.from_user == user.id,
            "to_me": row.to_user == user.id,
        }
        for row in delegations.current(None if everybody else user.id)
    ]


def _delegation(row: Delegation) -> dict[str, Any]:
    return {
        "id": row.id,
        "from": names.of(row.from_user),
        "to": names.of(row.to_user),
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "reason": row.reason,
    }
