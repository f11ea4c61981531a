"""Pure: names of columns that PostgreSQL and the DataStore accept, made from a header row."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["MAX_NAME_BYTES", "Heading", "clean_headings"]

MAX_NAME_BYTES = 63
"""PostgreSQL cuts longer identifiers without a word (NAMEDATALEN - 1)."""

_SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


@dataclass(frozen=True)
class Heading:
    """One column's name and what had to be done to make it valid.

    ``changes`` holds codes: ``empty``, ``characters``, ``underscore``, ``reserved``,
    ``too_long``, ``duplicate``.
    """

    name: str
    original: str
    changes: tuple[str, ...]


def clean_headings(cells: Sequence[str]) -> list[Heading]:
    """Valid, distinct names for the columns of a table, in order.

    White space around a name is dropped without a remark; every other change is listed.
    """
    taken: set[str] = set()
    headings: list[Heading] = []
    for position, original in enumerate(cells, start=1):
        name, changes = _valid(original, position)
        if name in taken:
            name = _distinct(name, taken)
            changes.append("duplicate")
        taken.add(name)
        headings.append(Heading(name, original, tuple(changes)))
    return headings


def _valid(original: str, position: int) -> tuple[str, list[str]]:
    changes: list[str] = []
    trimmed = original.strip()
    name = " ".join("".join(_printable(char) for char in trimmed).split())
    if name != trimmed:
        changes.append("characters")
    if name.startswith("_"):
        name = name.lstrip("_ ")
        changes.append("underscore")
    if not name:
        return f"column_{position}", ["empty"]
    if name in _SYSTEM_COLUMNS:
        name += "_"
        changes.append("reserved")
    if len(name.encode("utf-8")) > MAX_NAME_BYTES:
        name = _cut(name, MAX_NAME_BYTES)
        changes.append("too_long")
    return name, changes


def _printable(char: str) -> str:
    """A quotation mark cannot be in a DataStore name; a colon reads as a parameter in SQL."""
    if char in '":' or unicodedata.category(char).startswith("C"):
        return " "
    return char


def _cut(name: str, size: int) -> str:
    """The longest beginning of the name that fits in so many bytes of UTF-8."""
    return name.encode("utf-8")[:size].decode("utf-8", errors="ignore").rstrip()


def _distinct(name: str, taken: set[str]) -> str:
    number = 2
    while True:
        suffix = f"_{number}"
        candidate = _cut(name, MAX_NAME_BYTES - len(suffix)) + suffix
        if candidate not in taken:
            return candidate
        number += 1
