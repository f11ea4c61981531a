"""The calendar of quarters as everybody may read it (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ckanext.indep.insight.calendar import Dates
from ckanext.indep.insight.periods import Kind, Period, period_of
from ckanext.indep.insight.status import Reason
from ckanext.indep.insight.summary import Summary, Today

__all__ = ["DATES", "Quarter", "late_departments", "quarters", "read_dates"]

AHEAD = 4
BEHIND = 8

DATES = ("data_due", "review", "council")
"""The dates of a quarter, in their order."""


@dataclass(frozen=True)
class Quarter:
    """A quarter with its dates, whether it is published, and the names of those who are late."""

    period: Period
    dates: Dates
    is_published: bool
    late: tuple[str, ...]

    def is_overdue(self, day: date) -> bool:
        """Whether its figures still lack though the City Council's day has passed."""
        return bool(self.late) and self.dates.council_on < day

    def is_over(self, day: date) -> bool:
        """Whether it has ended."""
        return self.period.end < day


def quarters(
    today: Today, published: Collection[Period], late: Mapping[Period, Iterable[str]]
) -> list[Quarter]:
    """The running quarter, those that follow and the last that ended; the latest first."""
    running = period_of(today.day, Kind.QUARTER)
    found = [running]
    for _ in range(AHEAD - 1):
        found.insert(0, found[0].next())
    for _ in range(BEHIND):
        found.append(found[-1].previous())
    return [
        Quarter(
            period,
            today.calendar.get(period) or today.rule.dates(period),
            period in published,
            tuple(sorted(late.get(period, ()))),
        )
        for period in found
    ]


def late_departments(summaries: Iterable[Summary]) -> dict[Period, set[str]]:
    """The departments that owe figures whose day has passed, by the quarter of the figure."""
    found: dict[Period, set[str]] = defaultdict(set)
    for summary in summaries:
        measure = summary.definition
        for line in summary.lines:
            if line.assessment.reason is Reason.OVERDUE:
                found[line.period.quarter()].add(measure.department_title or measure.department)
    return dict(found)


def read_dates(
    quarter: Period, given: Mapping[str, str]
) -> tuple[dict[str, date], dict[str, list[str]]]:
    """Read the three dates of a quarter; returns them and all that is wrong, by field."""
    dates: dict[str, date] = {}
    errors: dict[str, list[str]] = {}
    before, of_what = quarter.end, f"the end of {quarter.label}"
    for name, words in zip(DATES, ("figures are due", "review", "City Council"), strict=True):
        try:
            found = date.fromisoformat(str(given.get(name) or "").strip())
        except ValueError:
            errors[name] = ["Write this date as 2026-11-23."]
            continue
        if found < before or found == quarter.end:
            order = "after" if before == quarter.end else "on or after"
            errors[name] = [f"This day must be {order} {of_what} ({before:%Y-%m-%d})."]
        elif found.year > quarter.end.year + 1:
            errors[name] = [f"This day is more than a year after {quarter.label}."]
        dates[name] = found
        before, of_what = max(before, found), f"the day of: {words}"
    return dates, errors
