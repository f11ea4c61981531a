"""Reads the published record: the only way from the tables to the public.

Whoever calls has already made sure that the measures are public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import ckan.model as model
import sqlalchemy as sa

from ckanext.indep.insight import periods
from ckanext.indep.insight.calendar import Dates
from ckanext.indep.insight.model import (
    Baseline,
    Commentary,
    Observation,
    ReportingCycle,
    TargetVersion,
    Version,
)
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.records import BaselineVersion, Record, Result, TargetChange
from ckanext.indep.insight.status import Target

__all__ = [
    "baselines",
    "current_version",
    "cycles",
    "is_published",
    "last_publication",
    "publications",
    "published_quarters",
    "records",
]


def current_version() -> int:
    """The number that changes with everything the public sees; 0 before the first."""
    return model.Session.scalar(sa.select(sa.func.coalesce(sa.func.max(Version.id), 0))) or 0


def last_publication() -> Period | None:
    """The latest quarter that was published."""
    quarters = [periods.parse(key) for key in _published_keys()]
    return periods.in_order(quarters)[-1] if quarters else None


def published_quarters() -> set[Period]:
    """All quarters that were published."""
    return {periods.parse(key) for key in _published_keys()}


def is_published(quarter: Period) -> bool:
    """Whether the quarter was published."""
    return quarter.key in _published_keys()


def _published_keys() -> set[str]:
    """Keys of all published quarters; one publication may name several."""
    subjects = model.Session.scalars(
        sa.select(Version.subject).where(Version.kind == "publication").distinct()
    )
    return {key for subject in subjects for key in subject.split()}


def publications(most: int = 20) -> list[tuple[int, list[Period], datetime]]:
    """The last publications, newest first: version, quarters in order, when."""
    rows = model.Session.scalars(
        sa.select(Version)
        .where(Version.kind == "publication")
        .order_by(Version.id.desc())
        .limit(most)
    )
    return [
        (row.id, periods.in_order(map(periods.parse, row.subject.split())), row.made_at)
        for row in rows
    ]


def cycles() -> dict[Period, Dates]:
    """The dates in force of each quarter that has dates of its own."""
    rows = model.Session.scalars(sa.select(ReportingCycle).order_by(ReportingCycle.revision))
    found: dict[Period, Dates] = {}
    for row in rows:
        quarter = periods.parse(row.period)
        found[quarter] = Dates(quarter, row.data_due, row.review_on, row.council_on)
    return found


def records(measure_ids: Sequence[str]) -> dict[str, Record]:
    """The published record of each measure, in five queries however many there are."""
    results: dict[str, list[Result]] = defaultdict(list)
    targets: dict[str, list[TargetChange]] = defaultdict(list)
    baseline: dict[str, BaselineVersion] = {}
    comments: dict[str, dict[str, str]] = defaultdict(dict)
    waiting: dict[str, set[Period]] = defaultdict(set)
    for row in model.Session.scalars(
        sa.select(Observation)
        .where(Observation.measure_id.in_(measure_ids), Observation.published_version.is_not(None))
        .order_by(Observation.revision)
    ):
        results[row.measure_id].append(_result(row))
    for row in model.Session.scalars(
        sa.select(TargetVersion)
        .where(TargetVersion.measure_id.in_(measure_ids))
        .order_by(TargetVersion.revision)
    ):
        targets[row.measure_id].append(_target(row))
    for row in model.Session.scalars(
        sa.select(Baseline).where(Baseline.measure_id.in_(measure_ids)).order_by(Baseline.revision)
    ):
        baseline[row.measure_id] = _baseline(row)
    for row in model.Session.scalars(
        sa.select(Commentary)
        .where(Commentary.measure_id.in_(measure_ids), Commentary.published_version.is_not(None))
        .order_by(Commentary.revision)
    ):
        comments[row.measure_id][row.period] = row.text
    for measure_id, key in model.Session.execute(
        sa.select(Observation.measure_id, Observation.period).where(
            Observation.measure_id.in_(measure_ids), Observation.published_version.is_(None)
        )
    ):
        waiting[measure_id].add(periods.parse(key))
    return {
        measure_id: Record(
            results=tuple(sorted(results[measure_id], key=_order)),
            targets=tuple(sorted(targets[measure_id], key=_order)),
            baseline=baseline.get(measure_id),
            comments=comments[measure_id],
            waiting=frozenset(waiting[measure_id]),
        )
        for measure_id in measure_ids
    }


def baselines(measure_id: str) -> list[BaselineVersion]:
    """All baselines that a measure has had, oldest first."""
    rows = model.Session.scalars(
        sa.select(Baseline).where(Baseline.measure_id == measure_id).order_by(Baseline.revision)
    )
    return [_baseline(row) for row in rows]


def _baseline(row: Baseline) -> BaselineVersion:
    return BaselineVersion(
        row.first_period,
        row.last_period,
        row.value,
        row.reason,
        row.revision,
        row.approved_by,
        row.approved_at,
    )


def _order(entry: Result | TargetChange) -> tuple[object, ...]:
    return entry.period.end, entry.period.kind.months, entry.revision


def _result(row: Observation) -> Result:
    assert row.published_at is not None
    assert row.published_version is not None
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
        published_at=row.published_at,
        version=row.published_version,
    )


def _target(row: TargetVersion) -> TargetChange:
    return TargetChange(
        period=periods.parse(row.period),
        revision=row.revision,
        target=Target(row.value, row.low, row.high),
        reason=row.reason,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
    )
