"""Pure: whether a delivery has the columns it should have, and which of its rows are good.

Values are checked, never rewritten: a code stays the text it was. Only white space around a
value is dropped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ckanext.indep.connectors.base import Delivery, Rejected, Row
from ckanext.indep.connectors.layout import Column, ColumnType, Layout
from ckanext.indep.errors import UnreadableError
from ckanext.indep.tabular import values

__all__ = ["MOST_REJECTED", "Drift", "Harvest", "as_csv", "check", "check_header", "harvest"]

MOST_REJECTED = 5
"""Percent of a delivery's rows that may be rejected; with more, none of them is believed."""


@dataclass(frozen=True)
class Drift:
    """How a header differs from the layout: headings that are missing, that were added, and
    that stand there more than once. Their order does not matter."""

    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.added or self.repeated)

    def __str__(self) -> str:
        parts = (("missing", self.missing), ("added", self.added), ("repeated", self.repeated))
        return "; ".join(f"{word}: {', '.join(found)}" for word, found in parts if found)


@dataclass(frozen=True)
class Harvest:
    """What a delivery came to: good rows by the columns' names, and the others with reasons."""

    layout: Layout
    drift: Drift
    rows: tuple[Mapping[str, str], ...]
    rejected: tuple[Rejected, ...]


def harvest(delivery: Delivery) -> Harvest:
    """Read a delivery to its end and tell good rows from bad ones.

    With a wrong header no record is read: nobody could say which cell is which.
    """
    header = [heading.strip() for heading in delivery.header]
    layout = delivery.layout
    drift = check_header(layout.headings, header)
    if drift:
        return Harvest(layout, drift, (), ())
    rows: list[Mapping[str, str]] = []
    rejected: list[Rejected] = []
    lines: dict[tuple[str, ...], int] = {}
    for record in delivery.records:
        row = record if isinstance(record, Rejected) else _row(layout, header, record)
        if isinstance(row, Rejected):
            rejected.append(row)
            continue
        key = tuple(row[name] for name in layout.key)
        if key in lines:
            rejected.append(Rejected(record.line, f"The key is that of line {lines[key]} again."))
            continue
        lines[key] = record.line
        rows.append(row)
    return Harvest(layout, drift, tuple(rows), tuple(rejected))


def check_header(declared: Sequence[str], reported: Sequence[str]) -> Drift:
    """How the headings that a source reports differ from those that were declared."""
    return Drift(
        missing=tuple(name for name in declared if name not in reported),
        added=tuple(dict.fromkeys(name for name in reported if name not in declared)),
        repeated=tuple(dict.fromkeys(name for name in reported if reported.count(name) > 1)),
    )


def check(result: Harvest) -> None:
    """Refuse a harvest that should not be brought in.

    :raises UnreadableError: the header drifted, more than `MOST_REJECTED` percent of the rows
        were rejected, or there is no row.
    """
    if result.drift:
        raise UnreadableError(f"The columns are not those of the layout ({result.drift}).")
    bad, total = len(result.rejected), len(result.rejected) + len(result.rows)
    if bad * 100 > total * MOST_REJECTED:
        raise UnreadableError(
            f"{bad} of {total} rows were rejected, which is more than {MOST_REJECTED} %."
        )
    if not total:
        raise UnreadableError("The source has no rows; an empty file would remove the public ones.")


def as_csv(result: Harvest) -> bytes:
    """The good rows as CSV in UTF-8; the same rows make the same bytes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, result.layout.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(result.rows)
    return text.getvalue().encode("utf-8")


def _row(layout: Layout, header: Sequence[str], record: Row) -> Mapping[str, str] | Rejected:
    """The record's cells by the columns' names, or what is wrong with one of them."""
    if len(record.cells) != len(header):
        reason = f"The row has {len(record.cells)} cells, the header has {len(header)}."
        return Rejected(record.line, reason)
    found = dict(zip(header, record.cells, strict=True))
    row = {column.name: found[column.source].strip() for column in layout.columns}
    reason = _wrong_cell(layout, row)
    return Rejected(record.line, reason) if reason else row


def _wrong_cell(layout: Layout, row: Mapping[str, str]) -> str:
    for column in layout.columns:
        cell = row[column.name]
        if not cell and column.name in layout.key:
            return f"“{column.name}” is empty, and the key needs it."
        if cell and not _fits(column, cell):
            return f"“{cell}” in column “{column.name}” is not of the type {column.type}."
    return ""


def _fits(column: Column, cell: str) -> bool:
    reader = _READERS.get(column.type)
    return reader is None or reader(cell) is not None


def _date(cell: str) -> str | None:
    """A date, year first, or month first as is usual in the United States."""
    if ":" in cell:
        return None
    return values.read_date(cell) or values.read_american(cell, month_first=True)


def _timestamp(cell: str) -> str | None:
    return values.read_timestamp(cell) or values.read_american(cell, month_first=True)


# Text is not there: everything is text.
_READERS: Mapping[ColumnType, Callable[[str], str | None]] = {
    "integer": values.read_integer,
    "number": values.read_numeric,
    "date": _date,
    "timestamp": _timestamp,
    "boolean": values.read_boolean,
}
