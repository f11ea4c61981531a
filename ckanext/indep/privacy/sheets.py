"""All sheets of a workbook, the hidden ones too: whoever downloads the file gets them all.

As in `tabular.workbook`, the workbook is read by a limited child process.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ckanext.indep.privacy.table import Table
from ckanext.indep.tabular.limited import check_declared_size, run_child
from ckanext.indep.tabular.notes import NotedError

__all__ = ["open_sheets"]

_CHILD = "ckanext.indep.privacy.sheets_child"


@contextmanager
def open_sheets(path: Path, max_bytes: int) -> Iterator[list[Table]]:
    """A table for each sheet that has cells; their rows are at hand until the context ends.

    :param max_bytes: most that the archive may unpack to.
    :raises NotedError: ``too_large``, ``workbook_unreadable`` or ``workbook_too_costly``.
    """
    check_declared_size(path, max_bytes)
    with tempfile.TemporaryDirectory(prefix="indep-scan-") as folder:
        names = _run_child(path, Path(folder))
        yield [
            Table(name, next(_rows(file), []), _below_headings(file))
            for number, name in enumerate(names)
            if (file := Path(folder) / f"{number}.csv").stat().st_size
        ]


def _below_headings(file: Path) -> Iterator[list[str]]:
    rows = _rows(file)
    next(rows, None)
    yield from rows


def _rows(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.reader(stream)


def _run_child(path: Path, folder: Path) -> list[str]:
    names = run_child(_CHILD, str(path.absolute()), str(folder))
    if names is None:
        raise NotedError("workbook_unreadable")
    return names
