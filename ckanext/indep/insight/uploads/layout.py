"""How a file is laid out, told from its heading (pure).

Four layouts are understood. *Long*: a row for each measure and period. *Periods across*: a row
for each measure, a column for each period. *Measures across*: a row for each period, a column for
each measure. *Years down*: a row for each fiscal year, a column for each quarter or month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.uploads import spellings
from ckanext.indep.insight.uploads.catalogue import Catalogue, ForeignMeasureError
from ckanext.indep.insight.uploads.problems import Problem, ProblemError, column_label

__all__ = ["FIELDS", "Column", "Layout", "LayoutKind", "detect"]

FIELDS = (
    "measure",
    "period",
    "value",
    "numerator",
    "denominator",
    "margin",
    "state",
    "provisional",
    "target",
    "target_low",
    "target_high",
    "target_reason",
    "comment",
    "source",
    "reason",
)
"""The columns of the long layout; headings are read without regard to case and spaces."""

_OTHER_NAMES = {
    "measure_name": "measure",
    "measure_code": "measure",
    "code": "measure",
    "result": "value",
    "actual": "value",
    "margin_of_error": "margin",
    "comments": "comment",
    "commentary": "comment",
    "correction_reason": "reason",
    "year": "fiscal_year",
}
_BESIDE_FIGURES = frozenset({"measure", "source", "reason", "provisional"})
_KEYS = frozenset({"measure", "period", "source", "reason"})


class LayoutKind(str, Enum):
    """The layouts."""

    LONG = "long"
    PERIODS_ACROSS = "periods_across"
    MEASURES_ACROSS = "measures_across"
    YEARS_DOWN = "years_down"


@dataclass(frozen=True)
class Column:
    """What one column holds: a field, or the figures of a period, a measure or a part of a year.

    All are None for a column without a heading, which has to be blank.
    """

    index: int
    label: str
    field: str | None = None
    period: Period | None = None
    measure: str | None = None
    part: tuple[Kind, int] | None = None

    @property
    def is_figures(self) -> bool:
        """Whether the column holds results under a heading that names whose."""
        return bool(self.period or self.measure or self.part)


@dataclass(frozen=True)
class Layout:
    """The layout of a file and what its columns hold."""

    kind: LayoutKind
    columns: tuple[Column, ...]

    def field(self, name: str) -> Column | None:
        """The column of that field."""
        return next((column for column in self.columns if column.field == name), None)


def detect(
    heading: Sequence[str], row: int, catalogue: Catalogue
) -> tuple[Layout | None, list[Problem]]:
    """Tell the layout from the heading.

    :param row: where the heading stands.
    :returns: the layout, or None and every problem of the heading.
    """
    names = [_field_name(cell) for cell in heading]
    kind = _kind(heading, names, catalogue)
    problems = _repeated(heading, row)
    if kind is None:
        problems.append(
            Problem(
                row,
                "",
                ", ".join(cell for cell in heading if cell.strip())[:80],
                "The first row is no heading that is understood.",
                "Begin with a row of column names: “period” and “value”, or the periods.",
            )
        )
        return None, problems
    columns: list[Column] = []
    for index, (cell, name) in enumerate(zip(heading, names, strict=True)):
        label = column_label(index, cell)
        try:
            columns.append(_column(kind, index, label, cell, name, catalogue))
        except ProblemError as error:
            problems.append(error.at(row, label, cell.strip()))
            if isinstance(error, ForeignMeasureError):
                raise
    problems += _missing(kind, columns, catalogue, row)
    return (None if problems else Layout(kind, tuple(columns))), problems


def _field_name(cell: str) -> str:
    plain = "_".join(cell.replace("_", " ").replace("-", " ").split()).casefold()
    return _OTHER_NAMES.get(plain, plain)


def _is_period(cell: str) -> bool:
    try:
        spellings.period(cell)
    except ProblemError:
        return False
    return True


def _kind(heading: Sequence[str], names: Sequence[str], catalogue: Catalogue) -> LayoutKind | None:
    present = set(names)
    if "period" in present:
        if present & (set(FIELDS) - _KEYS):
            return LayoutKind.LONG
        known = any(
            catalogue.knows(cell)
            for cell, name in zip(heading, names, strict=True)
            if name not in FIELDS
        )
        return LayoutKind.MEASURES_ACROSS if known else None
    if "fiscal_year" in present and any(spellings.part_of_year(cell) for cell in heading):
        return LayoutKind.YEARS_DOWN
    if any(_is_period(cell) for cell in heading):
        return LayoutKind.PERIODS_ACROSS
    return None


def _column(
    kind: LayoutKind, index: int, label: str, cell: str, name: str, catalogue: Catalogue
) -> Column:
    if not cell.strip():
        return Column(index, label)
    if kind is LayoutKind.LONG:
        if name in FIELDS:
            return Column(index, label, field=name)
        raise ProblemError(
            f"“{cell.strip()[:40]}” is no column of a history.",
            f"Take it out, or call it one of: {', '.join(FIELDS)}.",
        )
    if kind is LayoutKind.MEASURES_ACROSS:
        if name in {"period", "source", "reason"}:
            return Column(index, label, field=name)
        return Column(index, label, measure=catalogue.find(cell).name)
    if name in _BESIDE_FIGURES or (kind is LayoutKind.YEARS_DOWN and name == "fiscal_year"):
        return Column(index, label, field=name)
    if kind is LayoutKind.YEARS_DOWN:
        part = spellings.part_of_year(cell)
        if part is None:
            raise ProblemError(f"“{cell.strip()[:40]}” is no part of a year.", "Write Q1 or Jul.")
        return Column(index, label, part=part)
    return Column(index, label, period=spellings.period(cell))


def _repeated(heading: Sequence[str], row: int) -> list[Problem]:
    seen: dict[str, str] = {}
    problems: list[Problem] = []
    for index, cell in enumerate(heading):
        name = _field_name(cell)
        if name and name in seen:
            problems.append(
                Problem(
                    row,
                    column_label(index, cell),
                    cell.strip()[:80],
                    f"The heading stands in column {seen[name]} as well.",
                    "Keep one of the two columns.",
                )
            )
        seen.setdefault(name, column_label(index, cell))
    return problems


def _missing(
    kind: LayoutKind, columns: Sequence[Column], catalogue: Catalogue, row: int
) -> list[Problem]:
    """Two columns of the same period, and the column that says whose figures these are."""
    problems: list[Problem] = []
    seen: set[object] = set()
    for column in columns:
        whose = column.period or column.measure or column.part
        if whose is None:
            continue
        if whose in seen:
            problems.append(
                Problem(row, column.label, "", "Two columns are about the same.", "Keep one.")
            )
        seen.add(whose)
    fields = {column.field for column in columns}
    if kind is not LayoutKind.MEASURES_ACROSS and "measure" not in fields and not catalogue.only:
        problems.append(
            Problem(
                row,
                "",
                "",
                "The file does not say which measure its figures belong to.",
                "Add a column “measure”, or choose the measure on the form.",
            )
        )
    return problems
