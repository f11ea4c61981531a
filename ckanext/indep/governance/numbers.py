"""How long decisions take, counted from the audit log."""

from __future__ import annotations

import datetime as dt

import ckan.model as ckan_model
from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import aliased

from ckanext.indep.governance.model import Event

__all__ = ["decision_days"]

DECIDED = ("approved", "declined")


def decision_days(since: dt.datetime) -> dict[int, int]:
    """Return days -> number of requests decided since then after so many whole days.

    From the first submission to the last decision: sending back for changes does not stop
    the clock, and what was withdrawn before a decision does not count.
    """
    decided = (
        select(Event.subject, func.max(Event.at).label("at"))
        .where(Event.event.in_(DECIDED), Event.at >= since)
        .group_by(Event.subject)
        .subquery()
    )
    submitted = aliased(Event)
    days = cast(decided.c.at, Date) - cast(func.min(submitted.at), Date)
    taken = (
        select(days.label("days"))
        .select_from(decided)
        .join(submitted, submitted.subject == decided.c.subject)
        .where(submitted.event == "submitted")
        .group_by(decided.c.subject, decided.c.at)
        .subquery()
    )
    rows = ckan_model.Session.execute(select(taken.c.days, func.count()).group_by(taken.c.days))
    return {row[0]: row[1] for row in rows}
