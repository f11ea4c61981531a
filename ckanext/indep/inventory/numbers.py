"""Counts for the open data program's page, each by one statement."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import func, select

from ckanext.indep.freshness import Standing
from ckanext.indep.inventory import program
from ckanext.indep.inventory.model import DataRequest, Holding
from ckanext.indep.inventory.states import HoldingStatus, RequestState

__all__ = ["datasets", "holdings", "requests"]


def datasets(today: dt.date) -> dict[str, Any]:
    """Public datasets: how many, by department, and how many are on time."""
    package, group = ckan_model.Package, ckan_model.Group
    public = (package.state == "active", package.private.is_(False), package.type == "dataset")
    count = func.count()
    departments = ckan_model.Session.execute(
        select(group.name, group.title, count)
        .join(package, package.owner_org == group.id)
        .where(*public)
        .group_by(group.name, group.title)
        .order_by(group.title)
    ).all()
    frequency = func.coalesce(package.extras["update_frequency"].astext, "")
    updated = func.coalesce(
        func.nullif(package.extras["modified"].astext, ""),
        func.to_char(package.metadata_modified, "YYYY-MM-DD"),
    )
    promises = ckan_model.Session.execute(
        select(frequency, updated, count).where(*public).group_by(frequency, updated)
    ).all()
    counts = program.standings([(row[0], row[1], row[2]) for row in promises], today)
    promised = counts[Standing.ON_TIME] + counts[Standing.LATE]
    return {
        "published": sum(row[2] for row in departments),
        "by_department": [
            {"name": name, "title": title or name, "datasets": number}
            for name, title, number in departments
        ],
        "with_schedule": promised,
        "on_time": counts[Standing.ON_TIME],
        "on_time_percent": program.percent(counts[Standing.ON_TIME], promised),
    }


def requests(today: dt.date) -> dict[str, Any]:
    """Residents' requests, spam left out: received, answered, waiting, and days to the answer."""
    session = ckan_model.Session
    states = session.execute(
        select(DataRequest.state, func.count())
        .where(DataRequest.state != RequestState.SPAM.value)
        .group_by(DataRequest.state)
    )
    by_state = dict.fromkeys(RequestState, 0)
    by_state.update((RequestState(state), number) for state, number in states)
    days = DataRequest.answered_on - DataRequest.received_on
    answered = session.execute(
        select(days, func.count())
        .where(
            DataRequest.state == RequestState.ANSWERED.value,
            DataRequest.answered_on >= today - dt.timedelta(days=program.WINDOW_DAYS),
        )
        .group_by(days)
    )
    histogram: dict[int, int] = {row[0]: row[1] for row in answered}
    return {
        "received": sum(by_state.values()),
        "answered": by_state[RequestState.ANSWERED],
        "merged": by_state[RequestState.MERGED],
        "waiting": by_state[RequestState.RECEIVED] + by_state[RequestState.ASSIGNED],
        "answered_last_year": sum(histogram.values()),
        "median_days_to_answer": program.median(histogram),
    }


def holdings() -> dict[str, int]:
    """Holdings by status, and in all."""
    group = ckan_model.Group
    rows = ckan_model.Session.execute(
        select(Holding.status, func.count())
        .join(group, group.id == Holding.owner_org)
        .where(group.state == "active")
        .group_by(Holding.status)
    )
    counts = {status.value: 0 for status in HoldingStatus}
    counts.update((row[0], row[1]) for row in rows)
    return {**counts, "total": sum(counts.values())}
