"""All sheets of a workbook, the hidden ones too: whoever downloads the file gets them all.

As in `tabular.workbook`, the workbook is read by a child process with limits of its own, since a
file of a few bytes can ask for gigabytes and end the process that reads it.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ckanext.indep.privacy.table import Table
from ckanext.indep.tabular.notes import NotedError
from ckanext.indep.tabular.workbook import CHILD_SECONDS

__all__ = ["open_sheets"]

_CHILD = "ckanext.indep.privacy.sheets_child"


@contextmanager
def open_sheets(path: Path, max_bytes: int) -> Iterator[list[Table]]:
    """A table for each sheet that has cells; their rows are at hand until the context ends.

    :param max_bytes: most that the archive may unpack to.
    :raises NotedError: ``too_large``, ``workbook_unreadable`` or ``workbook_too_costly``.
    """
    _check_declared_size(path, max_bytes)
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


def _check_declared_size(path: Path, max_bytes: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise NotedError("workbook_unreadable") from error
    if unpacked > max_bytes:
        raise NotedError("too_large", size=unpacked, limit=max_bytes)


def _run_child(path: Path, folder: Path) -> list[str]:
    command = [sys.executable, "-m", _CHILD, str(path), str(folder)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=CHILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotedError("workbook_too_costly") from error
    if done.returncode != 0:
        raise NotedError("workbook_too_costly")
    names = json.loads(done.stdout)
    if names is None:
        raise NotedError("workbook_unreadable")
    return names
