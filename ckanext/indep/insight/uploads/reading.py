"""From the bytes of a file to what it says, line by line.

A workbook is read by a limited child process (see `ckanext.indep.tabular.workbook`), so that a
hostile one ends that child and nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ckanext.indep.insight.uploads.catalogue import Catalogue, ForeignMeasureError
from ckanext.indep.insight.uploads.checking import Checker, Good
from ckanext.indep.insight.uploads.layout import detect
from ckanext.indep.insight.uploads.lines import Unroller
from ckanext.indep.insight.uploads.problems import Problem
from ckanext.indep.tabular.limits import Limits
from ckanext.indep.tabular.notes import NotedError
from ckanext.indep.tabular.read import open_table
from ckanext.indep.tabular.source import BadRow, TableSource

__all__ = ["MOST_BYTES", "MOST_FIGURES", "MOST_ROWS", "Findings", "read"]

MOST_BYTES = 32 * 1024 * 1024
"""Largest file."""

MOST_ROWS = 200_000
"""Most rows below the heading."""

MOST_FIGURES = 250_000
"""Most lines (a measure in a period) that a file may have in all, and most problems."""

UNPACKED_BYTES = 256 * 1024 * 1024
MOST_COLUMNS = 1000
ROWS_BETWEEN_REPORTS = 5000

Progress = Callable[[int], None]


@dataclass
class Findings:
    """What a file says.

    ``failure`` is the note (see `ckanext.indep.tabular.messages`) of a file that cannot be read
    at all; ``is_foreign`` that it speaks of another department's measure, so that none of it may
    be loaded.
    """

    facts: dict[str, str] = field(default_factory=dict)
    notes: list[dict[str, object]] = field(default_factory=list)
    layout: str = ""
    rows: int = 0
    good: list[Good] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failure: dict[str, object] | None = None
    is_foreign: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether its rows could be told apart and may be loaded by this person."""
        return self.failure is None and not self.is_foreign and bool(self.layout)


def read(
    content: bytes,
    catalogue: Catalogue,
    today: date,
    reason: str = "",
    progress: Progress | None = None,
) -> Findings:
    """Read a file and check every row; nothing is raised for what is wrong in it.

    :param reason: for corrections of public figures that give none of their own.
    :param progress: called with the number of rows now and then.
    """
    findings = Findings()
    limits = Limits(bytes=UNPACKED_BYTES, rows=MOST_ROWS, columns=MOST_COLUMNS)
    with tempfile.TemporaryDirectory(prefix="indep-history-") as folder:
        path = Path(folder) / "history"
        path.write_bytes(content)
        try:
            _check_size(content)
            with open_table(path, limits, exact=True) as source:
                findings.facts = source.facts
                findings.notes = [note.as_dict() for note in source.notes]
                _read_rows(source, catalogue, findings, (today, reason), progress)
        except NotedError as error:
            findings.failure = error.note.as_dict()
            findings.good = []
        except ForeignMeasureError as error:
            findings.is_foreign = True
            findings.good = []
            findings.problems = [error.at(0, "", "")]
    return findings


def _check_size(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise NotedError("too_large", size=len(content), limit=MOST_BYTES)


def _read_rows(
    source: TableSource,
    catalogue: Catalogue,
    findings: Findings,
    about: tuple[date, str],
    progress: Progress | None,
) -> None:
    rows = source.rows()
    heading = next(rows, None)
    if heading is None:
        raise NotedError("empty_file")
    if isinstance(heading, BadRow) and not heading.cells:
        raise NotedError("bad_header", line=heading.line)
    cells = list(heading.cells)
    if len(cells) > MOST_COLUMNS:
        raise NotedError("too_many_columns", columns=len(cells), limit=MOST_COLUMNS)
    layout, problems = detect(cells, heading.line, catalogue)
    if layout is None:
        findings.problems = problems
        return
    findings.layout = layout.kind.value
    commas_are_safe = source.facts.get("delimiter") != "semicolon"
    checker = Checker(catalogue, *about, commas_are_safe)
    unroller = Unroller(layout)
    lines = 0
    for row in rows:
        findings.rows += 1
        if findings.rows > MOST_ROWS or lines + len(unroller.problems) > MOST_FIGURES:
            raise NotedError("too_many_rows", limit=MOST_ROWS)
        if isinstance(row, BadRow) and not row.cells:
            unroller.problems.append(_unreadable(row))
            continue
        if progress and findings.rows % ROWS_BETWEEN_REPORTS == 0:
            progress(findings.rows)
        for line in unroller.lines(row.line, list(row.cells)):
            checker.take(line)
            lines += 1
    good, problems = checker.finish()
    bad = {problem.row for problem in unroller.problems}
    findings.good = [one for one in good if one.row not in bad] if bad else good
    findings.problems = sorted(unroller.problems + problems, key=lambda one: one.row)


def _unreadable(row: BadRow) -> Problem:
    facts: dict[str, Any] = dict(row.note.facts)
    where = f" in column {facts['column']}" if "column" in facts else ""
    return Problem(
        row.line, "", "", f"A quotation mark is out of place{where}.", "Save the file as CSV again."
    )
