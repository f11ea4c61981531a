"""Reminds departments of figures that are due, and the office of those that are late.

Sent at each tick; whoever was told of a quarter is not told again (``events.notice``).
"""

from __future__ import annotations

from datetime import date, timedelta

import ckan.plugins.toolkit as tk

from ckanext.indep import city_time, events
from ckanext.indep.insight import config, rights
from ckanext.indep.insight.reporting import desks
from ckanext.indep.insight.reporting.progress import Desk

__all__ = ["remind"]

DAYS_BEFORE = 7


def remind(sender: object = None, **_more: object) -> None:
    """Tell those concerned what is due within a week, and what is late."""
    today = city_time.today()
    quarter = desks.current_quarter()
    office = rights.people(config.office())
    for desk in desks.all_desks(quarter):
        path = tk.url_for("indep_reporting.figures", department=desk.name, period=quarter.key)
        own = rights.people(desk.department, *rights.ENTERS)
        if desk.is_late(today):
            text = f"Figures of {quarter.label} are late: {desk.title}"
            _tell("figures_late", desk, own | office, text, path)
        elif desk.missing and today >= desk.dates.data_due - timedelta(days=DAYS_BEFORE):
            day = _words(desk.dates.data_due)
            _tell("figures_due", desk, own, f"Figures of {quarter.label} are due on {day}", path)
        elif desk.waiting and not desk.is_signed and not desk.missing:
            heads = rights.people(desk.department, "admin")
            text = f"Figures of {quarter.label} wait for your sign-off"
            _tell("sign_off_due", desk, heads, text, path)


def _tell(kind: str, desk: Desk, user_ids: set[str], text: str, path: str) -> None:
    events.notice.send(
        kind,
        subject=desk.department,
        period=desk.quarter.key,
        user_ids=user_ids,
        text=text,
        path=path,
    )


def _words(day: date) -> str:
    return f"{day:%B} {day.day}"
