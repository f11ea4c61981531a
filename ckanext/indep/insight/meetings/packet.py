"""What a performance meeting has before it: also figures that are not public yet.

For the departments themselves and the performance office only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any

import ckan.model as model
import sqlalchemy as sa

from ckanext.indep.insight import listing, periods, reader
from ckanext.indep.insight.meetings import book
from ckanext.indep.insight.meetings.book import Agreed, Meeting
from ckanext.indep.insight.meetings.states import ActionState
from ckanext.indep.insight.model import Commentary, Observation
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.records import Record, Result
from ckanext.indep.insight.report.quarter import summary_at
from ckanext.indep.insight.summary import Summary

__all__ = ["Item", "Part", "parts"]


@dataclass(frozen=True)
class Item:
    """A measure, and whether what is said of it is still to be published."""

    summary: Summary
    waits: bool
    comment: str


@dataclass(frozen=True)
class Part:
    """What a meeting has before it of one department."""

    department: str
    title: str
    items: tuple[Item, ...]
    open_before: tuple[Agreed, ...]
    agreed: tuple[Agreed, ...]


def parts(meeting: Meeting, departments: Collection[str]) -> list[Part]:
    """The parts of these departments (ids), by title."""
    names = {
        group.name: group.id
        for group in model.Session.query(model.Group).filter(model.Group.id.in_(departments))
    }
    measures = [one for one in listing.definitions() if one.department in names]
    waiting = _waiting([one.id for one in measures])
    records = reader.records([one.id for one in measures])
    today = listing.today()
    items: dict[str, list[Item]] = defaultdict(list)
    for measure in sorted(measures, key=lambda one: one.title.lower()):
        new, comments = waiting.get(measure.id, ([], {}))
        record = _with(records[measure.id], new, comments)
        summary = summary_at(measure, record, today, meeting.quarter)
        shown = [line for line in summary.lines if line.period.quarter() == meeting.quarter]
        said = [line.comment for line in shown if line.comment]
        waits = {one.period for one in new} & {line.period for line in shown}
        items[names[measure.department]].append(Item(summary, bool(waits), " ".join(said)))
    earlier = {one.number for one in book.meetings() if one.starts_at < meeting.starts_at}
    agreed = book.actions(departments)
    titles = dict(zip(meeting.departments, meeting.titles, strict=True))
    return [
        Part(
            one,
            titles[one],
            tuple(items[one]),
            tuple(
                act
                for act in agreed
                if act.department == one
                and act.meeting in earlier
                and act.state is ActionState.OPEN
            ),
            tuple(act for act in agreed if act.department == one and act.meeting == meeting.number),
        )
        for one in meeting.departments
        if one in departments
    ]


def _with(record: Record, new: list[Result], comments: dict[str, str]) -> Record:
    order = sorted(
        [*record.results, *new], key=lambda one: (one.period.end, one.period.kind.months)
    )
    return replace(
        record,
        results=tuple(order),
        comments={**record.comments, **comments},
        waiting=frozenset[Period](),
    )


def _waiting(measure_ids: list[str]) -> dict[str, tuple[list[Result], dict[str, str]]]:
    """What would be published now: of each place the latest revision, if it is not public."""
    found: dict[str, tuple[list[Result], dict[str, str]]] = {}
    for row in _latest(Observation, measure_ids):
        found.setdefault(row.measure_id, ([], {}))[0].append(_result(row))
    for row in _latest(Commentary, measure_ids):
        found.setdefault(row.measure_id, ([], {}))[1][row.period] = row.text
    return found


def _latest(table: type[Observation] | type[Commentary], measure_ids: list[str]) -> list[Any]:
    rows = model.Session.scalars(
        sa.select(table)
        .where(table.measure_id.in_(measure_ids))
        .distinct(table.measure_id, table.period)
        .order_by(table.measure_id, table.period, table.revision.desc())
    )
    return [row for row in rows if row.published_version is None]


def _result(row: Observation) -> Result:
    return Result(
        period=periods.parse(row.period),
        revision=row.revision,
        state=row.state,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        margin=row.margin,
        provisional=row.provisional,
        source=row.source,
        correction_reason=row.correction_reason,
        published_at=datetime.now(timezone.utc),
    )
