"""Workbooks (XLSX): the first visible sheet, read by a limited child process."""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ckanext.indep.tabular.limited import check_declared_size, run_child
from ckanext.indep.tabular.notes import Note, NotedError
from ckanext.indep.tabular.source import BadRow, Row

__all__ = ["WorkbookSource", "is_workbook", "open_workbook"]

_CHILD = "ckanext.indep.tabular.workbook_child"


class WorkbookSource:
    """Rows of one sheet, as the child wrote them down."""

    def __init__(self, rows_path: Path, about: dict[str, str | int]) -> None:
        self._path = rows_path
        self._about = about

    @property
    def facts(self) -> dict[str, str]:
        return {"format": "XLSX", "sheet": str(self._about["sheet"])}

    @property
    def notes(self) -> list[Note]:
        sheets = int(self._about["sheets"])
        if sheets < 2:
            return []
        return [Note("first_sheet", {"sheet": self._about["sheet"], "sheets": sheets})]

    def rows(self) -> Iterator[Row | BadRow]:
        """All rows of the sheet that are not blank, the header row first."""
        with self._path.open(encoding="utf-8", newline="") as file:
            try:
                for line, fault, column, *cells in csv.reader(file):
                    if fault:
                        note = Note("cell_error", {"column": int(column), "error": fault})
                        yield BadRow(int(line), note, tuple(cells))
                    else:
                        yield Row(int(line), cells)
            except csv.Error as error:
                # A cell longer than any spreadsheet program can write.
                raise NotedError("workbook_unreadable") from error


def is_workbook(path: Path) -> bool:
    """Whether the file is a ZIP archive that has a workbook of spreadsheet cells in it."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False


@contextmanager
def open_workbook(
    path: Path, max_bytes: int, max_rows: int, max_columns: int, exact: bool = False
) -> Iterator[WorkbookSource]:
    """The first visible sheet; its rows are at hand until the context ends.

    :param max_bytes: most that the archive may unpack to.
    :param max_rows: most rows below the header.
    :param exact: give a cell that shows a percentage as the text ``81%``, although it stores
        0.81, and refuse a sheet whose cells do not name their places.
    :raises NotedError: ``too_large``, ``too_many_rows``, ``too_many_columns``,
        ``workbook_unreadable``, ``workbook_too_costly`` or ``no_sheet``.
    """
    check_declared_size(path, max_bytes)
    with tempfile.TemporaryDirectory(prefix="indep-table-") as folder:
        rows_path = Path(folder) / "rows.csv"
        about = _run_child(path, rows_path, max_rows, max_columns, exact)
        yield WorkbookSource(rows_path, about)


def _run_child(
    path: Path, rows_path: Path, max_rows: int, max_columns: int, exact: bool
) -> dict[str, str | int]:
    limits = [str(max_rows), str(max_columns), *(["exact"] if exact else [])]
    answer = run_child(_CHILD, str(path.absolute()), str(rows_path), *limits)
    if "code" in answer:
        raise NotedError(answer["code"], **answer["facts"])
    return answer
