"""The sample's days: whatever day it is loaded on, its history fits together."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest

from ckanext.indep import city_time
from ckanext.indep.committee import recurrence
from ckanext.indep.sample import calendar, city, history
from ckanext.indep.sample.calendar import Calendar

DAYS = [dt.date(2026, 11, 1) + dt.timedelta(days=n) for n in range(200)]
RULE = recurrence.parse("FREQ=MONTHLY;BYDAY=3WE", "14:00")
BEFORE = dt.datetime(2026, 7, 1, tzinfo=city_time.ZONE)
REGULAR = list(itertools.islice(recurrence.occurrences(RULE, BEFORE, frozenset()), 20))
FOR_STAFF = {"fleet-vehicles"}
"""What the data owner alone releases."""


def _calendar(today: dt.date) -> Calendar:
    early = dt.datetime.combine(today - history.EARLIER, dt.time(), tzinfo=city_time.ZONE)
    return calendar.make(today, [day for day in REGULAR if day > early][:6])


def _about(step: dict[str, Any]) -> set[str]:
    """What a step is about: datasets and meetings."""
    named = {str(step[key]) for key in ("dataset", "ratification", "meeting") if key in step}
    return named | ({step["id"]} if "id" in step else set())


class TestAnyDay:
    def test_steps_about_the_same_keep_their_order(self) -> None:
        names = set[str]().union(*map(_about, city.steps()))
        for today in DAYS:
            played = [step for _moment, step in history.in_order(_calendar(today))]
            for name in names:
                written = [step for step in city.steps() if name in _about(step)]
                assert [step for step in played if name in _about(step)] == written

    def test_nothing_happens_in_the_future(self) -> None:
        for today in DAYS:
            days = _calendar(today)
            last = max(moment for moment, _step in history.in_order(days))
            assert last.date() < today

    def test_meetings_lie_where_they_are_meant(self) -> None:
        for today in DAYS:
            meetings = _calendar(today).meetings
            assert meetings["first"] < meetings["second"] < meetings["coming"]
            assert meetings["coming"].date() >= today + calendar.NOTICE

    def test_each_meeting_finds_its_own_requests_waiting(self) -> None:
        """No dataset that another meeting votes on is in review when an agenda is built."""
        for today in DAYS:
            days = _calendar(today)
            assert _waiting(days) == {
                "first": {
                    "residential-building-permits",
                    "food-inspections",
                    "dangerous-buildings",
                    "vehicle-tows",
                },
                "second": {
                    "adopted-budget",
                    "trail-counts",
                    "short-term-rentals",
                    "pavement-ratings-2019",
                },
                "coming": {"street-light-outages", "park-playgrounds", "emergency-calls"},
            }, today


def _waiting(days: Calendar) -> dict[str, set[str]]:
    """The requests before the committee when each agenda is built, from the steps alone."""
    found: dict[str, set[str]] = {}
    waiting: set[str] = set()
    for _moment, step in history.in_order(days):
        if step["do"] in ("review", "approve"):
            waiting |= {step["dataset"]} - FOR_STAFF
        elif step["do"] == "indep_agenda_build":
            found[step["meeting"]] = set(waiting)
        elif step["do"] == "hold":
            waiting -= found[step["meeting"]]
        elif step["do"] == "carry":
            waiting.remove(step["dataset"])
    return found


class TestNames:
    def test_days_and_moments(self) -> None:
        days = _calendar(dt.date(2026, 11, 23))
        assert days.exactly("today-3") == dt.date(2026, 11, 20)
        assert days.filled({"starts_at": "{second}", "n": 1}) == {
            "starts_at": "2026-11-18T14:00:00-06:00",
            "n": 1,
        }
        assert days.moment("first-7", "14:02").isoformat() == "2026-10-14T14:02:00-05:00"

    def test_another_word_is_refused(self) -> None:
        with pytest.raises(ValueError, match="'tomorrow' is no day"):
            _calendar(dt.date(2026, 11, 23)).exactly("tomorrow")
