"""Reading the audit log."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from sqlalchemy import func, select

from ckanext.indep.governance import names
from ckanext.indep.governance.logic import answers
from ckanext.indep.governance.logic.schema import natural_number
from ckanext.indep.governance.model import ChangeRequest, Event

__all__ = ["indep_event_list"]

PAGE = 100


@validator_args
def _schema(ignore_empty: Any, ignore_missing: Any, unicode_safe: Any) -> Any:
    return {
        "request": [ignore_missing, ignore_empty, natural_number],
        "event": [ignore_missing, ignore_empty, unicode_safe],
        "before": [ignore_missing, ignore_empty, natural_number],
    }


@tk.side_effect_free
def indep_event_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a hundred events of the audit log, newest first.

    :param request: number of a request, to see its events only
    :param event: name of an event, to see its kind only
    :param before: number of an event, to see those before it
    :returns: list of ``seq``, ``at``, ``event``, ``actor`` (a person's name, or a command),
        ``request`` (its number, if it is about one), ``subject``, ``data`` and ``hash``
    """
    # An empty list goes past every validator of CKAN: it says as much as nothing.
    given = {key: value for key, value in data_dict.items() if value != []}
    data = answers.validated(_schema(), context, given)
    tk.check_access("indep_event_list", context, data)
    user = ckan_model.User
    name = func.coalesce(names.displayed(), Event.actor)
    query = (
        select(Event, name, ChangeRequest.number)
        .outerjoin(user, user.id == Event.actor)
        .outerjoin(ChangeRequest, ChangeRequest.id == Event.subject)
        .order_by(Event.seq.desc())
        .limit(PAGE)
    )
    if data.get("request") is not None:
        query = query.where(Event.subject == _subject(data["request"]))
    if data.get("event"):
        query = query.where(Event.event == data["event"])
    if data.get("before"):
        query = query.where(Event.seq < data["before"])
    return [
        {
            "seq": event.seq,
            "at": event.at.isoformat(),
            "event": event.event,
            "actor": actor,
            "request": number,
            "subject": event.subject,
            "data": event.data,
            "hash": event.hash,
        }
        for event, actor, number in ckan_model.Session.execute(query)
    ]


def _subject(number: int) -> str:
    found = ckan_model.Session.execute(
        select(ChangeRequest.id).where(ChangeRequest.number == min(number, 2**31 - 1))
    ).scalar()
    return found or ""
