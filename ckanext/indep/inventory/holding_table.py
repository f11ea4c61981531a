"""Holdings as a table: an uploaded CSV file read with all its errors, and one written. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.indep.errors import UnreadableError
from ckanext.indep.inventory import plain
from ckanext.indep.inventory.holding_fields import COLUMNS, Problem, clean
from ckanext.indep.spreadsheet import original_cell, safe_cell

__all__ = ["MOST_BYTES", "MOST_ROWS", "Row", "RowProblem", "Table", "read", "write"]

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
ID = "id"


@dataclass(frozen=True)
class Row:
    """A row that can be stored: its line in the file, the holding's id if given, its values."""

    line: int
    id: int | None
    values: dict[str, Any]


@dataclass(frozen=True)
class RowProblem:
    """A problem and the line of the file that it is in."""

    line: int
    problem: Problem

    def as_dict(self) -> dict[str, Any]:
        """The facts for a program: line, column, value, problem, remedy."""
        return {"line": self.line, **vars(self.problem)}


@dataclass
class Table:
    """What was read. Where there are problems, nothing of it should be stored."""

    rows: list[Row] = field(default_factory=list[Row])
    problems: list[RowProblem] = field(default_factory=list[RowProblem])


def read(content: bytes) -> Table:
    """Read a CSV file with a line of column names, in UTF-8 or Windows-1252.

    Raises UnreadableError where it is no such file at all; what is wrong with its rows is
    in the result.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it.")
    lines = csv.reader(io.StringIO(_decoded(content), newline=""))
    try:
        heading = [plain.line(name).lower().replace(" ", "_") for name in next(lines, [])]
        _check_heading(heading)
        return _read_rows(heading, lines)
    except csv.Error as error:
        raise UnreadableError(
            f"Line {lines.line_num} cannot be read as CSV ({error}). Save the file as CSV again."
        ) from error


def write(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return a CSV file that is safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _check_heading(heading: list[str]) -> None:
    if "title" not in heading or "status" not in heading:
        raise UnreadableError(
            "The first line must name the columns, at least title and status."
            f" Known columns: {', '.join((ID, *COLUMNS))}."
        )
    unknown = [name for name in heading if name and name not in (ID, *COLUMNS)]
    if unknown:
        raise UnreadableError(
            f"There is no column “{unknown[0][:40]}”. Known columns: {', '.join((ID, *COLUMNS))}."
        )
    twice = {name for name in heading if name and heading.count(name) > 1}
    if twice:
        raise UnreadableError(f"The column “{min(twice)}” is there twice. Keep one of them.")


def _read_rows(heading: list[str], lines: Any) -> Table:
    table = Table()
    for cells in lines:
        number: int = lines.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(table.rows) >= MOST_ROWS:
            raise UnreadableError(f"The file has more than {MOST_ROWS} rows. Split it.")
        values = {
            name: original_cell(cell) for name, cell in zip(heading, cells, strict=False) if name
        }
        cleaned, problems = clean(values)
        if len(cells) > len(heading):
            extra = Problem("", cells[len(heading)][:40], "A value has no column.", "Quote commas.")
            problems.append(extra)
        holding_id, problem = _id(values.get(ID, ""))
        if problem:
            problems.append(problem)
        table.rows.append(Row(number, holding_id, cleaned))
        table.problems += [RowProblem(number, problem) for problem in problems]
    return table


def _id(text: str) -> tuple[int | None, Problem | None]:
    text = text.strip()
    if not text:
        return None, None
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text), None
    remedy = "Leave it empty for a new holding."
    return None, Problem(ID, text[:40], "It is not a holding's number.", remedy)
