"""Pure: which columns a source has, of which types, and which of them are its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import yaml

from ckanext.indep.errors import UnreadableError

__all__ = ["Column", "ColumnType", "Layout", "parse"]

ColumnType = Literal["text", "integer", "number", "date", "timestamp", "boolean"]

_TYPES = get_args(ColumnType)
_COLUMN_KEYS = {"name", "type", "heading"}
_LAYOUT_KEYS = {"columns", "key"}


@dataclass(frozen=True)
class Column:
    """One column: its name in the dataset, its type, and its heading at the source.

    The heading is the name where it is empty. Codes such as ZIP are ``text``.
    """

    name: str
    type: ColumnType
    heading: str = ""

    @property
    def source(self) -> str:
        """What the source calls the column."""
        return self.heading or self.name


@dataclass(frozen=True)
class Layout:
    """The columns in the order of the dataset, and the names of those that tell rows apart.

    :raises UnreadableError: two columns have the same name or heading, or the key is empty or
        names no column.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def __post_init__(self) -> None:
        for names in (self.names, self.headings):
            for name in names:
                if names.count(name) > 1:
                    raise UnreadableError(f"The layout has more than one column “{name}”.")
        if not self.key:
            raise UnreadableError("The layout has no key; name the columns that tell rows apart.")
        for name in self.key:
            if name not in self.names:
                raise UnreadableError(f"The key names “{name}”, which is no column of the layout.")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns in the dataset."""
        return tuple(column.name for column in self.columns)

    @property
    def headings(self) -> tuple[str, ...]:
        """Names of the columns at the source."""
        return tuple(column.source for column in self.columns)


def parse(text: str) -> Layout:
    """Read a layout from YAML: ``columns``, a list of name, type and perhaps heading; ``key``.

    :raises UnreadableError: it is no YAML, or not of that form; the sentence says where.
    """
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UnreadableError(f"The layout is no YAML: {error}") from error
    fields = _mapping(content, "The layout", _LAYOUT_KEYS)
    columns = tuple(_column(entry) for entry in _list(fields, "columns"))
    return Layout(columns, tuple(_text(name, "a name in “key”") for name in _list(fields, "key")))


def _column(entry: object) -> Column:
    fields = _mapping(entry, "A column of the layout", _COLUMN_KEYS)
    name = _text(fields.get("name"), "the name of a column")
    kind = fields.get("type")
    if kind not in _TYPES:
        raise UnreadableError(f"The type of “{name}” must be one of {', '.join(_TYPES)}.")
    heading = _text(fields.get("heading", name), f"the heading of “{name}”")
    return Column(name, cast(ColumnType, kind), heading)


def _mapping(value: object, what: str, allowed: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableError(f"{what} must have {', '.join(sorted(allowed))}.")
    fields = cast("dict[str, Any]", value)
    unknown = {str(key) for key in fields} - allowed
    if unknown:
        raise UnreadableError(f"{what} has “{min(unknown)}”, which means nothing here.")
    return fields


def _list(fields: Mapping[str, Any], name: str) -> list[object]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise UnreadableError(f"“{name}” of the layout must be a list.")
    return cast("list[object]", value)


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnreadableError(f"In the layout, {what} must be text; put it into quotes.")
    return value.strip()
