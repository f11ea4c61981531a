"""Rows of a file, in any layout, as one line for each measure and period (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.uploads import spellings
from ckanext.indep.insight.uploads.layout import Column, Layout, LayoutKind
from ckanext.indep.insight.uploads.problems import Problem, ProblemError

__all__ = ["Cell", "Line", "Unroller"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text and the column it stands in."""

    label: str
    text: str


@dataclass(slots=True)
class Line:
    """What a file says about one measure in one period; texts are as they were written.

    ``measure`` is None where the upload is about one measure.
    """

    row: int
    measure: Cell | None
    period: Period
    period_label: str
    cells: dict[str, Cell]


class Unroller:
    """Makes lines of rows; collects what is wrong with their periods and their shape."""

    def __init__(self, layout: Layout) -> None:
        self._kind = layout.kind
        self._columns = layout.columns
        self._fields = [(column.index, column) for column in layout.columns if column.field]
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
        fields = {
            column.field: Cell(column.label, cells[index])
            for index, column in self._fields
            if column.field
        }
        try:
            yield from self._of(row, cells, fields)
        except ProblemError as error:
            where = fields.get("period") or fields.get("fiscal_year")
            label, text = (where.label, where.text) if where else ("", "")
            self.problems.append(error.at(row, label, text.strip()))

    def _of(self, row: int, cells: Sequence[str], fields: dict[str, Cell]) -> Iterator[Line]:
        measure = fields.pop("measure", None)
        if self._kind is LayoutKind.LONG:
            where = fields.pop("period")
            yield Line(row, measure, spellings.period(where.text), where.label, fields)
            return
        period, year = None, 0
        if self._kind is LayoutKind.MEASURES_ACROSS:
            period = spellings.period(fields.pop("period").text)
        elif self._kind is LayoutKind.YEARS_DOWN:
            year = spellings.fiscal_year(fields.pop("fiscal_year").text)
        for column in self._figures:
            text = cells[column.index]
            if not text.strip():
                continue
            whose = Cell(column.label, column.measure) if column.measure else measure
            yield Line(
                row,
                whose,
                period or _period_of(column, year),
                column.label,
                {**fields, "value": Cell(column.label, text)},
            )

    def _tell(self, row: int, label: str, value: str, problem: str) -> None:
        remedy = "Check the heading: unmerge merged cells, and name each column."
        self.problems.append(Problem(row, label, value.strip()[:80], problem, remedy))


def _period_of(column: Column, year: int) -> Period:
    if column.period is not None:
        return column.period
    assert column.part is not None
    return Period(year, *column.part)
