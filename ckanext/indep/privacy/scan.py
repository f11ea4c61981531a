"""Scanning a file, a DataStore table or a description: from the bytes to the report."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from ckanext.indep.privacy import documents
from ckanext.indep.privacy.datastore import open_rows
from ckanext.indep.privacy.report import Report
from ckanext.indep.privacy.sheets import open_sheets
from ckanext.indep.privacy.table import Table, scan_table
from ckanext.indep.tabular import detect
from ckanext.indep.tabular.delimited import open_delimited
from ckanext.indep.tabular.limits import Limits
from ckanext.indep.tabular.notes import Note, NotedError
from ckanext.indep.tabular.read import claims_table
from ckanext.indep.tabular.source import BadRow
from ckanext.indep.tabular.workbook import is_workbook

__all__ = ["scan_file", "scan_metadata", "scan_rows"]

_WHOLE_DOCUMENT_BYTES = 50 * 1024 * 1024
"""Largest JSON or HTML file; they are taken into memory as a whole."""

_BEGINNING = 1 << 10
_CHUNK = 1 << 18
_SIGNATURES = (
    (b"%PDF", "is_pdf"),
    (b"PK\x03\x04", "is_archive"),
    (b"\x1f\x8b", "is_archive"),
    (b"7z\xbc\xaf", "is_archive"),
    (b"\x89PNG", "is_image"),
    (b"\xff\xd8\xff", "is_image"),
    (b"GIF8", "is_image"),
    (b"\xd0\xcf\x11\xe0", "is_old_office"),
)


def scan_file(path: Path, format_name: str, file_name: str, limits: Limits) -> Report:
    """Look for personal data in a file. What cannot be read is told in the report.

    :param format_name: the resource's format, such as ``CSV``; may be empty.
    :param file_name: the name of the file as it was uploaded.
    """
    report = Report()
    try:
        _scan_file(path, format_name, file_name, limits, report)
    except NotedError as error:
        report.not_scanned.append(error.note)
    except OSError:
        report.not_scanned.append(Note("file_missing"))
    return report


def scan_rows(resource_id: str) -> Report:
    """Look for personal data in a resource's DataStore table."""
    report = Report()
    try:
        with open_rows(resource_id) as table:
            report.parts.append(scan_table(table))
    except NotedError as error:
        report.not_scanned.append(error.note)
    return report


def scan_metadata(content: Mapping[str, object]) -> Report:
    """Look for personal data in the texts that describe a dataset and its files."""
    return Report([scan_table(documents.metadata_table("", content))])


def _scan_file(
    path: Path, format_name: str, file_name: str, limits: Limits, report: Report
) -> None:
    size = path.stat().st_size
    if size > limits.bytes:
        raise NotedError("too_large", size=size, limit=limits.bytes)
    if is_workbook(path):
        with open_sheets(path, limits.bytes) as sheets:
            report.parts += [scan_table(sheet) for sheet in sheets]
        report.not_scanned.append(Note("workbook_extras"))
        return
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    for signature, code in _SIGNATURES:
        if beginning.startswith(signature):
            raise NotedError(code)
    if claims_table(format_name, file_name):
        _scan_delimited(path, report)
    else:
        report.parts.append(scan_table(_document(path)))


def _scan_delimited(path: Path, report: Report) -> None:
    source = open_delimited(path)
    unread: list[int] = []

    def cells() -> Iterator[list[str]]:
        try:
            for row in source.rows():
                if isinstance(row, BadRow):
                    unread.append(row.line)
                else:
                    yield row.cells
        except NotedError as error:
            # What was read before the file went wrong is still worth to be judged.
            report.not_scanned.append(error.note)

    rows = cells()
    report.parts.append(scan_table(Table("", next(rows, []), rows)))
    if unread:
        report.not_scanned.append(Note("rows_unread", {"rows": len(unread), "line": unread[0]}))


def _document(path: Path) -> Table:
    """A text file as a table: JSON and HTML by what is in them, anything else line by line."""
    with path.open("rb") as file:
        codec = detect.scan(_chunks(file)).codec
    with path.open(encoding=codec) as text:
        beginning = text.read(_BEGINNING)
    if not (documents.is_json(beginning) or documents.is_html(beginning)):
        return documents.lines_table("", _lines(path, codec))
    size = path.stat().st_size
    if size > _WHOLE_DOCUMENT_BYTES:
        raise NotedError("too_large", size=size, limit=_WHOLE_DOCUMENT_BYTES)
    whole = codecs.decode(path.read_bytes(), codec)
    if documents.is_json(beginning):
        return documents.json_table("", whole)
    return documents.html_table("", whole)


def _lines(path: Path, codec: str) -> Iterator[str]:
    with path.open(encoding=codec) as text:
        yield from text


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
