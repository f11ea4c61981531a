"""Reading a whole table: rows, samples, headings that are none, hostile cells."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.indep.privacy.kinds import detectors
from ckanext.indep.privacy.table import Table, scan_table

from .conftest import ScanColumn

CELLS = st.one_of(
    st.none(),
    st.text(max_size=60),
    st.from_regex(r"[\d .+()\-/@x#]{0,40}", fullmatch=True),
    st.from_regex(r"(?:[A-Z][a-z]{0,5}[ ,.'-]){0,8}", fullmatch=True),
)
HEADINGS = st.sampled_from(["", "phone", "dob", "ssn", "owner_name", "address", "card", "x"])


class TestRows:
    def test_first_rows_are_named_once_each(self, scan_column: ScanColumn) -> None:
        cells: list[str | None] = ["open", None, ""] * 4000
        for row in (7, 6001, 6002, 11_999):
            cells[row - 1] = "a@example.org"
        found = scan_column("status", cells)["email"]
        assert found.rows == (7, 6001, 6002, 11_999)
        assert (found.cells, found.filled) == (4, 4002)

    def test_only_the_first_five(self, scan_column: ScanColumn) -> None:
        found = scan_column("email", [f"u{row}@example.org" for row in range(20)])["email"]
        assert found.rows == (1, 2, 3, 4, 5)
        assert found.cells == 20
        assert found.samples == ("u***@e***.org",)

    def test_rows_of_any_length(self) -> None:
        table = Table("", ["a", "b", "c"], [["1"], ["1", "2", "3", "x@example.org"], []])
        part = scan_table(table)
        assert [(finding.column, finding.rows) for finding in part.findings] == [("#4", (2,))]

    def test_what_is_forgotten_on_the_way_is_found_again(
        self, scan_column: ScanColumn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ckanext.indep.privacy.table._REMEMBERED", 100)
        cells = ["x@example.org", *(f"value {row}" for row in range(12_000)), "x@example.org"]
        assert scan_column("v", cells)["email"].rows == (1, 12_002)


class TestHeadings:
    def test_a_first_row_of_data_is_none(self) -> None:
        table = Table("", ["1", "a@example.org"], [["2", "b@example.org"]])
        (found,) = scan_table(table).findings
        assert (found.column, found.rows, found.cells) == ("#2", (1, 2), 2)

    def test_no_rows(self) -> None:
        assert scan_table(Table("", ["a"], [])).findings == ()
        assert scan_table(Table("", [], [])).cells == 0


class TestHostile:
    @settings(max_examples=100, deadline=None)
    @given(heading=HEADINGS, cells=st.lists(CELLS, max_size=12))
    def test_nothing_breaks_it_and_nothing_leaks(
        self, heading: str, cells: list[str | None]
    ) -> None:
        part = scan_table(Table("", [heading], ([cell] for cell in cells)))
        for finding in part.findings:
            assert 0 < finding.cells <= finding.filled <= len(cells)
            assert all(1 <= row <= len(cells) for row in finding.rows)
            for sample in finding.samples:
                assert "*" in sample or sample == "(in words)"

    @pytest.mark.parametrize(
        "pattern",
        ["1", "1 ", "1-", "(", "a", "a ", "A ", "Aa ", "a.", "a@", "@", "a-at-", "1 a ", "Jan ",
         "Mr. ", "one ", "born ", "P.O. Box ", "123-45-", "(816) 555-", "4111 ", "\n", "\0", "é"],
    )  # fmt: skip
    @pytest.mark.parametrize("heading", ["notes", "owner name address phone dob ssn card"])
    def test_time_grows_with_the_text_only(self, pattern: str, heading: str) -> None:
        cell = pattern * (20_000 // len(pattern))
        began = time.process_time()
        scan_table(Table("", [heading], [[cell], [f"x{cell}!"]]))
        assert time.process_time() - began < 1.5

    def test_each_kind_is_looked_for(self) -> None:
        assert set(detectors()) == {
            "address",
            "birth_date",
            "card",
            "email",
            "person_name",
            "phone",
            "ssn",
        }
