"""The committee's regular days, from a recurrence rule of RFC 5545 such as
``FREQ=MONTHLY;BYDAY=3WE``, the third Wednesday of each month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import cast

from dateutil import rrule

from ckanext.indep import city_time

__all__ = ["Schedule", "occurrences", "parse"]

ANCHOR = dt.date(2000, 1, 1)
"""Where rules begin to count, so that "every second week" means the same weeks for ever."""

YEARS = 30
"""A rule that names no day in so many years names none."""

RULE = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(?!INTERVAL=0)[A-Z]+=[A-Z0-9,+-]+)*")


@dataclass(frozen=True)
class Schedule:
    """Regular days by a checked `rule`, at `time` in city time."""

    rule: str
    time: dt.time


def parse(rule: str, time: str) -> Schedule:
    """Check a rule and a time such as 14:00; raises ValueError with what is wrong."""
    schedule = Schedule(rule, dt.time.fromisoformat(time))
    end = dt.datetime.combine(ANCHOR.replace(year=ANCHOR.year + YEARS), schedule.time)
    try:
        first = next(iter(_days(schedule).replace(count=None, until=end)), None)
    except IndexError:  # dateutil looks for the ninth Wednesday of a month past its end
        first = None
    if first is None:
        raise ValueError("It names no day.")
    return schedule


def occurrences(
    schedule: Schedule, after: dt.datetime, holidays: Collection[dt.date]
) -> Iterator[dt.datetime]:
    """Yield the meetings' beginnings later than `after`, in city time.

    It goes on for ever, unless the rule ends. A day of the rule that is a holiday has no
    regular meeting.
    """
    local = after.astimezone(city_time.ZONE).replace(tzinfo=None)
    for starts in _days(schedule).xafter(local):
        if starts.date() not in holidays:
            yield starts.replace(tzinfo=city_time.ZONE)


def _days(schedule: Schedule) -> rrule.rrule:
    if not RULE.fullmatch(schedule.rule):
        raise ValueError("A rule is like FREQ=MONTHLY;BYDAY=3WE, and DAILY at most.")
    begin = dt.datetime.combine(ANCHOR, schedule.time)
    return cast("rrule.rrule", rrule.rrulestr(schedule.rule, dtstart=begin))
