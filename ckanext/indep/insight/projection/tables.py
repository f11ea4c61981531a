"""The tables of what is published: their columns, and their rows from the record (pure).

A row says nothing that depends on the day: periods without a result are left out, so that a
table is the same as long as nothing is published.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ckanext.indep.insight.records import Result, TargetChange
from ckanext.indep.insight.status import Target, rounded
from ckanext.indep.insight.summary import Line, Summary
from ckanext.indep.spreadsheet import safe_cell
from ckanext.indep.tabular.infer import ColumnType

__all__ = ["FIGURES", "TABLES", "TARGETS", "Cell", "Column", "Row", "Table", "spelled"]

Cell = str | int | bool | Decimal | date | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """A column with what the data dictionary says of it."""

    name: str
    type: ColumnType
    label: str
    notes: str = ""


@dataclass(frozen=True)
class Table:
    """A table: ``name`` stands in its address, ``key`` are the columns that name a row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: Callable[[Summary], Iterator[Row]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def rows(self, summaries: Iterable[Summary]) -> list[Row]:
        """All rows: measures by name, each with its oldest period first."""
        by_name = sorted(summaries, key=lambda summary: summary.definition.name)
        return [row for summary in by_name for row in self.cells(summary)]

    def as_csv(self, summaries: Iterable[Summary]) -> str:
        """The table as a file that is safe to open in a spreadsheet."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(self.names)
        for row in self.rows(summaries):
            writer.writerow(safe_cell(c) if isinstance(c, str) else spelled(c) for c in row)
        return out.getvalue()


def spelled(cell: Cell) -> str | None:
    """A value as PostgreSQL and a CSV file spell it; None for a blank."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell)


def _figures(summary: Summary) -> Iterator[Row]:
    for line in summary.lines:
        if line.result:
            yield _figure(summary, line, line.result)


def _figure(summary: Summary, line: Line, result: Result) -> Row:
    measure, assessment = summary.definition, line.assessment
    return (
        measure.name,
        measure.code,
        measure.title,
        measure.department_title or measure.department,
        measure.goal,
        line.period.key,
        line.period.start,
        line.period.end,
        result.state,
        _published(line.value, measure.precision),
        measure.unit,
        result.numerator,
        result.denominator,
        result.margin,
        *_target(line.target.target if line.target else None),
        assessment.status.value,
        assessment.reason.value if assessment.reason else None,
        assessment.gap,
        result.provisional,
        _published(line.first.value if line.first else None, measure.precision),
        result.correction_reason,
        line.comment or None,
        _source(result, "system"),
        _source(result, "dataset_id"),
        _source(result, "revision_id"),
        measure.illustrative,
        result.published_at.date(),
        result.version,
    )


def _targets(summary: Summary) -> Iterator[Row]:
    in_force = {change.period: change.revision for change in summary.record.targets}
    for change in summary.record.targets:
        yield _target_version(summary, change, in_force[change.period] == change.revision)


def _target_version(summary: Summary, change: TargetChange, in_force: bool) -> Row:
    measure = summary.definition
    return (
        measure.name,
        measure.title,
        change.period.key,
        change.period.start,
        change.period.end,
        change.revision,
        *_target(change.target),
        measure.unit,
        in_force,
        change.reason,
        measure.illustrative,
        change.approved_at.date(),
    )


def _published(value: Decimal | None, precision: int) -> Decimal | None:
    return None if value is None else rounded(value, precision)


def _target(target: Target | None) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    return (target.value, target.low, target.high) if target else (None, None, None)


def _source(result: Result, key: str) -> str | None:
    return str(result.source[key]) if result.source.get(key) else None


_MEASURE = Column("measure", "text", "Measure", "Its name in the address of its page.")
_TITLE = Column("title", "text", "Title")
_PERIODS = (
    Column("period", "text", "Period", "A fiscal year begins on July 1: FY2018-Q1 is July 2017."),
    Column("period_start", "date", "First day of the period"),
    Column("period_end", "date", "Last day of the period"),
)
_TARGETS = (
    Column("target", "numeric", "Target"),
    Column("target_low", "numeric", "Lower end of the target", "Of a target that is a range."),
    Column("target_high", "numeric", "Upper end of the target", "Of a target that is a range."),
)
_UNIT = Column("unit", "text", "Unit")
_ILLUSTRATIVE = Column("illustrative", "boolean", "Made up", "True: no data of the city.")

FIGURES = Table(
    "figures",
    ("measure", "period"),
    (
        _MEASURE,
        Column("code", "text", "Code"),
        _TITLE,
        Column("department", "text", "Department"),
        Column("strategic_goal", "text", "Strategic goal"),
        *_PERIODS,
        Column("state", "text", "State", "reported, not_collected, suppressed or retired."),
        Column("value", "numeric", "Result", "Blank where there is none; never zero for that."),
        _UNIT,
        Column("numerator", "numeric", "Counted"),
        Column("denominator", "numeric", "Out of"),
        Column("margin", "numeric", "Margin of error", "Of a survey, in the unit."),
        *_TARGETS,
        Column("status", "text", "Status", "By the target in force when it was reported."),
        Column("not_scored_because", "text", "Why there is no status"),
        Column("gap", "numeric", "Gap", "How much better than the target; less is negative."),
        Column("provisional", "boolean", "Provisional"),
        Column("first_reported", "numeric", "As first reported"),
        Column("correction_reason", "text", "Why it was corrected"),
        Column("comment", "text", "What the department says"),
        Column("source_system", "text", "Source"),
        Column("source_dataset", "text", "Dataset", "Id of the dataset it is computed from."),
        Column("source_revision", "text", "Revision of that dataset"),
        _ILLUSTRATIVE,
        Column("published", "date", "Published on"),
        Column("version", "integer", "Version", "Number of the publication it came with."),
    ),
    _figures,
)
TARGETS = Table(
    "targets",
    ("measure", "period", "revision"),
    (
        _MEASURE,
        _TITLE,
        *_PERIODS,
        Column("revision", "integer", "Version of the target"),
        *_TARGETS,
        _UNIT,
        Column("in_force", "boolean", "In force", "False: a later version replaced it."),
        Column("reason", "text", "Reason"),
        _ILLUSTRATIVE,
        Column("approved", "date", "Approved on"),
    ),
    _targets,
)
TABLES = (FIGURES, TARGETS)
"""All tables that are kept."""
