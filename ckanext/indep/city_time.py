"""What time and what day it is in the city, whatever the server's own clock is set to.

Terms, deadlines and fiscal periods end with the city's day, not with that of UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

__all__ = ["ZONE", "now", "set_to", "today"]

ZONE = ZoneInfo("America/Chicago")
_AHEAD: ContextVar[dt.timedelta] = ContextVar("ahead", default=dt.timedelta())


def now() -> dt.datetime:
    """Return the present moment, in UTC, with its time zone."""
    return dt.datetime.now(dt.timezone.utc) + _AHEAD.get()


def today() -> dt.date:
    """Return the day that it is now in the city."""
    return now().astimezone(ZONE).date()


@contextmanager
def set_to(moment: dt.datetime) -> Generator[None, None, None]:
    """Let it be `moment` at first, and go on from there, for what this thread does meanwhile.

    For the sample city alone, whose history began before it was loaded; tests see to that.
    """
    token = _AHEAD.set(moment - dt.datetime.now(dt.timezone.utc))
    try:
        yield
    finally:
        _AHEAD.reset(token)
