"""The sole writer of INsight's tables.

Each public function is one unit of work: it checks, writes and commits, or raises and leaves
nothing behind. Who may call them is decided by the actions' auth functions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import ckan.model as model
import sqlalchemy as sa
from sqlalchemy import orm

from ckanext.indep import city_time, events
from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.insight import bulk, calendar, config, history, periods, reader, rules
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import Entry
from ckanext.indep.insight.model import (
    Baseline,
    Commentary,
    Observation,
    ReportingCycle,
    TargetVersion,
    Version,
)
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Target

__all__ = [
    "announce",
    "load_histories",
    "load_history",
    "note_calendar",
    "note_measure",
    "pending_quarters",
    "publish",
    "record",
    "record_derived",
    "set_baseline",
    "set_dates",
    "set_target",
    "unit_of_work",
    "write_baseline",
    "write_target",
]

# One writer at a time: versions are then committed in the order of their numbers, so that a
# page made for version n never lacks what version n − 1 published. The number is arbitrary.
WRITER_LOCK = 0x1D5167

RECOMPUTED = "Computed again from a newer release of the dataset"


def record(
    definition: Definition,
    entries: Sequence[Entry],
    actor: str,
    comments: Sequence[tuple[Period, str]] = (),
) -> int:
    """Record results of one measure, and what its department says about periods.

    They are public from the next publication on.

    Recording again what stands as the latest revision changes nothing. Returns how many rows
    were written. Raises RefusedError for a result that the measure cannot have, and
    ConflictError for a change of a public figure without a reason.
    """
    with unit_of_work():
        return _record(definition, entries, actor) + _comment(definition, comments, actor)


def record_derived(definition: Definition, entries: Sequence[Entry], actor: str) -> int:
    """Record computed results; the same figures from another revision change nothing.

    A figure that is already public is corrected, with the recomputation as the reason.
    """
    with unit_of_work():
        latest = _latest(Observation, definition.id)
        changed = [
            entry._replace(reason=RECOMPUTED)
            for entry in entries
            if not _same_figures(latest.get(entry.period.key), definition, entry)
        ]
        return _record(definition, changed, actor)


def _same_figures(before: Observation | None, definition: Definition, entry: Entry) -> bool:
    if before is None:
        return False
    columns = rules.observation_columns(definition, entry)
    return all(
        getattr(before, name) == columns[name]
        for name in ("state", "value", "numerator", "denominator")
    )


def _record(definition: Definition, entries: Sequence[Entry], actor: str) -> int:
    latest = _latest(Observation, definition.id)
    handed_in = [entry.period for entry in entries if entry.period.key not in latest]
    written = 0
    for entry in entries:
        columns = rules.observation_columns(definition, entry)
        before = latest.get(entry.period.key)
        if before and all(getattr(before, name) == value for name, value in columns.items()):
            continue
        if before and _is_public(definition.id, entry.period) and not entry.reason:
            raise ConflictError(
                f"{entry.period.label} of “{definition.title}” is already public. "
                "Say why it is corrected.",
                period=entry.period.key,
            )
        row = Observation(
            measure_id=definition.id,
            period=entry.period.key,
            revision=before.revision + 1 if before else 1,
            correction_reason=entry.reason if before else None,
            recorded_by=actor,
            **columns,
        )
        model.Session.add(row)
        latest[entry.period.key] = row
        written += 1
    model.Session.flush()
    _note_handed_in(handed_in, actor)
    return written


def set_target(
    definition: Definition, period: Period, target: Target, reason: str, actor: str
) -> bool:
    """Set the target of a period or of a fiscal year; it is public at once.

    The same target again changes nothing (returns False). Raises RefusedError when the
    target does not fit the measure.
    """
    with unit_of_work():
        return bool(write_target(definition, period, target, reason, actor))


def write_target(
    definition: Definition, period: Period, target: Target, reason: str, actor: str
) -> int:
    """As ``set_target``, inside a unit of work; returns the new revision, 0 if none."""
    if not _set_targets(definition, [(period, target, reason)], actor):
        return 0
    _new_version("target", f"{definition.name} {period.key}", actor)
    row: TargetVersion = _latest(TargetVersion, definition.id)[period.key]
    return row.revision


def _set_targets(
    definition: Definition, targets: Sequence[tuple[Period, Target, str]], actor: str
) -> int:
    latest = _latest(TargetVersion, definition.id)
    written = 0
    for period, target, reason in targets:
        rules.check_target(definition, period, target)
        before = latest.get(period.key)
        if before and Target(before.value, before.low, before.high) == target:
            continue
        row = TargetVersion(
            measure_id=definition.id,
            period=period.key,
            revision=before.revision + 1 if before else 1,
            value=target.value,
            low=target.low,
            high=target.high,
            reason=reason,
            approved_by=actor,
        )
        model.Session.add(row)
        latest[period.key] = row
        written += 1
    model.Session.flush()
    return written


def set_baseline(
    definition: Definition,
    first: Period,
    last: Period,
    value: Decimal | None,
    reason: str,
    actor: str,
) -> bool:
    """Set the baseline; None says that it is being set, and results are not scored meanwhile.

    The same baseline again changes nothing (returns False).
    """
    with unit_of_work():
        return bool(write_baseline(definition, first, last, value, reason, actor))


def write_baseline(
    definition: Definition,
    first: Period,
    last: Period,
    value: Decimal | None,
    reason: str,
    actor: str,
) -> int:
    """As ``set_baseline``, inside a unit of work; returns the new revision, 0 if none."""
    before = model.Session.scalar(
        sa.select(Baseline)
        .where(Baseline.measure_id == definition.id)
        .order_by(Baseline.revision.desc())
        .limit(1)
    )
    wanted = (first.key, last.key, value, reason)
    if before and wanted == (
        before.first_period,
        before.last_period,
        before.value,
        before.reason,
    ):
        return 0
    row = Baseline(
        measure_id=definition.id,
        revision=before.revision + 1 if before else 1,
        first_period=first.key,
        last_period=last.key,
        value=value,
        reason=reason,
        approved_by=actor,
    )
    model.Session.add(row)
    _new_version("baseline", definition.name, actor)
    return row.revision


def _comment(definition: Definition, texts: Sequence[tuple[Period, str]], actor: str) -> int:
    latest = _latest(Commentary, definition.id)
    written = 0
    for period, text in texts:
        rules.check_period(definition, period)
        before = latest.get(period.key)
        if before and before.text == text:
            continue
        row = Commentary(
            measure_id=definition.id,
            period=period.key,
            revision=before.revision + 1 if before else 1,
            text=text,
            written_by=actor,
        )
        model.Session.add(row)
        latest[period.key] = row
        written += 1
    model.Session.flush()
    return written


def set_dates(quarter: Period, due: date, review: date, council: date, actor: str) -> None:
    """Set the dates of one quarter's reporting. Raises RefusedError if they are out of order."""
    if not quarter.end < due <= review <= council:
        raise RefusedError(
            f"The dates of {quarter.label} must follow each other: "
            "end of the quarter, figures due, review, City Council."
        )
    with unit_of_work():
        number = model.Session.scalar(
            sa.select(sa.func.count()).where(ReportingCycle.period == quarter.key)
        )
        model.Session.add(
            ReportingCycle(
                period=quarter.key,
                revision=(number or 0) + 1,
                period_end=quarter.end,
                data_due=due,
                review_on=review,
                council_on=council,
                set_by=actor,
            )
        )
        _new_version("calendar", quarter.key, actor)


