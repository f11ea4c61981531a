"""Freshness against the promised update frequency."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.indep.freshness import Interval, Standing, assess, parse_frequency
from ckanext.indep.schema import vocabularies


class TestParseFrequency:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("R/P1Y", Interval(12, 0)),
            ("R/P10Y", Interval(120, 0)),
            ("R/P3M", Interval(3, 0)),
            ("R/P1W", Interval(0, 7)),
            ("R/P2W", Interval(0, 14)),
            ("R/P3.5D", Interval(0, 4)),
            ("R/P0.33W", Interval(0, 3)),
            ("R/P0.5M", Interval(0, 16)),
            ("R/P1D", Interval(0, 1)),
            ("R/PT1H", Interval(0, 1)),
            ("R/PT1S", Interval(0, 1)),
        ],
    )
    def test_repeating_intervals(self, text: str, expected: Interval) -> None:
        assert parse_frequency(text) == expected

    @pytest.mark.parametrize("text", ["", "irregular", "R/P", "R/PT", "P1M", "daily", "R/P-1M"])
    def test_anything_else_promises_nothing(self, text: str) -> None:
        assert parse_frequency(text) is None

    def test_each_term_of_the_vocabulary_is_understood(self) -> None:
        unread = [
            value
            for value in vocabularies.values("update_frequency")
            if parse_frequency(value) is None
        ]
        assert unread == ["irregular"]


class TestAssess:
    def test_on_the_day_it_is_due_it_is_still_on_time(self) -> None:
        found = assess(date(2026, 10, 22), "R/P1M", date(2026, 11, 22))
        assert (found.due, found.standing) == (date(2026, 11, 22), Standing.ON_TIME)

    def test_the_day_after_it_is_late(self) -> None:
        found = assess(date(2026, 10, 22), "R/P1M", date(2026, 11, 23))
        assert found.standing is Standing.LATE

    def test_the_end_of_a_month_stays_the_end_of_a_month(self) -> None:
        assert assess(date(2026, 1, 31), "R/P1M", date(2026, 2, 1)).due == date(2026, 2, 28)

    def test_a_leap_day_comes_back_as_the_last_of_february(self) -> None:
        assert assess(date(2024, 2, 29), "R/P1Y", date(2024, 3, 1)).due == date(2025, 2, 28)

    def test_without_a_schedule_there_is_no_promise(self) -> None:
        found = assess(date(2020, 1, 1), "irregular", date(2026, 11, 22))
        assert (found.due, found.standing) == (None, Standing.NO_PROMISE)

    def test_a_date_beyond_the_calendar_is_no_error(self) -> None:
        assert assess(date(9999, 12, 1), "R/P4Y", date(2026, 1, 1)).due == date(9999, 12, 31)
        assert assess(date(9999, 12, 30), "R/P2W", date(2026, 1, 1)).due == date(9999, 12, 31)
