"""Fiscal months, quarters and years.

The city's fiscal year starts on July 1 and is named by the year in which it ends:
July to September 2017 is the first quarter of FY2018, as on the city's own dashboard.
A period's key (``FY2018-Q1``, ``FY2018-M03``, ``FY2018``) is what is stored and what
stands in addresses and downloads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cached_property, lru_cache

__all__ = ["FISCAL_START", "Kind", "Period", "PeriodError", "in_order", "parse", "period_of"]

FISCAL_START = 7
"""Calendar month in which the fiscal year starts."""

_KEY = re.compile(
    r"FY\s?(?P<year>[0-9]{4})(?:[\s-]*(?P<kind>[QM])(?P<number>[0-9]{1,2}))?", re.IGNORECASE
)
_CALENDAR_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")

MOST_KEPT = 4096
"""How many periods are remembered: all between 1901 and 2199 are hardly more."""


class PeriodError(ValueError):
    """The text does not name a fiscal period."""


class Kind(str, Enum):
    """How long a period is; the value is what a measure's ``frequency`` calls it."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Length in months."""
        return {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.YEAR: 12}[self]

    @property
    def per_year(self) -> int:
        """How many of them make a fiscal year."""
        return 12 // self.months


@dataclass(frozen=True)
class Period:
    """One fiscal month, quarter or year.

    ``fiscal_year`` is the calendar year of its June 30; ``number`` counts from 1 within
    the fiscal year and is 1 for a whole year.
    """

    fiscal_year: int
    kind: Kind
    number: int = 1

    def __post_init__(self) -> None:
        if not 1901 <= self.fiscal_year <= 2199:
            raise PeriodError(f"The fiscal year {self.fiscal_year} is not between 1901 and 2199.")
        if not 1 <= self.number <= self.kind.per_year:
            raise PeriodError(
                f"A fiscal year has no {self.kind.value} {self.number}: "
                f"it has {self.kind.per_year}."
            )

    @cached_property
    def key(self) -> str:
        """The stored name, such as ``FY2018-Q1``."""
        if self.kind is Kind.YEAR:
            return f"FY{self.fiscal_year}"
        if self.kind is Kind.QUARTER:
            return f"FY{self.fiscal_year}-Q{self.number}"
        return f"FY{self.fiscal_year}-M{self.number:02d}"

    @property
    def label(self) -> str:
        """The name for people, such as ``FY2018 Q1``."""
        return self.key.replace("-", " ")

    @cached_property
    def start(self) -> date:
        """First day."""
        months = FISCAL_START - 1 + (self.number - 1) * self.kind.months
        return date(self.fiscal_year - 1 + months // 12, months % 12 + 1, 1)

    @cached_property
    def end(self) -> date:
        """Last day."""
        return self.next().start - timedelta(days=1)

    def next(self) -> Period:
        """The period of the same length that follows."""
        return self._moved(1)

    def previous(self) -> Period:
        """The period of the same length before."""
        return self._moved(-1)

    def year_before(self) -> Period:
        """The same period of the fiscal year before."""
        return _period(self.fiscal_year - 1, self.kind, self.number)

    def year(self) -> Period:
        """The fiscal year that it lies in."""
        return _period(self.fiscal_year, Kind.YEAR)

    def quarter(self) -> Period:
        """The fiscal quarter in which it ends, and with which it is published."""
        return period_of(self.end, Kind.QUARTER)

    def _moved(self, steps: int) -> Period:
        index = self.fiscal_year * self.kind.per_year + self.number - 1 + steps
        return _period(index // self.kind.per_year, self.kind, index % self.kind.per_year + 1)


@lru_cache(maxsize=MOST_KEPT)
def _period(fiscal_year: int, kind: Kind, number: int = 1) -> Period:
    """The period, with what was computed of it before."""
    return Period(fiscal_year, kind, number)


def parse(text: str) -> Period:
    """Read ``FY2018 Q1``, ``FY2018-M03``, ``FY2018`` or a calendar month ``2017-09``.

    Raises PeriodError with a sentence that says what is accepted.
    """
    stripped = text.strip()
    month = _CALENDAR_MONTH.fullmatch(stripped)
    if month and 1 <= int(month["month"]) <= 12:
        return period_of(date(int(month["year"]), int(month["month"]), 1), Kind.MONTH)
    match = _KEY.fullmatch(stripped)
    if not match:
        raise PeriodError(
            f"“{stripped[:40]}” is not a period. Write FY2018 Q1, FY2018 M03, FY2018 or 2017-09."
        )
    kinds = {"Q": Kind.QUARTER, "M": Kind.MONTH}
    if match["kind"] is None:
        return _period(int(match["year"]), Kind.YEAR)
    return _period(int(match["year"]), kinds[match["kind"].upper()], int(match["number"]))


def period_of(day: date, kind: Kind) -> Period:
    """The period of that length in which the day lies."""
    fiscal_year = day.year + 1 if day.month >= FISCAL_START else day.year
    month_of_year = (day.month - FISCAL_START) % 12
    return _period(fiscal_year, kind, month_of_year // kind.months + 1)


def in_order(periods: Iterable[Period]) -> list[Period]:
    """Sorted by their last day; where two end together the shorter one comes first."""
    return sorted(periods, key=lambda period: (period.end, period.kind.months))