def publish(
    quarters: Iterable[Period], actor: str, only: Callable[[], Collection[str]] | None = None
) -> tuple[int, int]:
    """Publish everything recorded for these quarters, at once and under one version.

    A quarter takes with it the months in it and the year that ends with it. Of several
    revisions that are not yet public only the latest is published. Publishing again
    publishes the corrections made since.

    ``only``, asked inside the transaction, names the measures that may be published; without
    it all may. Returns the version and the number of results. Raises ConflictError if nothing
    waits.
    """
    keys = sorted({quarter.key for quarter in quarters})
    with unit_of_work():
        allowed = None if only is None else only()
        waiting = [
            row
            for row in _unpublished(Observation) + _unpublished(Commentary)
            if periods.parse(row.period).quarter().key in keys
            and (allowed is None or row.measure_id in allowed)
        ]
        results = sum(isinstance(row, Observation) for row in waiting)
        if not waiting:
            raise ConflictError(
                f"Nothing waits to be published for {', '.join(keys) or 'no quarter'}.",
                periods=keys,
            )
        version = _new_version("publication", " ".join(keys), actor)
        for row in waiting:
            row.published_version = version.id
            row.published_at = version.made_at
        number = version.id
    events.published.send(version=number, quarters=keys)
    return number, results


def pending_quarters() -> list[Period]:
    """Quarters for which results wait to be published, oldest first."""
    return periods.in_order(
        {periods.parse(row.period).quarter() for row in _unpublished(Observation)}
    )


def announce(subject: str, actor: str) -> None:
    """Note that a measure's definition became public, changed or was withdrawn."""
    with unit_of_work():
        _new_version("measure", subject, actor)


