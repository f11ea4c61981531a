"""When released data is to be looked at again: a pure rule from days and policy.

The days come from the policy's `reviews`, by the dataset's update frequency; the clock starts at
the last release or the last time somebody attested that it is still right.
"""

from __future__ import annotations

import datetime as dt
from enum import Enum

__all__ = ["Lateness", "due_on", "lateness"]


class Lateness(str, Enum):
    IN_TIME = "in_time"
    DUE = "due"
    OVERDUE = "overdue"


def due_on(checked_on: dt.date, days: int) -> dt.date:
    """Return the day of the next look, `days` after the last one."""
    return checked_on + dt.timedelta(days=days)


def lateness(due: dt.date, today: dt.date, escalate_days: int) -> Lateness:
    """Say whether it is time; overdue is what has been due for longer than `escalate_days`."""
    if today < due:
        return Lateness.IN_TIME
    return Lateness.OVERDUE if (today - due).days > escalate_days else Lateness.DUE
