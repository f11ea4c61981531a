"""Rows of a file, in any layout, as one line for each measure and period (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.uploads import spellings
from ckanext.indep.insight.uploads.layout import Column, Layout, LayoutKind
from ckanext.indep.insight.uploads.problems import Problem, ProblemError

__all__ = ["Cell", "Line", "Unroller"]


class Cell(NamedTuple):
    """A cell's text and the column it stands in."""

    label: str
    text: str


@dataclass(slots=True)
class Line:
    """What a file says about one measure in one period; texts are as they were written.

    ``measure`` is None where the upload is about one measure, ``period`` where it cannot be
    read, which is told already.
    """

    row: int
    measure: Cell | None
    period: Period | None
    period_label: str
    cells: dict[str, Cell]


class Unroller:
    """Makes lines of rows; collects what is wrong with their periods and their shape."""

    def __init__(self, layout: Layout) -> None:
        self._kind = layout.kind
        self._columns = layout.columns
        self._fields = [
            (column.field, column.index, column.label) for column in layout.columns if column.field
        ]
        self._figures = [column for column in layout.columns if column.is_figures]
        self._nameless = [
            column for column in layout.columns if not column.field and not column.is_figures
        ]
        self.problems: list[Problem] = []

    def lines(self, row: int, cells: Sequence[str]) -> Iterator[Line]:
        """The lines of one row; none where a figure's cell is blank in a wide layout."""
        width = len(self._columns)
        if len(cells) != width:
            if any(cell.strip() for cell in cells[width:]):
                self._tell(row, "", "", f"The row has {len(cells)} cells, the heading {width}.")
                return
            cells = [*cells[:width], *[""] * (width - len(cells))]
        for column in self._nameless:
            if cells[column.index].strip():
                self._tell(row, column.label, cells[column.index], "The column has no heading.")
        fields = {name: Cell(label, cells[index]) for name, index, label in self._fields}
        measure = fields.get("measure")
        where = fields.get("period") or fields.get("fiscal_year")
        named = self._named(row, where)
        if self._kind is LayoutKind.LONG and where:
            yield Line(row, measure, named, where.label, fields)
            return
        for column in self._figures:
            text = cells[column.index]
            if not text.strip():
                continue
            whose = Cell(column.label, column.measure) if column.measure else measure
            yield Line(
                row,
                whose,
                _period_of(column, named),
                column.label,
                {**fields, "value": Cell(column.label, text)},
            )

    def _named(self, row: int, where: Cell | None) -> Period | None:
        """The period or fiscal year that the row names, if its layout has it do so."""
        if where is None:
            return None
        read = spellings.fiscal_year if self._kind is LayoutKind.YEARS_DOWN else spellings.period
        try:
            return read(where.text)
        except ProblemError as error:
            self.problems.append(error.at(row, where.label, where.text.strip()))
            return None

    def _tell(self, row: int, label: str, value: str, problem: str) -> None:
        remedy = "Check the heading: unmerge merged cells, and name each column."
        self.problems.append(Problem(row, label, value.strip()[:80], problem, remedy))


def _period_of(column: Column, named: Period | None) -> Period | None:
    """The period of a figure, from its column, its row or both."""
    if column.period is not None or named is None or column.part is None:
        return column.period or named
    return Period(named.fiscal_year, *column.part)
