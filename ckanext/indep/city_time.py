"""What day it is in the city, whatever time the server keeps.

Terms, deadlines and fiscal periods end with the city's day, not with that of UTC.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

__all__ = ["ZONE", "today"]

ZONE = ZoneInfo("America/Chicago")


def today() -> dt.date:
    """Return the day that it is now in the city."""
    return dt.datetime.now(ZONE).date()
