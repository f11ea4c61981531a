"""Calendars as iCalendar (RFC 5545), for everybody's own calendar.

An entry keeps its UID for ever; a change raises its SEQUENCE, and what is cancelled stays in
the feed as cancelled, so that subscribers learn of it.
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
    """What calendars show; a plain date is a whole day, without an end a moment.

    `uid` is unique on this portal, `status` is TENTATIVE, CONFIRMED or CANCELLED.
    """

    uid: str
    title: str
    starts_at: dt.date
    ends_at: dt.date | None
    location: str
    url: str
    description: str
    status: str
    sequence: int
    changed_at: dt.datetime


def calendar(product: str, name: str, host: str, entries: Iterable[CalendarEntry]) -> bytes:
    """Return the feed; the same entries give the same bytes, whenever they are asked for.

    `product` is the part of the portal that it comes from, `host` makes the UIDs unique in the
    world.
    """
    feed = Calendar()
    feed.add("prodid", f"-//ckanext-indep//{product}//EN")
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
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    event.add("dtstart", _in_city(entry.starts_at))
    if entry.ends_at is not None:
        event.add("dtend", _in_city(entry.ends_at))
    event.add("status", entry.status)
    event.add("url", entry.url)
    if entry.location:
        event.add("location", entry.location)
    if entry.description:
        event.add("description", entry.description)
    return event


def _in_city(when: dt.date) -> dt.date:
    return when.astimezone(city_time.ZONE) if isinstance(when, dt.datetime) else when
