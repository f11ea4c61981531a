"""What is to be said about a measure today, worked out from its definition and record (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from ckanext.indep.insight import calendar, trend
from ckanext.indep.insight.calendar import Dates, Rule
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.records import Record, Result, TargetChange
from ckanext.indep.insight.status import (
    Aggregation,
    Assessment,
    Figure,
    Reason,
    Status,
    Target,
    assess,
    not_scored,
    year_to_date,
)
from ckanext.indep.insight.trend import Assurance, Meaning, Signal, Trend

__all__ = ["Line", "Summary", "Today", "runs", "summarise"]

SCORED = frozenset({Status.MET, Status.UNDER, Status.NOT_MET})


@dataclass(frozen=True)
class Today:
    """The day, and when figures are due."""

    day: date
    rule: Rule
    calendar: dict[Period, Dates] = field(default_factory=dict[Period, Dates])


@dataclass(frozen=True)
class Line:
    """One period: the result as it stands now, as first reported, its target and status."""

    period: Period
    result: Result | None
    first: Result | None
    target: TargetChange | None
    assessment: Assessment
    comment: str = ""
    signal: Signal | None = None

    @property
    def value(self) -> Decimal | None:
        """The figure, if there is one to show."""
        return self.result.value if self.result else None

    @property
    def is_corrected(self) -> bool:
        """Whether the figure differs from the one first reported."""
        return bool(self.first and self.result and self.first.revision != self.result.revision)


@dataclass(frozen=True)
class Summary:
    """A measure with its periods, oldest first and without holes, and what they add up to."""

    definition: Definition
    record: Record
    lines: tuple[Line, ...]
    trend: Trend | None
    meaning: Meaning
    assurance: Assurance | None
    year_to_date: Assessment | None

    @property
    def headline(self) -> Line | None:
        """The period that the measure is judged by: the latest one, even if it is overdue."""
        return self.lines[-1] if self.lines else None

    @property
    def latest(self) -> Line | None:
        """The latest period with a figure."""
        return next((line for line in reversed(self.lines) if line.value is not None), None)

    @property
    def status(self) -> Status:
        """Status of the headline."""
        return self.headline.assessment.status if self.headline else Status.NOT_SCORED

    @property
    def is_overdue(self) -> bool:
        """Whether a figure is late."""
        return bool(self.headline and self.headline.assessment.reason is Reason.OVERDUE)

    @property
    def year_ago(self) -> Line | None:
        """The same period a year before the latest."""
        if self.latest is None:
            return None
        wanted = self.latest.period.year_before()
        return next((line for line in self.lines if line.period == wanted), None)

    @property
    def before(self) -> Line | None:
        """The last period with a status before the headline."""
        earlier = (line for line in reversed(self.lines[:-1]))
        return next((line for line in earlier if line.assessment.status in SCORED), None)

    @property
    def changed_status(self) -> bool:
        """Whether the headline's status is another than the one before."""
        return bool(
            self.before and self.status in SCORED and self.before.assessment.status != self.status
        )

    @property
    def changed_target(self) -> bool:
        """Whether the headline is judged by another target than the period before."""
        if not self.headline or not self.before:
            return False
        now, before = self.headline.target, self.before.target
        return bool(now and before and now.target != before.target)


def summarise(definition: Definition, record: Record, today: Today) -> Summary:
    """Judge every period of a measure as of a day."""
    shown = replace(
        record, results=tuple(_without_small(definition, result) for result in record.results)
    )
    by_period: dict[Period, list[Result]] = defaultdict(list)
    for result in shown.results:
        by_period[result.period].append(result)
    lines = [
        _line(definition, shown, period, by_period[period], today)
        for period in _periods(definition, shown, today)
    ]
    positions = [position for position, line in enumerate(lines) if line.value is not None]
    found = trend.analyse([float(lines[position].value or 0) for position in positions])
    if found:
        for position, signal in zip(positions, found.signals, strict=True):
            lines[position] = replace(lines[position], signal=signal)
    return Summary(
        definition=definition,
        record=shown,
        lines=tuple(lines),
        trend=found,
        meaning=trend.meaning(found, definition.direction),
        assurance=_assurance(definition, found, lines),
        year_to_date=_year_to_date(definition, shown, lines),
    )


def runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines one by one, but neighbours without a figure for the same reason together."""

    def same(line: Line) -> tuple[object, ...]:
        if line.value is not None:
            return (line.period,)
        return line.assessment.reason, line.comment, line.target

    return [list(members) for _key, members in groupby(lines, key=same)]


def _without_small(definition: Definition, result: Result) -> Result:
    """Suppress a result out of so few that somebody could be recognised."""
    least = definition.minimum_denominator
    if least is None or result.denominator is None or result.denominator >= least:
        return result
    return replace(
        result, state="suppressed", value=None, numerator=None, denominator=None, margin=None
    )


def _periods(definition: Definition, record: Record, today: Today) -> list[Period]:
    reported = sorted({result.period for result in record.results}, key=lambda one: one.end)
    if definition.kind is None:
        return reported
    if any(result.state == "retired" for result in record.results[-1:]):
        return _through(reported[0], reported[-1])
    due = calendar.latest_due(definition.kind, today.calendar, today.rule, today.day)
    while due in record.waiting and due not in reported:
        due = due.previous()
    if not reported:
        has_target = any(change.period in (due, due.year()) for change in record.targets)
        return [due] if has_target else []
    return _through(reported[0], max(reported[-1], due, key=lambda one: one.end))


def _through(first: Period, last: Period) -> list[Period]:
    periods = [first]
    while periods[-1].end < last.end:
        periods.append(periods[-1].next())
    return periods


def _line(
    definition: Definition, record: Record, period: Period, results: list[Result], today: Today
) -> Line:
    first = results[0] if results else None
    result = results[-1] if results else None
    target = _target(definition, record, period, first.published_at if first else None)
    assessment = _assess(definition, record, result, target)
    if result is None and definition.kind is not None:
        assessment = not_scored(_why_missing(record, period, today))
    return Line(period, result, first, target, assessment, record.comments.get(period.key, ""))


def _why_missing(record: Record, period: Period, today: Today) -> Reason:
    if period in record.waiting:
        return Reason.HANDED_IN
    if calendar.is_due(period, today.calendar, today.rule, today.day):
        return Reason.OVERDUE
    return Reason.NOT_DUE


def _assess(
    definition: Definition, record: Record, result: Result | None, target: TargetChange | None
) -> Assessment:
    if result is None or result.value is None:
        state = result.state if result else "not_collected"
        return not_scored(Reason(state))
    if record.baseline and record.baseline.value is None:
        return not_scored(Reason.BASELINE, result.value)
    if target is None:
        return not_scored(Reason.NO_TARGET, result.value)
    return assess(
        result.value,
        target.target,
        definition.direction,
        definition.precision,
        definition.tolerance,
        result.margin,
    )


def _target(
    definition: Definition, record: Record, period: Period, reported_at: datetime | None
) -> TargetChange | None:
    """The target in force when the period was reported; for one not reported, the latest."""
    for one in definition.judged_by(period):
        changes = [
            change
            for change in record.targets
            if change.period == one and (reported_at is None or change.approved_at <= reported_at)
        ]
        if changes:
            return changes[-1]
    return None


def _assurance(definition: Definition, found: Trend | None, lines: list[Line]) -> Assurance | None:
    target = lines[-1].target if lines else None
    if found is None or target is None:
        return None
    low = target.target.value if target.target.low is None else target.target.low
    high = target.target.value if target.target.high is None else target.target.high
    return trend.assurance(
        found.limits,
        definition.direction,
        None if low is None else float(low),
        None if high is None else float(high),
    )


def _year_to_date(definition: Definition, record: Record, lines: list[Line]) -> Assessment | None:
    """The fiscal year of the latest result so far, once it has more than one."""
    known = [line for line in lines if line.value is not None]
    if not known or known[-1].period.kind is Kind.YEAR:
        return None
    year = known[-1].period.fiscal_year
    figures = [
        Figure(
            line.value,
            line.result.numerator if line.result else None,
            line.result.denominator if line.result else None,
            line.target.target.value if line.target else None,
        )
        for line in known
        if line.period.fiscal_year == year
    ]
    if len(figures) < 2:
        return None
    value, total = year_to_date(figures, definition.aggregation, definition.scale)
    if value is None:
        return None
    if record.baseline and record.baseline.value is None:
        return not_scored(Reason.BASELINE, value)
    latest = known[-1].target
    if definition.aggregation is Aggregation.SUM:
        target = None if total is None else Target(total)
    else:
        target = latest.target if latest else None
    if target is None:
        return not_scored(Reason.NO_TARGET, value)
    return assess(
        value,
        target,
        definition.direction,
        definition.precision,
        definition.tolerance,
    )
