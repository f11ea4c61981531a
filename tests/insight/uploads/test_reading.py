"""Files as departments write them: every layout, all problems at once, no wrong number."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.indep.insight.uploads.problems import COLUMNS, as_csv
from tests.tabular.workbooks import sheet_xml, workbook_bytes

from .conftest import MONTHLY, POTHOLES, read, results

Odd = tuple[object, Decimal | None]
ODD: st.SearchStrategy[Odd] = st.one_of(
    st.integers(-(10**9), 10**9).map(lambda one: (one, Decimal(one))),
    st.decimals(2, 10**7, places=2).map(lambda one: (float(one), one)),
    st.decimals(1000, 10**7, places=2).map(lambda one: (f"{one:,f}", one)),
    st.sampled_from(
        [None, True, "", " ", "n/a", "#N/A", "#DIV/0!", "=1+1", "1,5", "12 cases", "1E5", "(3)"]
    ).map(lambda one: (one, None)),
    st.dates().map(lambda one: (one.isoformat(), None)),
)
"""A cell of a workbook, and the number that it is if it is one."""


class TestLayouts:
    def test_long(self) -> None:
        found = read("Measure,Period,Value,Comment\npotholes,FY2026 Q1,81.5,Dry\nMS-1,FY26 Q2,\n")
        assert found.layout == "long"
        assert results(found) == {("potholes", "FY2026-Q1"): "81.5"}
        assert found.problems == []

    def test_long_with_numerators(self) -> None:
        found = read("measure,period,numerator,denominator\nshare,FY2026 Q1,8,10\n")
        assert found.good[0].content.entry is not None
        assert found.good[0].content.entry.numerator == 8

    def test_periods_across(self) -> None:
        found = read("measure,FY2025-26 Q1,Q2 FY2026\npotholes,1,2\nshare,81%,n/a\n")
        assert found.layout == "periods_across"
        assert results(found) == {
            ("potholes", "FY2026-Q1"): "1",
            ("potholes", "FY2026-Q2"): "2",
            ("share", "FY2026-Q1"): "81",
        }

    def test_measures_across(self) -> None:
        found = read("period,potholes,Share\nFY2026 Q1,5,50\n,,\nFY2026 Q2,,60\n")
        assert found.layout == "measures_across"
        assert [problem.problem for problem in found.problems] == ["The period is blank."]
        assert results(found) == {
            ("potholes", "FY2026-Q1"): "5",
            ("share", "FY2026-Q1"): "50",
            ("share", "FY2026-Q2"): "60",
        }

    def test_years_down(self) -> None:
        found = read("Fiscal year;Q1;Q2\nFY2025-26;1;2\n", only=POTHOLES)
        assert found.layout == "years_down"
        assert results(found) == {("potholes", "FY2026-Q1"): "1", ("potholes", "FY2026-Q2"): "2"}

    def test_months_down_the_year(self) -> None:
        found = read("fiscal year,Jul,Jan\nFY2026,1,2\n", only=MONTHLY)
        assert results(found) == {("monthly", "FY2026-M01"): "1", ("monthly", "FY2026-M07"): "2"}

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("a,b\n1,2\n", "no heading"),
            ("period,value\nFY2026 Q1,5\n", "does not say which measure"),
            ("measure,period,value,colour\npotholes,FY2026 Q1,5,red\n", "no column of a history"),
            ("measure,period,value,value\npotholes,FY2026 Q1,5,6\n", "stands in column C"),
            ("measure,period,value,actual\npotholes,FY2026 Q1,5,6\n", "stands in column C"),
            ("measure,FY2026 Q1,Q1 FY26\npotholes,5,6\n", "about the same"),
            ("measure,FY2026 Q1,Q1 2025\npotholes,5,6\n", "calendar year"),
            ("period,potholes,unknown\nFY2026 Q1,5,6\n", "no public measure"),
        ],
    )
    def test_a_heading_that_may_mean_anything(self, content: str, problem: str) -> None:
        found = read(content)
        assert not found.is_readable
        assert any(problem in one.problem for one in found.problems), found.problems


class TestProblems:
    def test_all_at_once_in_their_places(self) -> None:
        found = read(
            "measure,period,value,state,provisional\n"
            "potholes,FY2026 Q1,many,,perhaps\n"
            "nothing,FY2026 Q1,5,,\n"
            "potholes,Q1 2025,few,,\n"
            "potholes,FY2026 Q2,5,lost,\n"
            "potholes,FY2026 M01,5,,\n"
            "potholes,FY2027 Q2,5,,\n"
            "potholes,FY2026 Q3,5,suppressed,\n"
            "potholes,FY2026 Q4,5,,\n"
        )
        assert [(one.row, one.column) for one in found.problems] == [
            (2, "C “value”"),
            (2, "E “provisional”"),
            (3, "A “measure”"),
            (4, "B “period”"),
            (4, "C “value”"),
            (5, "D “state”"),
            (5, "C “value”"),
            (6, "B “period”"),
            (7, "B “period”"),
            (8, "C “value”"),
        ]
        assert all(one.remedy for one in found.problems)
        assert results(found) == {("potholes", "FY2026-Q4"): "5"}

    def test_the_same_period_twice(self) -> None:
        found = read("measure,period,value\npotholes,FY2026 Q1,5\nMS-1,FY26-Q1,6\n")
        assert [one.row for one in found.problems] == [3]
        assert found.good == []

    def test_a_decimal_comma_brings_all_commas_into_doubt(self) -> None:
        found = read(
            'measure,period,value\npotholes,FY2026 Q1,"1,234"\npotholes,FY2026 Q2,"1,5"\n'
            "potholes,FY2026 Q3,1.234\npotholes,FY2026 Q4,7\n"
        )
        assert [one.row for one in found.problems] == [2, 3, 4]
        assert results(found) == {("potholes", "FY2026-Q4"): "7"}

    def test_a_share_brings_one_into_doubt(self) -> None:
        found = read("measure,period,value\nshare,FY2026 Q1,0.81\nshare,FY2026 Q2,1\n")
        assert [one.row for one in found.problems] == [2, 3]
        sure = read("measure,period,value\nshare,FY2026 Q1,0.81%\nshare,FY2026 Q2,1\n")
        assert results(sure) == {("share", "FY2026-Q1"): "0.81", ("share", "FY2026-Q2"): "1"}

    def test_cells_beyond_the_heading(self) -> None:
        found = read("measure,period,value\npotholes,FY2026 Q1,1,234\n")
        assert "4 cells" in found.problems[0].problem
        assert found.good == []

    def test_a_column_without_a_heading(self) -> None:
        blank = read("measure,FY2026 Q1,\npotholes,5,\n")
        assert results(blank) == {("potholes", "FY2026-Q1"): "5"}
        merged = read("measure,FY2026 Q1,\npotholes,5,6\n")
        assert [one.problem for one in merged.problems] == ["The column has no heading."]
        assert merged.good == []

    def test_another_departments_measure_refuses_the_file(self) -> None:
        found = read("measure,period,value\npotholes,FY2026 Q1,5\ncrimes,FY2026 Q1,5\n")
        assert found.is_foreign
        assert not found.is_readable
        assert found.good == []
        assert read("period,potholes,crimes\nFY2026 Q1,5,5\n").is_foreign

    def test_targets_only_for_who_approves_them(self) -> None:
        content = "measure,period,target\npotholes,FY2026,80\n"
        assert "approved" in read(content).problems[0].problem
        allowed = read(content, may_target=(POTHOLES.id,))
        assert allowed.problems == []
        assert allowed.good[0].content.target is not None

    def test_the_file_of_errors_is_safe_to_open(self) -> None:
        found = read('measure,period,value\n"=HYPERLINK(""x"")",FY2026 Q1,5\npotholes,+1,@A1\n')
        written = as_csv(problem.as_dict() for problem in found.problems)
        rows = list(csv.reader(io.StringIO(written)))
        assert rows[0] == list(COLUMNS)
        assert len(rows) == 4
        assert [row[2] for row in rows[1:]] == ['\'=HYPERLINK("x")', "'+1", "'@A1"]


class TestText:
    def test_encodings(self) -> None:
        text = "measure,period,value,comment\npotholes,FY2026 Q1,5,Año\n"
        for codec in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            found = read(text.encode(codec))
            assert found.good[0].content.comment == "Año", codec
        assert found.facts["encoding"] == "cp1252"
        assert [note["code"] for note in found.notes] == ["encoding_fallback"]

    def test_a_misplaced_quote(self) -> None:
        found = read('measure,period,value\npotholes,FY2026 Q1,"5" x\npotholes,FY2026 Q2,6\n')
        assert [one.row for one in found.problems] == [2]
        assert results(found) == {("potholes", "FY2026-Q2"): "6"}

    @pytest.mark.parametrize("content", [b"", b"\0\0", b'measure,period,value\npotholes,"x'])
    def test_no_table(self, content: bytes) -> None:
        found = read(content)
        assert found.failure is not None
        assert not found.is_readable

    def test_too_many_rows(self) -> None:
        found = read("measure,period,value\n" + "potholes,,\n" * 1_000_000)
        assert found.failure == {"code": "too_many_rows", "facts": {"limit": 200_000}}
        assert found.good == []


class TestWorkbooks:
    def test_errors_dates_and_percentages(self) -> None:
        rows = [
            ["measure", "FY2026 Q1", "FY2026 Q2", "FY2026 Q3", "FY2026 Q4"],
            ["potholes", 81.5, "#DIV/0!", "2025-07-01 00:00:00", "#REF!"],
            ["share", 81, None, 50, 60],
        ]
        found = read(workbook_bytes({"S": sheet_xml(rows)}))
        assert [(one.row, one.column[:1]) for one in found.problems] == [
            (2, "C"),
            (2, "D"),
            (2, "E"),
        ]
        assert results(found) == {
            ("share", "FY2026-Q1"): "81",
            ("share", "FY2026-Q3"): "50",
            ("share", "FY2026-Q4"): "60",
        }

    def test_merged_headings_and_formulas_without_a_value(self) -> None:
        rows = [
            ["measure", "FY2026 Q1", None, "FY2026 Q3", "FY2026 Q4"],
            ["potholes", 5, None, 7, 8],
            ["share", 50, 60, 70, 80],
        ]
        sheet = sheet_xml(rows).replace(
            "</sheetData>", '</sheetData><mergeCells><mergeCell ref="B1:C1"/></mergeCells>'
        )
        merged = read(workbook_bytes({"S": sheet}))
        assert {one.problem for one in merged.problems} == {"The column has no heading."}
        assert {place[0] for place in results(merged)} == {"potholes"}
        assert results(merged)["potholes", "FY2026-Q3"] == "7"

        cells = {
            "B2": '<c r="B2"><f>SUM(X1:X9)</f><v>5</v></c>',
            "D2": '<c r="D2"><f>A1&amp;B1</f></c>',
            "E2": '<c r="E2"><f t="shared" si="0"/><v></v></c>',
            "B3": '<c r="B3" t="str"><f>IF(A1="","",1)</f><v></v></c>',
            "D3": f'<c r="D3" t="e"><f>{"+1" * 4000}</f><v>#REF!</v></c>',
        }
        sheet = sheet_xml([[*rows[0][:2], "FY2026 Q2", *rows[0][3:]], *rows[1:]])
        for place, xml in cells.items():
            sheet = re.sub(rf'<c r="{place}">.*?</c>', lambda _m, xml=xml: xml, sheet)
        found = read(workbook_bytes({"S": sheet}))
        assert [(one.row, one.column[:1], one.value) for one in found.problems] == [
            (2, "D", "=A1&B1"),
            (2, "E", "="),
            (3, "D", "#ERROR!"),
        ]
        assert results(found) == {}

    @settings(max_examples=4, deadline=None)
    @given(st.lists(st.tuples(ODD, ODD), min_size=20, max_size=40))
    def test_whatever_is_in_its_cells_no_number_is_another(
        self, rows: list[tuple[Odd, Odd]]
    ) -> None:
        """Each cell is the number that it holds, or none, or told; a child reads all of them."""
        years = [f"FY{1980 + number} Q1" for number in range(len(rows))]
        cells = [[year, *(one[0] for one in row)] for year, row in zip(years, rows, strict=True)]
        content = workbook_bytes({"S": sheet_xml([["period", "potholes", "share"], *cells])})
        found = read(content)
        known = results(found)
        told = {(one.row, one.column[:1]) for one in found.problems}
        for number, row in enumerate(rows):
            for name, column, (_cell, expected) in zip(
                ("potholes", "share"), ("B", "C"), row, strict=True
            ):
                value = known.get((name, f"FY{1980 + number}-Q1"))
                if value is not None:
                    assert expected is not None
                    assert Decimal(value) == expected
                elif expected is not None:
                    assert {place for place, _column in told} & {number + 2}, (column, expected)

    def test_a_bomb_is_told_from_what_it_declares(self) -> None:
        content = workbook_bytes({"S": sheet_xml([["a"]])}, extra={"xl/x": bytes(300 << 20)})
        failure = read(content).failure
        assert failure is not None
        assert failure["code"] == "too_large"

    def test_a_cell_far_away(self) -> None:
        far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        content = workbook_bytes({"S": sheet_xml([["a"]]).replace("</sheetData>", far)})
        failure = read(content).failure
        assert failure is not None
        assert failure["code"] in ("too_many_columns", "too_many_rows")


CELLS = st.one_of(
    st.text(max_size=8),
    st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(str),
    st.sampled_from(
        ["", "1,5", "1.234", "1,234", "(5)", "#DIV/0!", "=1+1", "5%", "-", "n/a", "2025-07-01"]
    ),
)
HEADINGS = st.one_of(
    st.sampled_from(["measure", "period", "value", "state", "comment", "numerator", "denominator"]),
    st.sampled_from(["FY2026 Q1", "FY2026 Q2", "2025-09", "Q1", "fiscal year"]),
    st.sampled_from(["potholes", "share", "", "x"]),
)
PLACES = st.sampled_from(["potholes", "share", "crimes", "FY2026 Q1", "FY2025 Q3", "FY2026", "Q1"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(HEADINGS, min_size=1, max_size=6),
    st.lists(st.lists(CELLS | PLACES, max_size=7), max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_anything_is_read_or_told(
    heading: list[str], rows: list[list[str]], delimiter: str, codec: str
) -> None:
    """No exception, whatever is in the file."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([heading, *rows])
    found = read(buffer.getvalue().encode(codec, "replace"), only=POTHOLES)
    assert found.is_readable or found.failure or found.problems


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    found = read(content)
    assert found.failure or found.problems or found.is_foreign or not found.good


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["FY2024", "FY2025", "FY2026"]),
            st.sampled_from(["Q1", "Q2", "Q3", "Q4"]),
            st.one_of(st.none(), st.decimals(2, 10**8, places=2, allow_nan=False)),
        ),
        unique_by=lambda one: one[:2],
        min_size=1,
    ),
    st.sampled_from(["{:f}", "{:,f}", "−{:f}", " {:f}\u00a0"]),
    st.sampled_from(["long", "across", "years"]),
)
def test_what_was_written_is_what_is_read(
    figures: list[tuple[str, str, Decimal | None]], how: str, layout: str
) -> None:
    """Exactly the numbers, in any layout; blanks are none."""
    cells = [(year, part, "" if n is None else how.format(n)) for year, part, n in figures]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if layout == "long":
        writer.writerow(["period", "value", "comment"])
        writer.writerows([f"{year} {part}", text, ""] for year, part, text in cells)
    elif layout == "across":
        writer.writerow(f"{part} {year}" for year, part, _ in cells)
        writer.writerow(text for _, _, text in cells)
    else:
        parts = ["Q1", "Q2", "Q3", "Q4"]
        table = {(year, part): text for year, part, text in cells}
        writer.writerow(["fiscal year", *parts])
        for year in sorted({year for year, _, _ in cells}):
            writer.writerow([year, *(table.get((year, part), "") for part in parts)])
    found = read(buffer.getvalue(), only=POTHOLES)
    sign = -1 if how.startswith("−") else 1
    assert found.problems == []
    assert {key[1]: Decimal(value) for key, value in results(found).items()} == {
        f"{year}-{part}": sign * n for year, part, n in figures if n is not None
    }
