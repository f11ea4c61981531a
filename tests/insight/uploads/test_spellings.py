"""Periods: what can mean one thing is read, what can mean two is asked back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.uploads import spellings
from ckanext.indep.insight.uploads.problems import ProblemError


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("FY2026 Q1", "FY2026-Q1"),
        ("fy2026-q1", "FY2026-Q1"),
        ("FY26-Q1", "FY2026-Q1"),
        ("FY26 Q1", "FY2026-Q1"),
        ("Q1 FY2026", "FY2026-Q1"),
        ("Q1 FY 2025-26", "FY2026-Q1"),
        ("FY 2025–26 Q1", "FY2026-Q1"),
        ("FY2025-2026", "FY2026"),
        ("FY2025/26", "FY2026"),
        ("FY\u00a02026", "FY2026"),
        ("FY2026 M03", "FY2026-M03"),
        ("2025-09", "FY2026-M03"),
        ("09/2025", "FY2026-M03"),
        ("Sep 2025", "FY2026-M03"),
        ("Sept. 2025", "FY2026-M03"),
        ("September 2025", "FY2026-M03"),
        ("2025 Sep", "FY2026-M03"),
        # What a spreadsheet makes of "Sep 2025".
        ("2025-09-01 00:00:00", "FY2026-M03"),
        ("2025-09-01", "FY2026-M03"),
    ],
)
def test_read(text: str, key: str) -> None:
    assert spellings.period(text).key == key


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026", "calendar year or a fiscal year"),
        ("2025-26", "month or a fiscal year"),
        ("2011-13", "month or a fiscal year"),
        ("Q1 2025", "calendar year or of the fiscal year"),
        ("2025-Q1", "calendar year or of the fiscal year"),
        ("Sep 25", "a day or a month"),
        ("Sep-25", "a day or a month"),
        ("9/1/2025", "is a day"),
        ("2025-09-15 00:00:00", "is a day"),
        ("Q1", "has no year"),
        ("FY2025-27", "do not follow each other"),
        ("FY2026 Q5", "no quarter 5"),
        ("FY1850", "not between"),
        ("2025-13", "a month or a fiscal year"),
        ("0000-01", "out of range"),
        ("", "blank"),
        ("soon", "not a period"),
        ("FY²026", "not a period"),
    ],
)
def test_asked_back(text: str, problem: str) -> None:
    with pytest.raises(ProblemError, match=problem) as told:
        spellings.period(text)
    assert told.value.remedy


@given(st.text())
def test_any_text_is_a_period_or_a_problem(text: str) -> None:
    try:
        found = spellings.period(text)
    except ProblemError:
        return
    assert isinstance(found, Period)


@given(
    st.integers(1902, 2199),
    st.sampled_from([(Kind.YEAR, 1), *((Kind.QUARTER, n) for n in range(1, 5))]),
)
def test_each_spelling_of_a_period_means_it(year: int, part: tuple[Kind, int]) -> None:
    period = Period(year, *part)
    span = f"FY{year - 1}-{year % 100:02d}"
    tail = "" if part[0] is Kind.YEAR else f" Q{part[1]}"
    for text in (period.key, period.label, span + tail, f"FY {year - 1}-{year}{tail}"):
        assert spellings.period(text) == period


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Q1", (Kind.QUARTER, 1)),
        ("M3", (Kind.MONTH, 3)),
        ("Jul", (Kind.MONTH, 1)),
        ("June", (Kind.MONTH, 12)),
        ("Q5", None),
        ("notes", None),
    ],
)
def test_part_of_year(text: str, part: tuple[Kind, int] | None) -> None:
    assert spellings.part_of_year(text) == part
