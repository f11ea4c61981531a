"""Types of columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.tabular.codes import names_code
from ckanext.indep.tabular.infer import ColumnProfile, Decision, forced


def decide(cells: list[str], name: str = "value") -> Decision:
    profile = ColumnProfile(name)
    profile.observe(cells)
    return profile.decide()


@pytest.mark.parametrize(
    ("cells", "kind", "code"),
    [
        (["1", "-2", "0"], "integer", None),
        (["1", "", "3"], "integer", None),
        (["1", "2.5", ".5", "-0.25"], "numeric", None),
        (["999999999999999"], "integer", None),
        (["1000000000000000"], "text", "long_digits"),
        (["12", "007"], "text", "leading_zero"),
        (["02113"], "text", "leading_zero"),
        (["0", "0.5"], "numeric", None),
        (["1E5", "2E3"], "text", None),
        (["+1"], "text", None),
        (["1,234"], "text", "separators"),
        (["$1,234.50"], "text", "currency"),
        (["12%"], "text", "percent"),
        (["1", "2", "N/A"], "text", "mixed_values"),
        (["true", "FALSE"], "boolean", None),
        (["yes", "no"], "text", None),
        (["2022-01-31", "2022/02/28"], "date", None),
        (["2022-02-30"], "text", None),
        (["2022-01-31", "31 January"], "text", "mixed_values"),
        (["2022-01-31 10:00", "2022-01-31T10:00:05.25"], "timestamp", None),
        (["2022-01-31 10:00:00", "2022-02-01"], "timestamp", None),
        (["2022-01-31T10:00:00Z"], "text", "time_zone"),
        (["2022-01-31T10:00:00-06:00"], "text", "time_zone"),
        (["2022-01-31 25:00"], "text", None),
        (["1/2/2022", "3/4/2022"], "text", "ambiguous_dates"),
        (["1/2/2022", "1/31/2022"], "date", "month_first"),
        (["1/2/2022", "31/1/2022"], "date", "day_first"),
        (["31/1/2022", "1/31/2022"], "text", "mixed_day_month"),
        (["1/31/2022 1:05 PM", "2/1/2022 12:00 AM"], "timestamp", "month_first"),
        (["1/31/22"], "text", "short_year"),
        (["2/30/2022", "1/2/2022"], "text", None),
        (["", ""], "text", "column_empty"),
        ([], "text", "column_empty"),
        (["open", "closed"], "text", None),
    ],
)
def test_values_decide(cells: list[str], kind: str, code: str | None) -> None:
    decision = decide(cells)
    assert decision.type == kind
    assert (decision.note.code if decision.note else None) == code


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("case_enquiry_id", ["101004143000"], "text"),
        ("caseEnquiryID", ["101004143000"], "text"),
        ("ZIP", ["64050"], "text"),
        ("location_zipcode", ["64050"], "text"),
        ("Permit Number", ["1", "20"], "text"),
        ("Phone #", ["8163257000"], "text"),
        ("ward", ["1", "2"], "text"),
        ("number", ["12345", "54321"], "text"),
        ("number", ["1", "54321"], "integer"),
        ("Report No", ["1234567", "12345678"], "text"),
        ("number_of_cases", ["1", "2"], "integer"),
        ("code_violations", ["12345", "54321"], "integer"),
        ("permit_fee", ["12.50"], "numeric"),
        ("cases_per_ward_total", ["10"], "integer"),
        ("dewey_code", ["12.5"], "text"),
        ("latitude", ["39.0911"], "numeric"),
        ("incident_id_date", ["2022-01-31"], "date"),
        ("id", ["2022-01-31"], "date"),
    ],
)
def test_names_decide(name: str, cells: list[str], kind: str) -> None:
    assert decide(cells, name).type == kind


def test_a_name_of_signs_only_is_no_code() -> None:
    assert not names_code("%")


@pytest.mark.parametrize(
    ("cells", "cell", "converted"),
    [
        (["1/31/2022"], "2/1/2022", "2022-02-01"),
        (["31/1/2022"], "2/1/2022", "2022-01-02"),
        (["1/31/2022 1:05 PM"], "2/1/2022 12:30 AM", "2022-02-01 00:30:00"),
        (["1/31/2022 1:05 PM"], "2/1/2022", "2022-02-01 00:00:00"),
        (["2022/01/31"], "2022/01/31", "2022-01-31"),
        (["TRUE"], "FALSE", "false"),
        (["1"], "x", None),
    ],
)
def test_conversion(cells: list[str], cell: str, converted: str | None) -> None:
    assert decide(cells).convert(cell) == converted


class TestForced:
    @pytest.mark.parametrize(
        ("kind", "cell", "converted"),
        [
            ("numeric", "$1,234.50", "1234.50"),
            ("numeric", "007", "007"),
            ("numeric", "n/a", None),
            ("timestamp", "1/2/2022", "2022-01-02 00:00:00"),
            ("timestamp", "2022-01-02", "2022-01-02 00:00:00"),
            ("timestamp", "soon", None),
            ("text", "1", "1"),
        ],
    )
    def test_conversion(self, kind: str, cell: str, converted: str | None) -> None:
        decision = forced(kind)
        assert decision is not None
        assert decision.convert(cell) == converted

    def test_an_unknown_type_forces_nothing(self) -> None:
        assert forced("") is None
        assert forced("geometry") is None


@given(st.lists(st.text(max_size=12).map(str.strip), max_size=6))
def test_every_value_converts_to_the_type_that_was_decided(cells: list[str]) -> None:
    decision = decide(cells)
    for cell in filter(None, cells):
        assert decision.convert(cell) is not None


@given(st.lists(st.from_regex(r"\A[0-9/:. \-]{1,12}\Z"), min_size=1, max_size=4))
def test_figures_and_signs_convert_too(cells: list[str]) -> None:
    stripped = [cell.strip() for cell in cells]
    decision = decide(stripped)
    for cell in filter(None, stripped):
        assert decision.convert(cell) is not None
        if decision.type == "integer":
            assert str(int(cell)) == cell or cell == "-0"
