"""Workbooks, honest and not."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import pytest

from ckanext.indep.tabular.examine import converted_rows, examine
from ckanext.indep.tabular.limits import Limits
from ckanext.indep.tabular.notes import NotedError
from ckanext.indep.tabular.read import open_table
from ckanext.indep.tabular.sheet_xml import column_number
from ckanext.indep.tabular.workbook_child import cell_text

from .conftest import Examine, MakeFile
from .workbooks import cell_xml, sheet_xml, workbook_bytes

ANY = Limits(bad_percent=100)


def refusal(run: Examine, content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(NotedError) as refused:
        run(content, limits=limits)
    return refused.value.note.code


def test_a_sheet_becomes_a_table(make_file: MakeFile) -> None:
    rows = [["zip", "n", "rate", "ok"], ["02113", 5, 0.25, True], [None, 6.0, 1e-7, False]]
    path = make_file(workbook_bytes({"Data": sheet_xml(rows)}), "table.xlsx")
    with open_table(path, Limits()) as source:
        examined = examine(source, {}, Limits())
        assert source.facts == {"format": "XLSX", "sheet": "Data"}
        assert list(converted_rows(source, examined.columns)) == [
            ["02113", "5", "0.25", "true"],
            [None, "6", "1e-07", "false"],
        ]
    types = [column.type for column in examined.report.columns]
    assert types == ["text", "integer", "text", "boolean"]


def test_rows_are_numbered_as_in_the_sheet(examine_file: Examine) -> None:
    rows = [[], ["a", "b"], [], [1, "#DIV/0!"], [2, 3]]
    report = examine_file(workbook_bytes({"S": sheet_xml(rows)}), limits=ANY).report
    assert report.rows == 1
    assert [bad.as_dict() for bad in report.bad_rows] == [
        {"line": 4, "code": "cell_error", "facts": {"column": 2, "error": "#DIV/0!"}}
    ]


def test_the_first_visible_sheet_is_taken_and_named(examine_file: Examine) -> None:
    content = workbook_bytes(
        {"Notes": sheet_xml([["x"]]), "Data": sheet_xml([["a"], [1]])}, hidden=["Notes"]
    )
    report = examine_file(content).report
    assert report.facts["sheet"] == "Data"
    assert report.notes[0].facts == {"sheet": "Data", "sheets": 2}


def test_an_empty_sheet(examine_file: Examine) -> None:
    assert refusal(examine_file, workbook_bytes({"S": sheet_xml([])})) == "empty_file"


def test_no_visible_sheet(examine_file: Examine) -> None:
    content = workbook_bytes({"S": sheet_xml([["a"]])}, hidden=["S"])
    assert refusal(examine_file, content) == "no_sheet"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [(1_048_576, 16_384, "too_many_columns"), (1_048_576, 2, "too_many_rows")],
)
def test_a_cell_far_away(examine_file: Examine, row: int, column: int, code: str) -> None:
    body = f'<row r="{row}">{cell_xml(row, column, 1)}</row>'
    far = sheet_xml([["a"]]).replace("</sheetData>", body + "</sheetData>")
    limits = Limits(rows=100_000)
    assert refusal(examine_file, workbook_bytes({"S": far}), limits) == code


def test_a_far_cell_that_hides_from_the_scan(examine_file: Examine) -> None:
    body = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    far = sheet_xml([["a"]]).replace("</sheetData>", body + "</sheetData>")
    code = refusal(examine_file, workbook_bytes({"S": far}))
    assert code in ("workbook_too_costly", "too_many_columns")


def test_two_gigabytes_declared(examine_file: Examine) -> None:
    buffer = io.BytesIO(workbook_bytes({"S": sheet_xml([["a"], [1]])}))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/media/image1.bin", b"x")
    content = bytearray(buffer.getvalue())
    # The central directory's record of the last member: its size before packing.
    record = content.rindex(b"PK\x01\x02")
    content[record + 24 : record + 28] = (2 << 30).to_bytes(4, "little")
    assert refusal(examine_file, bytes(content)) == "too_large"


def test_much_of_nothing_packed_small(examine_file: Examine) -> None:
    content = workbook_bytes({"S": sheet_xml([["a"]])}, extra={"xl/x.xml": bytes(20 << 20)})
    assert len(content) < 1 << 20
    assert refusal(examine_file, content, Limits(bytes=10 << 20)) == "too_large"


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_cut_off_workbook(examine_file: Examine, cut: float) -> None:
    content = workbook_bytes({"S": sheet_xml([["a"], [1]])})
    with pytest.raises(NotedError):
        examine_file(content[: int(len(content) * cut)])


def test_broken_xml(examine_file: Examine) -> None:
    assert refusal(examine_file, workbook_bytes({"S": "<worksheet"})) in (
        "workbook_unreadable",
        "empty_file",
    )


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (5.0, "5"),
        (5.5, "5.5"),
        (True, "true"),
        ("a\0b", "ab"),
        (date(2022, 1, 31), "2022-01-31"),
        (datetime(2022, 1, 31, 10), "2022-01-31 10:00:00"),
        (time(10, 30), "10:30:00"),
        ("", ""),
    ],
)
def test_cell_text(cell: str | float, text: str) -> None:
    assert cell_text(cell) == text


def test_column_number() -> None:
    assert [column_number(letters) for letters in (b"A", b"Z", b"AA", b"XFD")] == [1, 26, 27, 16384]


class TestExact:
    """What a history of figures asks for: no number other than the one that is shown."""

    STYLES = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<numFmts count="2"><numFmt numFmtId="164" formatCode="0.0%"/>'
        '<numFmt numFmtId="165" formatCode="0.0&quot;%&quot;"/></numFmts>'
        '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/>'
        '<xf numFmtId="165"/></cellXfs></styleSheet>'
    )

    def _cells(self, make_file: MakeFile, sheet: str, exact: bool = True) -> list[list[str]]:
        extra = {"xl/styles.xml": self.STYLES.encode()}
        path = make_file(workbook_bytes({"S": sheet}, extra=extra), "table.xlsx")
        with open_table(path, Limits(), exact) as source:
            return [list(row.cells) for row in source.rows()]

    def test_percentages_are_given_as_shown(self, make_file: MakeFile) -> None:
        sheet = sheet_xml([["a", "b", "c", "d"], [0.81, 0.813, 0.81, 81]])
        for place, style in (("A2", 1), ("B2", 2), ("C2", 0), ("D2", 3)):
            sheet = sheet.replace(f'r="{place}"', f'r="{place}" s="{style}"')
        assert self._cells(make_file, sheet)[1] == ["81.00%", "81.300%", "0.81", "81"]
        assert self._cells(make_file, sheet, exact=False)[1] == ["0.81", "0.813", "0.81", "81"]

    def test_all_errors_of_a_row_stand_in_their_places(self, make_file: MakeFile) -> None:
        sheet = sheet_xml([["a", "b", "c"], ["#DIV/0!", 5, "#REF!"]])
        assert self._cells(make_file, sheet)[1] == ["#DIV/0!", "5", "#REF!"]

    def test_a_cell_without_a_place_is_refused(self, make_file: MakeFile) -> None:
        sheet = sheet_xml([["a"], [1]]).replace(' r="A2"', "")
        with pytest.raises(NotedError, match="workbook_unreadable"):
            self._cells(make_file, sheet)