def note_calendar(subject: str, actor: str) -> None:
    """Note, inside a unit of work, that the public calendar shows something else."""
    _new_version("calendar", subject, actor)


def note_measure(subject: str, actor: str) -> None:
    """Note, inside a unit of work, that the page of a measure shows something else."""
    _new_version("measure", subject, actor)


def load_history(definition: Definition, rows: Iterable[Mapping[str, Any]], actor: str) -> int:
    """Load results, targets and comments of the past; the same rows again change nothing.

    A row has ``period`` and any of ``value``, ``numerator``, ``denominator``, ``margin``,
    ``state``, ``provisional``, ``target``, ``target_low``, ``target_high``,
    ``target_reason``, ``comment``, ``source``, ``reason``; numbers as text or numbers, blanks
    as None or empty text. A row with a target only is allowed. Results are public from the
    next publication on. Returns how many rows were written; raises RefusedError that names
    the period, and nothing is then written.
    """
    return load_histories([(definition, [history.read_row(row) for row in rows])], actor).written


def load_histories(
    batch: Sequence[tuple[Definition, Sequence[history.Row]]], actor: str
) -> bulk.Loaded:
    """Load what was read of several measures, in one transaction and by few statements.

    A figure that stands already is left as it is, also where the file rounds it or does not
    name its source. Raises RefusedError or ConflictError that name the period, and nothing is
    then written.
    """
    with unit_of_work():
        standing = bulk.standing([definition.id for definition, _rows in batch])
        loaded = bulk.Loaded()
        observations: list[dict[str, Any]] = []
        handed_in: set[Period] = set()
        for definition, rows in batch:
            loaded.targets += _load_targets(definition, rows, actor)
            for row in rows:
                if row.entry is None:
                    continue
                before = standing.get((definition.id, row.period.key))
                columns = rules.change(definition, row.entry, before, row.columns)
                loaded.count(columns is not None, before)
                if columns is not None:
                    observations.append({"measure_id": definition.id, **columns})
                    if before is None:
                        handed_in.add(row.period)
            comments = [(row.period, row.comment) for row in rows if row.comment]
            loaded.comments += _comment(definition, comments, actor) if comments else 0
        bulk.copy_observations(observations, actor)
        _note_handed_in(handed_in, actor)
        return loaded


def _load_targets(definition: Definition, rows: Sequence[history.Row], actor: str) -> int:
    targets = [
        (row.period, row.target, row.target_reason or "Loaded with the history")
        for row in rows
        if row.target is not None
    ]
    changed = _set_targets(definition, targets, actor) if targets else 0
    if changed:
        _new_version("target", definition.name, actor)
    return changed


def _note_handed_in(first_time: Iterable[Period], actor: str) -> None:
    """Note that pages which may have called these figures late are to be made anew."""
    dates, rule, today = reader.cycles(), config.calendar_rule(), city_time.today()
    due = {one.quarter() for one in first_time if calendar.is_due(one, dates, rule, today)}
    if due:
        _new_version("calendar", " ".join(one.key for one in periods.in_order(due)), actor)


@contextmanager
def unit_of_work() -> Generator[None]:
    """One transaction of INsight's only writer: committed at the end, or all is undone."""
    session = model.Session
    try:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER_LOCK)))
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def _new_version(kind: str, subject: str, actor: str) -> Version:
    version = Version(kind=kind, subject=subject, made_by=actor)
    model.Session.add(version)
    model.Session.flush()
    model.Session.refresh(version)
    return version


def _latest(table: Any, measure_id: str) -> dict[str, Any]:
    """The row of the highest revision by period."""
    rows = model.Session.scalars(
        sa.select(table).where(table.measure_id == measure_id).order_by(table.revision)
    )
    return {row.period: row for row in rows}


def _is_public(measure_id: str, period: Period) -> bool:
    found = model.Session.scalar(
        sa.select(Observation.id)
        .where(
            Observation.measure_id == measure_id,
            Observation.period == period.key,
            Observation.published_version.is_not(None),
        )
        .limit(1)
    )
    return found is not None


def _unpublished(table: Any) -> list[Any]:
    """Rows that are the latest of their period and not public."""
    newer = orm.aliased(table)
    return list(
        model.Session.scalars(
            sa.select(table)
            .where(
                table.published_version.is_(None),
                ~sa.exists().where(
                    newer.measure_id == table.measure_id,
                    newer.period == table.period,
                    newer.revision > table.revision,
                ),
            )
            .order_by(table.id)
        )
    )
