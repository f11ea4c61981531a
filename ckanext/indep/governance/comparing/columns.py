"""What changed in the columns of a table and in their dictionary, from two frozen digests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

__all__ = ["ColumnChange", "compare", "dictionary"]

DICTIONARY = ("label", "notes")

Column = Mapping[str, Any]


@dataclass(frozen=True)
class ColumnChange:
    """One difference of a column.

    A renamed column is one removed and one added: whether it holds the same, only the rows
    tell. `what` says what changed of a column that stays: ``type``, ``label`` or ``notes``.
    For kind ``moved`` there is no column, and the values are the names in their order.
    """

    kind: Literal["added", "removed", "retyped", "relabelled", "moved"]
    column: str
    what: str
    before: str | None
    after: str | None


def compare(old: Sequence[Column], new: Sequence[Column]) -> list[ColumnChange]:
    """Return the differences of two lists of columns as ``tables.digest`` gives them."""
    before = {str(column["id"]): column for column in old}
    after = {str(column["id"]): column for column in new}
    changes = [
        ColumnChange("removed", name, "type", _type(column), None)
        for name, column in before.items()
        if name not in after
    ]
    changes += [
        ColumnChange("added", name, "type", None, _type(column))
        for name, column in after.items()
        if name not in before
    ]
    for name in [name for name in after if name in before]:
        changes += _of_column(name, before[name], after[name])
    shared = [name for name in before if name in after]
    moved = [name for name in after if name in before]
    if shared != moved:
        changes.append(ColumnChange("moved", "", "order", ", ".join(shared), ", ".join(moved)))
    return changes


def dictionary(column: Column) -> dict[str, str]:
    """Return label and notes of a column, as far as there are any.

    The DataStore keeps them as JSON in the column's comment; what is no such JSON is ignored.
    """
    try:
        comment: object = json.loads(column.get("info") or "{}")
    except ValueError:
        return {}
    words = _mapping(_mapping(comment).get("_info"))
    return {key: str(words[key]) for key in DICTIONARY if words.get(key)}


def _of_column(name: str, old: Column, new: Column) -> list[ColumnChange]:
    changes: list[ColumnChange] = []
    if _type(old) != _type(new):
        changes.append(ColumnChange("retyped", name, "type", _type(old), _type(new)))
    before, after = dictionary(old), dictionary(new)
    changes += [
        ColumnChange("relabelled", name, key, before.get(key), after.get(key))
        for key in DICTIONARY
        if before.get(key) != after.get(key)
    ]
    return changes


def _mapping(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _type(column: Column) -> str:
    return str(column["type"]).lower()
