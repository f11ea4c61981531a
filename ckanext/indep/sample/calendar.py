"""The days of the sample's history, counted from the day on which it is loaded. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.indep import city_time

__all__ = ["LONG_BEFORE", "Calendar", "make"]

LONG_BEFORE = dt.timedelta(days=230)
"""How long before the loading the history begins: longer than an idle draft is kept."""

SETTLED = dt.timedelta(days=4)
"""How long ago the last meeting was at least, as its minutes take a few days."""

NOTICE = dt.timedelta(days=3)
"""How far off the next meeting is at least, so that its agenda was posted in time yesterday."""

NAME = re.compile(r"(start|today|first|second|coming)([+-]\d+)?")
USUAL = dt.time(10)
FRIDAY = 4


@dataclass(frozen=True)
class Calendar:
    """Named days; those of `meetings` (first, second, coming) have an hour as well."""

    today: dt.date
    meetings: Mapping[str, dt.datetime]

    @property
    def start(self) -> dt.date:
        """The day on which the history begins."""
        return self.today - LONG_BEFORE

    def exactly(self, name: str) -> dt.datetime | dt.date:
        """Return what a name such as ``today-3`` or ``first`` stands for.

        A meeting's is its beginning, so many days later; the others are days. Raises ValueError.
        """
        match = NAME.fullmatch(name)
        if not match:
            raise ValueError(f"'{name}' is no day of the sample's calendar.")
        base, days = match[1], dt.timedelta(days=int(match[2] or 0))
        if base in self.meetings:
            return self.meetings[base] + days
        return {"start": self.start, "today": self.today}[base] + days

    def moment(self, name: str, time: str | None = None) -> dt.datetime:
        """Return the moment on a named day, at a time such as 14:02, in the city.

        Nobody works on weekends: it is the Friday before.
        """
        found = self.exactly(name)
        day = found.date() if isinstance(found, dt.datetime) else found
        day -= dt.timedelta(days=max(day.weekday() - FRIDAY, 0))
        at = dt.time.fromisoformat(time) if time else USUAL
        return dt.datetime.combine(day, at, tzinfo=city_time.ZONE)

    def filled(self, value: Any) -> Any:
        """Return a value with each text ``{name}`` in it replaced by that day, as ISO writes it."""
        if isinstance(value, dict):
            return {key: self.filled(inner) for key, inner in value.items()}
        if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
            return self.exactly(value[1:-1]).isoformat()
        return value


def make(today: dt.date, regular: Sequence[dt.datetime]) -> Calendar:
    """Return the calendar for a day, from the committee's regular meetings around it in order."""
    past = [m for m in regular if m.date() <= today - SETTLED]
    ahead = [m for m in regular if m.date() >= today + NOTICE]
    first, second = past[-2:]
    return Calendar(today, {"first": first, "second": second, "coming": ahead[0]})
