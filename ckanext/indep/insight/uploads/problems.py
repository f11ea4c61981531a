"""What is wrong in an uploaded file: where, what, and what to do about it (pure)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from ckanext.indep.spreadsheet import safe_cell

__all__ = ["COLUMNS", "Problem", "ProblemError", "as_csv", "column_label"]

COLUMNS = ("row", "column", "value", "problem", "remedy")
LONGEST_VALUE = 80
"""Characters of a wrong value that are repeated to the reader."""


@dataclass(frozen=True)
class Problem:
    """One finding. ``row`` is the line of the text or the row of the sheet, from 1; 0 is the
    file as a whole. ``column`` is its letter and heading, or empty for the whole row."""

    row: int
    column: str
    value: str
    problem: str
    remedy: str

    def as_dict(self) -> dict[str, str | int]:
        """The finding as JSON can hold it."""
        return asdict(self)


class ProblemError(ValueError):
    """A cell cannot be read; the checker knows where it stands."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def at(self, row: int, column: str, value: str) -> Problem:
        """The finding in its place."""
        return Problem(row, column, value[:LONGEST_VALUE], self.problem, self.remedy)


def column_label(index: int, heading: str) -> str:
    """What people call a column: its letter and its heading, such as ``B “value”``."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    name = " ".join(heading.split())[:40]
    return f"{letters} “{name}”" if name else letters


def as_csv(problems: Iterable[dict[str, str | int]]) -> str:
    """The findings as a file to work through in a spreadsheet."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for problem in problems:
        writer.writerow([safe_cell(problem[name]) for name in COLUMNS])
    return buffer.getvalue()
