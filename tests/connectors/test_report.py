"""The departmental report: files as departments write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.indep.connectors import base, quarantine
from ckanext.indep.connectors.quarantine import Harvest
from ckanext.indep.errors import UnreadableError
from tests.tabular.workbooks import sheet_xml, workbook_bytes

LAYOUT = """\
columns:
- {name: zip, type: text, heading: ZIP Code}
- {name: street, type: text, heading: Street}
key: [zip]
"""

pytestmark = pytest.mark.usefixtures("with_plugins")


def _read(folder: Path, content: bytes) -> Harvest:
    report, layout = folder / "report.csv", folder / "layout.yaml"
    report.write_bytes(content)
    layout.write_text(LAYOUT, "utf-8")
    settings = {"path": str(report), "layout": str(layout)}
    return quarantine.harvest(base.fetch("departmental-report", settings))


@pytest.mark.parametrize(
    "content",
    [
        "ZIP Code,Street\n02116,Peña Ave\n".encode(),
        "Street;ZIP Code\r\nPeña Ave;02116\r\n".encode("cp1252"),
        "ZIP Code\tStreet\n02116\tPeña Ave\n".encode("utf-16"),
    ],
)
def test_encodings_and_delimiters_are_found_out(tmp_path: Path, content: bytes) -> None:
    assert _read(tmp_path, content).rows == ({"zip": "02116", "street": "Peña Ave"},)


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    sheet = sheet_xml([["ZIP Code", "Street"], ["02116", "Main St"]])
    result = _read(tmp_path, workbook_bytes({"Report": sheet}))
    assert result.rows == ({"zip": "02116", "street": "Main St"},)


def test_a_misquoted_line_is_rejected_with_its_number(tmp_path: Path) -> None:
    result = _read(tmp_path, b'ZIP Code,Street\n02116,"A"B\n64050,Main St\n')
    assert [(bad.line, bad.reason) for bad in result.rejected] == [
        (2, "A quotation mark is out of place.")
    ]
    assert len(result.rows) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "no header"),
        (b'ZIP Code,Street\n1,"never closed\n', "never closed"),
        (b"\x00\x01\x02", "NUL bytes"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        _read(tmp_path, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    settings = {"path": str(tmp_path / "gone.csv"), "layout": str(tmp_path / "layout.yaml")}
    with pytest.raises(UnreadableError, match="There is no file"):
        base.fetch("departmental-report", settings)
