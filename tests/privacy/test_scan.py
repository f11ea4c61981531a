"""Files of any format: what is read, and what is said not to be."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
import yaml

from ckanext.indep.privacy import documents, messages
from ckanext.indep.privacy.report import Report
from ckanext.indep.privacy.scan import scan_file, scan_metadata
from ckanext.indep.privacy.service import ResourceScan
from ckanext.indep.tabular.limits import Limits
from tests.tabular.workbooks import sheet_xml, workbook_bytes

ScanBytes = Callable[..., Report]


@pytest.fixture
def scan_bytes(tmp_path: Path) -> ScanBytes:
    """Write a file and scan it."""

    def scan(
        content: bytes | str, name: str, format: str = "", limits: Limits | None = None
    ) -> Report:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return scan_file(path, format, name, limits or Limits())

    return scan


def places(report: Report) -> list[tuple[str, str, str, tuple[int, ...]]]:
    """Part, column, kind and rows of each finding."""
    return [
        (part.name, found.column, found.kind, found.rows)
        for part in report.parts
        for found in part.findings
    ]


def codes(report: Report) -> list[str]:
    """Codes of what was not scanned."""
    return [note.code for note in report.not_scanned]


class TestTables:
    def test_delimited_text(self, scan_bytes: ScanBytes) -> None:
        report = scan_bytes("a;mail\n1;x@example.org\n", "t.csv")
        assert places(report) == [("", "mail", "email", (1,))]
        assert report.cells == 2

    def test_an_encoding_of_office_programs(self, scan_bytes: ScanBytes) -> None:
        report = scan_bytes("naïve,mail\n1,x@example.org\n".encode("cp1252"), "t.csv")
        assert [place[1] for place in places(report)] == ["mail"]

    def test_hidden_sheets_are_scanned(self, scan_bytes: ScanBytes) -> None:
        sheets = {
            "Shown": sheet_xml([["a", "b"], [1, 2]]),
            "Staff": sheet_xml([["who", "ssn"], ["x", "219-09-9998"]]),
            "Empty": sheet_xml([]),
        }
        report = scan_bytes(workbook_bytes(sheets, hidden=["Staff"]), "t.xlsx")
        assert places(report) == [("Staff", "ssn", "ssn", (1,))]
        assert codes(report) == ["workbook_extras"]

    def test_what_comes_before_an_open_quote(self, scan_bytes: ScanBytes) -> None:
        report = scan_bytes('mail\nx@example.org\n"open\n', "t.csv")
        assert [place[2] for place in places(report)] == ["email"]
        assert codes(report) == ["open_quote"]

    def test_rows_that_cannot_be_read_are_told(self, scan_bytes: ScanBytes) -> None:
        report = scan_bytes('a,b\n"x"y,1\n2,3\n', "t.csv")
        assert codes(report) == ["rows_unread"]


class TestDocuments:
    def test_json_by_key(self, scan_bytes: ScanBytes) -> None:
        rows = [{"id": 1, "who": {"phone": "816-555-1234"}}, {"id": 2, "who": {"phone": None}}]
        assert places(scan_bytes(json.dumps(rows), "t.json")) == [("", "phone", "phone", (1,))]

    def test_json_line_by_line(self, scan_bytes: ScanBytes) -> None:
        report = scan_bytes('{"m": "a"}\n{"m": "x@example.org"}\n', "t.jsonl")
        assert places(report) == [("", "m", "email", (2,))]

    def test_geojson_without_its_positions(self, scan_bytes: ScanBytes) -> None:
        feature = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [8165551234, 8165551234]},
            "properties": {"owner_name": "Susan Tormun"},
        }
        report = scan_bytes(json.dumps({"features": [feature]}), "t.geojson")
        assert places(report) == [("", "owner_name", "person_name", (1,))]

    def test_html_with_all_that_is_in_its_source(self, scan_bytes: ScanBytes) -> None:
        page = (
            "<!DOCTYPE html>\n<p>Nothing</p>\n<!-- x@example.org -->\n"
            "<p>y&#64;example.org</p>\n<a href='mailto:z@example.org'>Write</a>\n"
        )
        assert places(scan_bytes(page, "t.html")) == [("", "text", "email", (3, 4, 5))]

    def test_lines(self, scan_bytes: ScanBytes) -> None:
        report = scan_bytes("one\ntwo\nSSN 219-09-9998 was given\n", "t.txt")
        assert places(report) == [("", "text", "ssn", (3,))]

    @pytest.mark.parametrize("text", ["{", "[1, 2", '{"a": 1}x', "[" * 100_000, "1" * 5000])
    def test_broken_json(self, scan_bytes: ScanBytes, text: str) -> None:
        assert scan_bytes(text, "t.json").findings == []


class TestNotScanned:
    @pytest.mark.parametrize(
        ("content", "name", "code"),
        [
            (b"%PDF-1.7 x@example.org", "t.pdf", "is_pdf"),
            (b"PK\x03\x04rest", "t.zip", "is_archive"),
            (b"\x89PNG\r\n", "t.png", "is_image"),
            (b"\xd0\xcf\x11\xe0", "t.xls", "is_old_office"),
            (b"%PDF-1.7", "t.csv", "is_pdf"),
            (b"a,b\n\0,1\n", "t.csv", "nul_bytes"),
            (b"a\0b", "t.txt", "nul_bytes"),
            (b"", "t.csv", "empty_file"),
            (b"", "t.txt", "empty_file"),
            (b"{", "t.json", "json_unreadable"),
        ],
    )
    def test_it_says_so(self, scan_bytes: ScanBytes, content: bytes, name: str, code: str) -> None:
        assert codes(scan_bytes(content, name)) == [code]

    def test_too_large(self, scan_bytes: ScanBytes) -> None:
        assert codes(scan_bytes("a\n" * 99, "t.csv", limits=Limits(bytes=50))) == ["too_large"]

    def test_missing(self, tmp_path: Path) -> None:
        assert codes(scan_file(tmp_path / "none", "", "none", Limits())) == ["file_missing"]

    def test_a_workbook_that_is_none(self, scan_bytes: ScanBytes) -> None:
        broken = workbook_bytes({"S": "<worksheet"})
        assert set(codes(scan_bytes(broken, "t.xlsx"))) <= {
            "workbook_unreadable",
            "workbook_extras",
        }

    @pytest.mark.parametrize("seed", range(5))
    def test_noise(self, scan_bytes: ScanBytes, seed: int) -> None:
        scan_bytes(os.urandom(2000), f"t{seed}.csv")


@pytest.mark.usefixtures("with_request_context")
class TestMetadata:
    def test_texts_but_not_the_contact(self) -> None:
        report = scan_metadata(
            {
                "title": "Requests",
                "notes": "Ask x@example.org for the rest.",
                "contact_email": "office@example.org",
                "theme": ["a"],
                "resources": [{"name": "Table", "description": "By Mr. Tormun and others."}],
            }
        )
        assert [(place[1], place[2]) for place in places(report)] == [
            ("notes", "email"),
            ("description 1", "person_name"),
        ]

    def test_the_contact_is_what_the_schemas_call_so(self) -> None:
        for package_type in ("dataset", "measure"):
            text = resources.files("ckanext.indep.schema").joinpath(f"{package_type}.yaml")
            fields = yaml.safe_load(text.read_text("utf-8"))["dataset_fields"]
            named = {f["field_name"] for f in fields if f["field_name"].startswith("contact_")}
            assert named == documents.CONTACTS

    @pytest.mark.parametrize(
        "stock",
        [
            {"author_email": "jane.doe@example.org"},
            {
                "author": "Jane Doe",
                "author_email": "jane.doe@example.org",
                "maintainer": "Street crew",
                "maintainer_email": "crew@example.gov",
            },
        ],
    )
    def test_addresses_in_fields_of_plain_ckan_are_one_finding(self, stock: dict[str, str]) -> None:
        report = scan_metadata({"title": "Potholes", "resources": [], **stock})
        found = [f for f in report.findings if f.kind == "email"]
        assert [f.column for f in found] == [documents.STOCK_CONTACT]
        assert found[0].cells == sum("email" in name for name in stock)
        [shown] = messages.described([ResourceScan("", "done", report.as_dict())])
        remedies = [f["remedy"] for f in shown["parts"][0]["findings"]]
        assert all("empties them" in remedy for remedy in remedies)
