"""Numbers: exactly the one that is written, or a problem."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.insight.uploads import figures
from ckanext.indep.insight.uploads.figures import Units
from ckanext.indep.insight.uploads.problems import ProblemError

ANY = Units(percent=True, dollars=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("81.5", "81.5"),
        (" 81.5 ", "81.5"),
        (".5", "0.5"),
        ("+3", "3"),
        ("1,234", "1234"),
        ("1,234,567.8", "1234567.8"),
        ("1\u00a0234", "1234"),
        ("1\u202f234.5", "1234.5"),
        ("−5", "-5"),
        ("81.5 %", "81.5"),
        ("$1,234.50", "1234.50"),
        ("-$5", "-5"),
        ("1.234", "1.234"),
    ],
)
def test_read(text: str, value: str) -> None:
    number = figures.read(text, ANY)
    assert number is not None
    assert number.value == Decimal(value)


@pytest.mark.parametrize("text", ["", "  ", "-", "–", "—", "n/a", "N/A", "na"])
def test_blanks_are_no_figure(text: str) -> None:
    assert figures.read(text, ANY) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1,5", "decimal comma"),
        ("1.234,5", "decimal comma"),
        ("1.234.567", "decimal comma"),
        ("0,123", "decimal comma"),
        ("12,34,567", "not a number"),
        ("(5)", "negative, or a note"),
        ("1.2E+05", "shortened"),
        ("1e5", "shortened"),
        ("007", "begins with a zero"),
        ("2025-09-01 00:00:00", "a date"),
        ("9/1/2025", "a date"),
        ("10:30", "a time"),
        ("#DIV/0!", "error"),
        ("=A1+B1", "formula"),
        ("many", "not a number"),
        ("NaN", "not a number"),
        ("inf", "not a number"),
        ("٣", "not a number"),
        ("1 2", "not a number"),
        ("5.", "not a number"),
        ("–5", "not a number"),
        ("true", "not a number"),
        ("9" * 40, "not a number"),
    ],
)
def test_asked_back(text: str, problem: str) -> None:
    with pytest.raises(ProblemError, match=problem) as told:
        figures.read(text, ANY)
    assert told.value.remedy


@pytest.mark.parametrize("text", ["5%", "$5"])
def test_signs_only_where_the_unit_has_them(text: str) -> None:
    with pytest.raises(ProblemError):
        figures.read(text, Units())


@pytest.mark.parametrize("text", ["1,234", "1.234", "1,5"])
def test_between_semicolons_commas_and_thousands_are_in_doubt(text: str) -> None:
    with pytest.raises(ProblemError):
        figures.read(text, ANY, commas_are_safe=False)


@given(st.text())
def test_any_text_is_a_number_a_blank_or_a_problem(text: str) -> None:
    try:
        number = figures.read(text, ANY)
    except ProblemError:
        return
    assert number is None or number.value.is_finite()


@given(
    st.decimals(-(10**12), 10**12, places=3, allow_nan=False),
    st.sampled_from(["{:f}", "{:,f}", "{:f}%", "${:,f}"]),
)
def test_what_is_written_is_what_is_read(value: Decimal, how: str) -> None:
    number = figures.read(how.format(value).replace("$-", "-$"), ANY)
    assert number is not None
    assert number.value == value
