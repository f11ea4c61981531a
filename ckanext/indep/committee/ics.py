"""The calendar of meetings as iCalendar (RFC 5545), for everybody's own calendar.

A meeting keeps its UID for ever; a change raises its SEQUENCE, and a cancelled meeting stays
in the feed as cancelled, so that subscribers learn of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event

from ckanext.indep import city_time

__all__ = ["CalendarEntry", "calendar"]


@dataclass(frozen=True)
class CalendarEntry:
    """A meeting as calendars need it; `status` is TENTATIVE, CONFIRMED or CANCELLED."""

    number: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    location: str
    url: str
    description: str
    status: str
    sequence: int
    changed_at: dt.datetime


def calendar(name: str, host: str, entries: Iterable[CalendarEntry]) -> bytes:
    """Return the feed; the same entries give the same bytes, whenever they are asked for.

    `host` makes the UIDs unique in the world.
    """
    feed = Calendar()
    feed.add("prodid", "-//ckanext-indep//committee//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", name)
    feed.add("x-wr-timezone", city_time.ZONE.key)
    for entry in entries:
        feed.add_component(_event(entry, host))
    feed.add_missing_timezones()
    return feed.to_ical()


def _event(entry: CalendarEntry, host: str) -> Event:
    changed = entry.changed_at.astimezone(dt.timezone.utc).replace(microsecond=0)
    event = Event()
    event.add("uid", f"committee-meeting-{entry.number}@{host}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    event.add("dtstart", entry.starts_at.astimezone(city_time.ZONE))
    event.add("dtend", entry.ends_at.astimezone(city_time.ZONE))
    event.add("status", entry.status)
    event.add("url", entry.url)
    if entry.location:
        event.add("location", entry.location)
    if entry.description:
        event.add("description", entry.description)
    return event
