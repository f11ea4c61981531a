"""Fiscal periods: July starts the year, which is named by its end."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.insight.periods import Kind, Period, PeriodError, in_order, parse, period_of

days = st.dates(date(1950, 1, 1), date(2150, 12, 31))
kinds = st.sampled_from(Kind)


def test_first_quarter_of_fy2018_is_july_to_september_2017() -> None:
    quarter = parse("FY2018 Q1")
    assert (quarter.start, quarter.end) == (date(2017, 7, 1), date(2017, 9, 30))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("FY2018 Q1", "FY2018-Q1"),
        ("fy2018-q4", "FY2018-Q4"),
        ("FY2018 M3", "FY2018-M03"),
        ("FY2018", "FY2018"),
        ("2017-09", "FY2018-M03"),
        (" 2018-06 ", "FY2018-M12"),
    ],
)
def test_parse_accepts(text: str, key: str) -> None:
    assert parse(text).key == key


@pytest.mark.parametrize(
    "text",
    ["", "2018", "FY2018 Q5", "FY2018 Q0", "FY2018-M13", "2018-13", "FY18", "FY٢٠١٨", "x" * 999],
)
def test_parse_refuses_with_a_sentence(text: str) -> None:
    with pytest.raises(PeriodError, match=r"\.$"):
        parse(text)


def test_previous_year_same_period() -> None:
    assert parse("FY2026-M03").year_before() == parse("FY2025-M03")


def test_shorter_periods_come_first_where_they_end_together() -> None:
    keys = ["FY2018", "FY2018-Q4", "FY2018-M12", "FY2018-Q1"]
    ordered = [period.key for period in in_order(map(parse, keys))]
    assert ordered == ["FY2018-Q1", "FY2018-M12", "FY2018-Q4", "FY2018"]


@given(days, kinds)
def test_a_day_lies_in_its_period_and_keys_read_back(day: date, kind: Kind) -> None:
    period = period_of(day, kind)
    assert period.start <= day <= period.end
    assert parse(period.key) == period
    assert parse(period.label) == period


@given(days, kinds)
def test_periods_follow_each_other_without_gap(day: date, kind: Kind) -> None:
    period = period_of(day, kind)
    assert (period.next().start - period.end).days == 1
    assert period.next().previous() == period


@given(days)
def test_a_month_is_published_with_its_quarter(day: date) -> None:
    month = period_of(day, Kind.MONTH)
    assert month.quarter() == period_of(day, Kind.QUARTER)
    assert month.year() == Period(month.fiscal_year, Kind.YEAR)
