"""Reads how far the departments are with a quarter, for those who may know."""

from __future__ import annotations

from collections import defaultdict

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.indep import city_time
from ckanext.indep.insight import bulk, config, listing, periods, reader
from ckanext.indep.insight.calendar import Dates
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.model import Commentary, Observation
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.reporting import progress
from ckanext.indep.insight.reporting.model import SignOff
from ckanext.indep.insight.reporting.progress import Desk

__all__ = ["all_desks", "current_quarter", "dates", "desk", "waiting_rows"]


def current_quarter() -> Period:
    """The quarter that is being reported: the last one that has ended."""
    return periods.period_of(city_time.today(), Kind.QUARTER).previous()


def dates(quarter: Period) -> Dates:
    """When its figures are due, reviewed and shown to the City Council."""
    return reader.cycles().get(quarter) or config.calendar_rule().dates(quarter)


def desk(department: str, quarter: Period) -> Desk:
    """One department, by name or id. Raises ObjectNotFound if it answers for no measure."""
    group = model.Group.get(department)
    found = next((one for one in all_desks(quarter) if group and one.department == group.id), None)
    if found is None:
        raise tk.ObjectNotFound(tk._("This department answers for no measure."))
    return found


def all_desks(quarter: Period) -> list[Desk]:
    """All departments that answer for public measures, by title."""
    by_department: dict[str, list[Definition]] = defaultdict(list)
    for measure in listing.definitions():
        by_department[measure.department].append(measure)
    everything = [measure.id for group in by_department.values() for measure in group]
    standing = bulk.standing(everything)
    waiting = waiting_rows(everything, quarter)
    places = frozenset((measure_id, period) for _row, measure_id, period in waiting)
    comments = _comments(everything)
    signatures = _signatures(quarter)
    when = dates(quarter)
    desks: list[Desk] = []
    for name, measures in by_department.items():
        group = model.Group.get(name)
        if group is None:
            continue
        own = {measure.id for measure in measures}
        reported = {periods.parse(key) for measure_id, key in standing if measure_id in own}
        signature = signatures.get(group.id)
        desks.append(
            Desk(
                department=group.id,
                name=group.name,
                title=group.title or group.name,
                quarter=quarter,
                dates=when,
                tasks=progress.tasks(measures, quarter, standing, comments, places),
                waiting=frozenset(row for row, measure_id, _period in waiting if measure_id in own),
                signed=frozenset(signature.figures) if signature else None,
                signed_by=_name(signature.signed_by) if signature else "",
                signed_on=signature.signed_at.astimezone(city_time.ZONE).date()
                if signature
                else None,
                note=signature.note if signature else "",
                since=next(iter(periods.in_order(reported)), None),
            )
        )
    return sorted(desks, key=lambda one: one.title.lower())


def waiting_rows(measure_ids: list[str], quarter: Period) -> list[tuple[int, str, str]]:
    """What waits to be published of a quarter: (row, measure, period); comments are negative.

    Of several revisions of one place the latest is meant, as it is the one that is published.
    """
    found: list[tuple[int, str, str]] = []
    for table, sign in ((Observation, 1), (Commentary, -1)):
        rows = model.Session.execute(
            sa.select(table.id, table.measure_id, table.period, table.published_version)
            .where(table.measure_id.in_(measure_ids))
            .distinct(table.measure_id, table.period)
            .order_by(table.measure_id, table.period, table.revision.desc())
        )
        found += [
            (sign * row.id, row.measure_id, row.period)
            for row in rows
            if row.published_version is None and periods.parse(row.period).quarter() == quarter
        ]
    return found


def _comments(measure_ids: list[str]) -> dict[tuple[str, str], str]:
    rows = model.Session.execute(
        sa.select(Commentary.measure_id, Commentary.period, Commentary.text)
        .where(Commentary.measure_id.in_(measure_ids))
        .order_by(Commentary.revision)
    )
    return {(row.measure_id, row.period): row.text for row in rows}


def _signatures(quarter: Period) -> dict[str, SignOff]:
    """The last sign-off of each department."""
    rows = model.Session.scalars(
        sa.select(SignOff).where(SignOff.quarter == quarter.key).order_by(SignOff.id)
    )
    return {row.department: row for row in rows}


def _name(user_id: str) -> str:
    user = model.User.get(user_id)
    return user.display_name if user else user_id
