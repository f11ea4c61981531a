"""What a dataset's page shows of a table: its first rows and its columns in plain words.

Reads the DataStore through its authorised actions, as the visitor, so that nothing is shown that
the visitor may not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["PREVIEW_ROWS", "Column", "Preview", "cell_text", "column_kind", "read_preview"]

PREVIEW_ROWS = 10
_INTERNAL_COLUMNS = frozenset({"_id", "_full_text"})
_NUMBERS = frozenset({"int", "int4", "int8", "integer", "bigint", "float8", "numeric", "money"})
_EMPTY_SECONDS = re.compile(r"(?<=\d\d:\d\d)(?::00)?(?:\.0+)?$")
_DATES = frozenset({"date", "timestamp", "timestamptz"})


@dataclass(frozen=True)
class Column:
    """A column of a table: its `name` in the data, a readable `label`, what it means, its kind.

    `kind` is one of number, date, time, yes_no, text, other.
    """

    name: str
    label: str
    description: str
    kind: str


@dataclass(frozen=True)
class Preview:
    """The first rows of a table, as text in the order of `columns`, and the count of all rows."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


def read_preview(resource: dict[str, Any], rows: int = PREVIEW_ROWS) -> Preview | None:
    """The preview of a resource, or None when it has no table that the visitor may read."""
    if not resource.get("datastore_active"):
        return None
    try:
        found = tk.get_action("datastore_search")(
            {}, {"resource_id": resource["id"], "limit": rows, "sort": "_id"}
        )
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return None
    columns = tuple(
        _column(field) for field in found["fields"] if field["id"] not in _INTERNAL_COLUMNS
    )
    return Preview(
        columns,
        tuple(
            tuple(cell_text(row.get(c.name), c.kind) for c in columns) for row in found["records"]
        ),
        found.get("total", 0),
    )


def column_kind(database_type: str) -> str:
    """The kind of a PostgreSQL type, in the words of `Column.kind`."""
    if database_type in _NUMBERS or database_type.startswith("numeric"):
        return "number"
    if database_type in _DATES or database_type.startswith("timestamp"):
        return "date"
    if database_type.startswith("time"):
        return "time"
    return {"bool": "yes_no", "boolean": "yes_no", "text": "text"}.get(database_type, "other")


def cell_text(value: object, kind: str) -> str:
    """A value as the preview shows it: dates without the parts of the time that are nought."""
    text = "" if value is None else str(value)
    if kind != "date":
        return text
    day, _, clock = text.partition("T")
    clock = _EMPTY_SECONDS.sub("", clock)
    return day if clock in ("", "00:00") else f"{day} {clock}"


def _column(field: dict[str, Any]) -> Column:
    about = field.get("info") or {}
    return Column(
        name=field["id"],
        label=about.get("label") or field["id"],
        description=about.get("notes") or "",
        kind=column_kind(field["type"]),
    )
