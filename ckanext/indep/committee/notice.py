"""How long before a meeting its agenda was posted, as the open-meetings law counts.

Missouri asks public bodies for notice of time, date, place and tentative agenda "at least
twenty-four hours, exclusive of weekends and holidays when the facility is closed, prior to the
commencement of any meeting" (RSMo 610.020.2). Whether that law binds this committee is for
the city's counsel; the policy says how many hours are kept, none for no notice period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from ckanext.indep import city_time

__all__ = ["given", "is_open", "latest"]

DAY = dt.timedelta(days=1)


def is_open(day: dt.date, holidays: Collection[dt.date]) -> bool:
    """Whether hours of `day` count: it is neither on a weekend nor a holiday."""
    return day.weekday() < 5 and day not in holidays


def given(posted: dt.datetime, starts: dt.datetime, holidays: Collection[dt.date]) -> dt.timedelta:
    """Return the notice given by posting at `posted`, counted in open days only.

    Both moments have a time zone. A posting after the start gives none.
    """
    posted, starts = posted.astimezone(dt.timezone.utc), starts.astimezone(dt.timezone.utc)
    total = dt.timedelta()
    day = posted.astimezone(city_time.ZONE).date()
    while _midnight(day) < starts:
        if is_open(day, holidays):
            begin, end = max(posted, _midnight(day)), min(starts, _midnight(day + DAY))
            total += max(end - begin, dt.timedelta())
        day += DAY
    return total


def latest(starts: dt.datetime, hours: float, holidays: Collection[dt.date]) -> dt.datetime:
    """Return the last moment at which posting still gives `hours` of notice."""
    left = dt.timedelta(hours=hours)
    day, end = starts.astimezone(city_time.ZONE).date(), starts.astimezone(dt.timezone.utc)
    while left:
        begin = _midnight(day)
        if is_open(day, holidays):
            available = end - begin
            if available >= left:
                end -= left
                break
            left -= available
        end, day = begin, day - DAY
    return end.astimezone(city_time.ZONE)


def _midnight(day: dt.date) -> dt.datetime:
    """Return the beginning of a day in the city, in UTC: there an hour always is an hour."""
    local = dt.datetime.combine(day, dt.time(), tzinfo=city_time.ZONE)
    return local.astimezone(dt.timezone.utc)
