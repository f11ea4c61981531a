"""Is a dataset as fresh as its update frequency promises? Pure: neither CKAN nor a database.

A frequency is an ISO 8601 repeating interval, as DCAT-US 1.1 writes it in `accrualPeriodicity`
(`R/P1M` is every month, `R/P3.5D` twice a week, `R/PT1H` every hour), or any other text, such as
`irregular`, which promises nothing.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

__all__ = ["Freshness", "Interval", "Standing", "assess", "parse_frequency"]

_INTERVAL = re.compile(
    r"R/P(?=[\dT])"
    r"(?:(?P<years>\d+(?:\.\d+)?)Y)?"
    r"(?:(?P<months>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<weeks>\d+(?:\.\d+)?)W)?"
    r"(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?"
)
_DAYS_PER_MONTH = 365.25 / 12
_LAST_DAY = date(9999, 12, 31)


class Standing(str, Enum):
    """How a dataset stands against its promise."""

    ON_TIME = "on_time"
    LATE = "late"
    NO_PROMISE = "no_promise"


@dataclass(frozen=True)
class Interval:
    """The time between two updates: whole calendar months and, besides, days."""

    months: int
    days: int

    def after(self, start: date) -> date:
        """The day one interval after `start`; a month's end stays a month's end."""
        year, month0 = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        if year > _LAST_DAY.year:
            return _LAST_DAY
        last = calendar.monthrange(year, month0 + 1)[1]
        moved = date(year, month0 + 1, min(start.day, last))
        return moved + timedelta(days=min(self.days, (_LAST_DAY - moved).days))


@dataclass(frozen=True)
class Freshness:
    """When data was last updated, when the next update is due, and how that stands."""

    updated: date
    due: date | None
    standing: Standing


def parse_frequency(text: str) -> Interval | None:
    """Read a repeating interval; None when `text` is not one.

    Fractions of years and months become days (a month counts 30.44 days), and anything shorter
    than a day counts as one day, because updates are dated by the day.
    """
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        return None
    years, months, weeks, days = (
        float(match[unit] or 0) for unit in ("years", "months", "weeks", "days")
    )
    all_months = years * 12 + months
    whole_months = math.floor(all_months)
    rest = (all_months - whole_months) * _DAYS_PER_MONTH + weeks * 7 + days
    if whole_months == 0:
        rest = max(rest, 1)
    return Interval(whole_months, math.ceil(rest))


def assess(updated: date, frequency: str, today: date) -> Freshness:
    """Compare the last update with the promised frequency.

    Data is late from the day after the one on which the next update was due.
    """
    interval = parse_frequency(frequency)
    if interval is None:
        return Freshness(updated, None, Standing.NO_PROMISE)
    due = interval.after(updated)
    return Freshness(updated, due, Standing.LATE if today > due else Standing.ON_TIME)
