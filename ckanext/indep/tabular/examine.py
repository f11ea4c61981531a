"""First pass over a table: columns, types and bad rows, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ckanext.indep.tabular.headings import Heading, clean_headings
from ckanext.indep.tabular.infer import ColumnProfile, Decision, forced
from ckanext.indep.tabular.limits import Limits
from ckanext.indep.tabular.notes import Note, NotedError
from ckanext.indep.tabular.report import ColumnReport, State, TableReport
from ckanext.indep.tabular.source import BadRow, Row, TableSource

__all__ = ["Column", "Examined", "converted_rows", "examine"]

_BATCH = 5000


@dataclass(frozen=True)
class Column:
    """A column's name and the decision about its type."""

    heading: Heading
    decision: Decision


@dataclass(frozen=True)
class Examined:
    """A table that may be loaded, and the report of the pass."""

    columns: list[Column]
    report: TableReport


def examine(source: TableSource, overrides: Mapping[str, str], limits: Limits) -> Examined:
    """Decide the columns of a table from all of its rows.

    :param overrides: column name → type that the data dictionary demands.
    :returns: the columns and the report; its ``failure`` is set if a larger share of the
        rows is bad than the limits allow.
    :raises NotedError: there is no header row, or the table is beyond the limits.
    """
    report = TableReport(State.LOADING, facts=source.facts, notes=source.notes)
    headings = _header(source, limits)
    profiles = [ColumnProfile(heading.name) for heading in headings]
    for batch in _batches(_checked(source, len(headings), report, limits)):
        report.rows += len(batch)
        for profile, cells in zip(profiles, zip(*batch, strict=True), strict=True):
            # Most columns repeat few values: each is looked at once in a batch.
            profile.observe(dict.fromkeys(cell.strip() for cell in cells))
    columns: list[Column] = []
    for heading, profile in zip(headings, profiles, strict=True):
        decision = forced(overrides.get(heading.name, "")) or profile.decide()
        columns.append(Column(heading, decision))
    report.columns = [_column_report(column) for column in columns]
    if any(column.heading.name in overrides for column in columns):
        _recount(source, columns, report)
    if report.rows == 0 and report.bad_total == 0:
        report.notes.append(Note("no_rows"))
    _check_share(report, limits)
    return Examined(columns, report)


def converted_rows(
    source: TableSource, columns: Sequence[Column]
) -> Iterator[list[str | None] | BadRow]:
    """Rows as PostgreSQL takes them, blank cells as None; and the bad ones in between."""
    rows = source.rows()
    next(rows, None)
    for row in rows:
        yield row if isinstance(row, BadRow) else _converted(row, columns)


def _header(source: TableSource, limits: Limits) -> list[Heading]:
    header = next(source.rows(), None)
    if header is None:
        raise NotedError("empty_file")
    if isinstance(header, BadRow):
        raise NotedError("bad_header", line=header.line)
    if len(header.cells) > limits.columns:
        raise NotedError("too_many_columns", columns=len(header.cells), limit=limits.columns)
    return clean_headings(header.cells)


def _checked(
    source: TableSource, width: int, report: TableReport, limits: Limits
) -> Iterator[list[str]]:
    """Cells of the rows that are as wide as the header; the others go to the report."""
    rows = source.rows()
    next(rows, None)
    for count, row in enumerate(rows, start=1):
        if count > limits.rows:
            raise NotedError("too_many_rows", limit=limits.rows)
        if isinstance(row, BadRow):
            report.add_bad(row)
        elif len(row.cells) != width:
            report.add_bad(_wrong_width(row, width))
        else:
            yield row.cells


def _batches(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    batch: list[list[str]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _converted(row: Row, columns: Sequence[Column]) -> list[str | None] | BadRow:
    if len(row.cells) != len(columns):
        return _wrong_width(row, len(columns))
    converted: list[str | None] = []
    for cell, column in zip(row.cells, columns, strict=True):
        stripped = cell.strip()
        if not stripped:
            converted.append(None)
        elif column.decision.type == "text":
            converted.append(cell)
        else:
            value = column.decision.convert(stripped)
            if value is None:
                return _wrong_value(row, column, stripped)
            converted.append(value)
    return converted


def _recount(source: TableSource, columns: Sequence[Column], report: TableReport) -> None:
    """A type of the dictionary's can make more rows bad: count again, with conversion."""
    report.rows, report.bad_total, report.bad_rows = 0, 0, []
    for row in converted_rows(source, columns):
        if isinstance(row, BadRow):
            report.add_bad(row)
        else:
            report.rows += 1


def _check_share(report: TableReport, limits: Limits) -> None:
    total = report.rows + report.bad_total
    if report.bad_total * 100 > total * limits.bad_percent:
        report.failure = Note(
            "too_many_bad_rows",
            {"bad": report.bad_total, "total": total, "limit": limits.bad_percent},
        )


def _wrong_width(row: Row, width: int) -> BadRow:
    return BadRow(row.line, Note("wrong_width", {"cells": len(row.cells), "columns": width}))


def _wrong_value(row: Row, column: Column, cell: str) -> BadRow:
    facts = {"value": cell[:40], "column": column.heading.name, "type": column.decision.type}
    return BadRow(row.line, Note("wrong_value", facts))


def _column_report(column: Column) -> ColumnReport:
    heading, decision = column.heading, column.decision
    return ColumnReport(
        heading.name, heading.original, heading.changes, decision.type, decision.note
    )
