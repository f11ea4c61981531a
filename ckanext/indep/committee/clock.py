"""The present moment, and moments as people of the city write and read them."""

from __future__ import annotations

import datetime as dt

from ckanext.indep import city_time

__all__ = ["now", "parse"]


def now() -> dt.datetime:
    """Return the present moment, in UTC, with its time zone."""
    return city_time.now()


def parse(text: str) -> dt.datetime:
    """Read an ISO date and time, in city time where it names no zone; raises ValueError."""
    moment = dt.datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=city_time.ZONE)
