"""The calendar's days and public meetings as entries for everybody's own calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import ckan.plugins.toolkit as tk

from ckanext.indep import city_time
from ckanext.indep.ics import CalendarEntry
from ckanext.indep.insight import sentences
from ckanext.indep.insight.meetings.book import Meeting
from ckanext.indep.insight.meetings.quarters import Quarter
from ckanext.indep.insight.meetings.states import MeetingState
from ckanext.indep.insight.periods import Period

__all__ = ["entries"]


def entries(
    quarters: Iterable[Quarter],
    changes: Mapping[Period, tuple[int, dt.datetime]],
    meetings: Iterable[Meeting],
    url: str,
) -> list[CalendarEntry]:
    """Three days of each quarter, then the meetings; the same record gives the same entries."""
    found: list[CalendarEntry] = []
    for quarter in quarters:
        label = sentences.period_label(quarter.period)
        begin = dt.datetime.combine(quarter.period.start, dt.time(), city_time.ZONE)
        sequence, changed_at = changes.get(quarter.period, (0, begin))
        days = {
            "due": (quarter.dates.data_due, tk._("Figures of %(quarter)s are due")),
            "review": (quarter.dates.review_on, tk._("Figures of %(quarter)s are reviewed")),
            "council": (
                quarter.dates.council_on,
                tk._("The City Council sees the figures of %(quarter)s"),
            ),
        }
        for name, (day, words) in days.items():
            found.append(
                CalendarEntry(
                    uid=f"insight-{quarter.period.key}-{name}",
                    title=words % {"quarter": label},
                    starts_at=day,
                    ends_at=day + dt.timedelta(days=1),
                    location="",
                    url=url,
                    description="",
                    status="CONFIRMED",
                    sequence=sequence,
                    changed_at=changed_at,
                )
            )
    return found + [_meeting(one, url) for one in meetings]


def _meeting(meeting: Meeting, url: str) -> CalendarEntry:
    label = sentences.period_label(meeting.quarter)
    return CalendarEntry(
        uid=f"insight-meeting-{meeting.number}",
        title=tk._("Performance meeting on %(quarter)s") % {"quarter": label},
        starts_at=meeting.starts_at,
        ends_at=None,
        location=meeting.place,
        url=url,
        description=", ".join(meeting.titles),
        status="CANCELLED" if meeting.state is MeetingState.CANCELLED else "CONFIRMED",
        sequence=meeting.revision - 1,
        changed_at=meeting.changed_at,
    )
