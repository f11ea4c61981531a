"""When a quarter's figures are due, reviewed and shown to the City Council."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ckanext.indep.insight.periods import Kind, Period, period_of

__all__ = ["Dates", "Rule", "is_due", "latest_due"]


@dataclass(frozen=True)
class Dates:
    """The dates of one quarter's reporting."""

    period: Period
    data_due: date
    review_on: date
    council_on: date


@dataclass(frozen=True)
class Rule:
    """Days after the quarter's last day, used where no dates were set for a quarter."""

    data_due: int
    review: int
    council: int

    def dates(self, quarter: Period) -> Dates:
        """The dates by rule."""
        return Dates(
            quarter,
            quarter.end + timedelta(days=self.data_due),
            quarter.end + timedelta(days=self.review),
            quarter.end + timedelta(days=self.council),
        )


def is_due(period: Period, calendar: dict[Period, Dates], rule: Rule, today: date) -> bool:
    """Whether the figure of a period should have been handed in by now."""
    quarter = period.quarter()
    dates = calendar.get(quarter) or rule.dates(quarter)
    return dates.data_due < today


def latest_due(kind: Kind, calendar: dict[Period, Dates], rule: Rule, today: date) -> Period:
    """The latest period of that length whose figure is due.

    A month is due with the quarter that it lies in.
    """
    period = period_of(today, kind)
    while not is_due(period, calendar, rule, today):
        period = period.previous()
    return period
