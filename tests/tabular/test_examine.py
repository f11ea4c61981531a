"""Reading delimited text: records, line numbers, bad rows, limits."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.indep.tabular.delimited import DelimitedSource
from ckanext.indep.tabular.detect import DELIMITERS, TextFacts
from ckanext.indep.tabular.examine import converted_rows, examine
from ckanext.indep.tabular.limits import Limits
from ckanext.indep.tabular.notes import NotedError
from ckanext.indep.tabular.read import claims_table, open_table
from ckanext.indep.tabular.source import BadRow, Row

from .conftest import Examine, MakeFile

SAMPLE = Path(__file__).parents[2] / "ckanext/indep/sample/data/311-requests.csv"
ANY = Limits(bad_percent=100)


@pytest.mark.parametrize(
    ("format_name", "file_name", "claims"),
    [
        ("CSV", "", True),
        ("csv", "a.pdf", True),
        (".xlsx", "", True),
        ("", "https://city.example/a.TSV", True),
        ("PDF", "a.csv", False),
        ("", "a.json", False),
        ("", "", False),
    ],
)
def test_claims_table(format_name: str, file_name: str, claims: bool) -> None:
    assert claims_table(format_name, file_name) is claims


class TestSample:
    def test_types_of_the_311_file(self) -> None:
        with open_table(SAMPLE, Limits()) as source:
            examined = examine(source, {}, Limits())
        types = {column.name: column.type for column in examined.report.columns}
        assert examined.report.rows == 100
        assert examined.report.bad_total == 0
        for code in ("case_enquiry_id", "ward", "precinct", "location_zipcode"):
            assert types[code] == "text"
        for moment in ("open_dt", "target_dt", "closed_dt"):
            assert types[moment] == "timestamp"
        assert types["latitude"] == types["longitude"] == "numeric"


class TestLines:
    def test_a_row_is_named_by_the_line_it_begins_on(self, examine_file: Examine) -> None:
        text = 'a,b\n"x\ny\nz",1\n\n1,2,3\n"q\nr"\n'
        report = examine_file(text, limits=ANY).report
        assert [bad.line for bad in report.bad_rows] == [6, 7]
        assert report.bad_rows[0].note.facts == {"cells": 3, "columns": 2}
        assert report.rows == 1

    def test_lines_are_counted_with_any_line_ending(self, examine_file: Examine) -> None:
        for ending in ("\n", "\r\n", "\r"):
            report = examine_file(ending.join(["a,b", "1,2", "3", "4,5", ""]), limits=ANY).report
            assert [bad.line for bad in report.bad_rows] == [3]

    def test_a_misplaced_quote_spoils_its_row_only(self, examine_file: Examine) -> None:
        report = examine_file('a,b\n"x"y,1\n2,3\n', limits=ANY).report
        assert [(bad.line, bad.note.code) for bad in report.bad_rows] == [(2, "misplaced_quote")]
        assert report.rows == 1

    def test_a_quote_inside_a_cell_is_a_quote(self, examine_file: Examine) -> None:
        report = examine_file('a,b\n5" pipe,1\n').report
        assert (report.rows, report.bad_total) == (1, 0)

    def test_an_open_quote_is_no_row(self, examine_file: Examine) -> None:
        with pytest.raises(NotedError) as refused:
            examine_file('a,b\n1,2\n"x,1\n2,3\n')
        assert refused.value.note.code == "open_quote"
        assert refused.value.note.facts == {"line": 3}

    def test_a_cell_beyond_the_field_limit(self, examine_file: Examine) -> None:
        with pytest.raises(NotedError) as refused:
            examine_file("a\n" + "x" * 140_000 + "\n")
        assert refused.value.note.facts == {"line": 2}


class TestShapes:
    def test_one_column(self, examine_file: Examine) -> None:
        examined = examine_file('name\nA\n""\nB\n\n')
        assert examined.report.rows == 3
        assert [column.name for column in examined.report.columns] == ["name"]

    def test_a_header_only(self, examine_file: Examine) -> None:
        report = examine_file("a,b\n").report
        assert (report.rows, report.failure) == (0, None)
        assert [note.code for note in report.notes] == ["no_rows"]

    @pytest.mark.parametrize(
        ("text", "code"), [("", "empty_file"), ("\n\n", "empty_file"), ('"a"b,c\n', "bad_header")]
    )
    def test_no_header(self, examine_file: Examine, text: str, code: str) -> None:
        with pytest.raises(NotedError) as refused:
            examine_file(text)
        assert refused.value.note.code == code

    def test_only_bad_rows(self, examine_file: Examine) -> None:
        report = examine_file("a,b\n1\n2\n").report
        assert report.failure is not None
        assert report.failure.facts == {"bad": 2, "total": 2, "limit": 5}

    def test_a_title_above_the_header_is_told_by_the_rows(self, examine_file: Examine) -> None:
        report = examine_file("Monthly report\na,b,c\n1,2,3\n").report
        assert report.failure is not None
        assert report.bad_rows[0].line == 2

    def test_few_bad_rows_are_left_out(self, examine_file: Examine) -> None:
        text = "a,b\n" + "1,2\n" * 19 + "3\n"
        report = examine_file(text).report
        assert (report.rows, report.bad_total, report.failure) == (19, 1, None)

    def test_one_more_is_too_many(self, examine_file: Examine) -> None:
        assert examine_file("a,b\n" + "1,2\n" * 18 + "3\n").report.failure is not None

    def test_a_hundred_bad_rows_are_listed_and_all_counted(self, examine_file: Examine) -> None:
        report = examine_file("a,b\n" + "1\n" * 250, limits=ANY).report
        assert (len(report.bad_rows), report.bad_total) == (100, 250)

    @pytest.mark.parametrize(
        ("limits", "code"),
        [
            (Limits(rows=2), "too_many_rows"),
            (Limits(columns=1), "too_many_columns"),
            (Limits(bytes=10), "too_large"),
        ],
    )
    def test_limits(self, examine_file: Examine, limits: Limits, code: str) -> None:
        with pytest.raises(NotedError) as refused:
            examine_file("a,b\n1,2\n3,4\n5,6\n", limits=limits)
        assert refused.value.note.code == code

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(NotedError) as refused, open_table(tmp_path / "no.csv", Limits()):
            pass
        assert refused.value.note.code == "file_missing"


class TestConversion:
    def test_cells_as_postgresql_takes_them(self, make_file: MakeFile) -> None:
        path = make_file("day;n;note\n1/31/2022; 5 ;  \n2/1/2022;; x \n")
        with open_table(path, Limits()) as source:
            examined = examine(source, {}, Limits())
            rows = list(converted_rows(source, examined.columns))
        assert rows == [["2022-01-31", "5", None], ["2022-02-01", None, " x "]]

    def test_a_type_of_the_dictionary_makes_rows_bad(self, examine_file: Examine) -> None:
        text = "n,m\n" + "1,a\n" * 39 + "none,b\n"
        report = examine_file(text, overrides={"n": "numeric"}).report
        assert report.columns[0].type == "numeric"
        assert (report.rows, report.bad_total) == (39, 1)
        assert report.bad_rows[0].line == 41
        assert report.bad_rows[0].note.facts["value"] == "none"

    def test_a_type_of_the_dictionary_can_make_codes_numbers(self, examine_file: Examine) -> None:
        assert examine_file("ward\n1\n").report.columns[0].type == "text"
        forced = examine_file("ward\n1\n", overrides={"ward": "numeric"})
        assert forced.report.columns[0].type == "numeric"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    delimiter=st.sampled_from(DELIMITERS),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    rows=st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(
                st.text(st.characters(codec="cp1252", exclude_characters="\0"), max_size=8),
                min_size=width,
                max_size=width,
            ),
            min_size=1,
            max_size=6,
        )
    ),
)
def test_what_csv_writes_is_read_back(
    tmp_path: Path, delimiter: str, codec: str, rows: list[list[str]]
) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path / "table.csv"
    path.write_bytes(buffer.getvalue().encode(codec))
    source = DelimitedSource(path, TextFacts(codec, "bom", "CRLF"), delimiter)
    assert [row.cells for row in source.rows() if isinstance(row, Row)] == [
        row for row in rows if len(row) > 1 or row[0].strip() or row == [""]
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text('ab,;\n\r"\t|0', max_size=80).map(str.encode)))
def test_any_bytes_end_in_a_report_or_a_refusal(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    try:
        with open_table(path, ANY) as source:
            examined = examine(source, {}, ANY)
            rows = list(converted_rows(source, examined.columns))
    except NotedError:
        return
    report = examined.report
    assert sum(isinstance(row, BadRow) for row in rows) == report.bad_total
    assert len(rows) - report.bad_total == report.rows


def test_time_of_100_000_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "large.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([f"column {number}" for number in range(10)])
        for number in range(100_000):
            day = f"2022-01-{number % 28 + 1:02d}"
            writer.writerow([number, number / 7, day, f"{day} 10:00", *["words"] * 5, "012"])
    began = time.perf_counter()
    with open_table(path, Limits()) as source:
        examined = examine(source, {}, Limits())
        looked = time.perf_counter() - began
        count = sum(1 for _row in converted_rows(source, examined.columns))
    with capsys.disabled():
        print(f"\n100,000 × 10: examined {looked:.2f} s, all {time.perf_counter() - began:.2f} s")
    assert count == 100_000
