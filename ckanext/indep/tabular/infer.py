"""Pure: the type of a column, decided from all of its values and its name.

A type is given only if every value that is not blank is of it. What is doubtful stays
text, and the reason is kept, so that a steward can see it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from ckanext.indep.tabular import values as read
from ckanext.indep.tabular.codes import is_numbered, names_code
from ckanext.indep.tabular.notes import Note

__all__ = ["FORCED_TYPES", "ColumnProfile", "ColumnType", "Converter", "Decision", "forced"]

ColumnType = Literal["text", "integer", "numeric", "date", "timestamp", "boolean"]
Converter = Callable[[str], str | None]
"""From a cell that is stripped and not empty to what PostgreSQL takes; None: not that type."""

FORCED_TYPES: dict[str, ColumnType] = {
    "text": "text",
    "numeric": "numeric",
    "timestamp": "timestamp",
}
"""Type overrides that the data dictionary's form offers."""

_READERS: dict[ColumnType, Converter] = {
    "boolean": read.read_boolean,
    "integer": read.read_integer,
    "numeric": read.read_numeric,
    "date": read.read_date,
    "timestamp": read.read_timestamp,
}
_LONGEST_EXAMPLE = 40
_ZONED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+ ?(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{2}(?: .*)?")
_WHY_TEXT = (
    ("leading_zero", re.compile(r"-?0[0-9]+(?:\.[0-9]+)?")),
    ("long_digits", re.compile(r"-?[0-9]{16,}")),
    ("currency", re.compile(r"[-(]?[$€£] ?-?[0-9][0-9,]*(?:\.[0-9]+)?\)?")),
    ("separators", re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")),
    ("percent", re.compile(r"-?[0-9]+(?:\.[0-9]+)? ?%")),
    ("time_zone", _ZONED),
    ("short_year", _SHORT_YEAR),
)


@dataclass(frozen=True)
class Decision:
    """A column's type, how its cells are converted, and why it is so if that may surprise."""

    type: ColumnType
    convert: Converter
    note: Note | None = None


class ColumnProfile:
    """Gathers what all values of one column have in common."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._possible: set[ColumnType] = set(_READERS)
        self._american = True
        self._first_over_12 = False
        self._second_over_12 = False
        self._american_time = False
        self._seen = 0
        self._shortest = 0
        self._longest = 0
        self._breaker: str | None = None
        self._matched_before = False

    def observe(self, cells: Iterable[str]) -> None:
        """Take in values, stripped; empty ones say nothing. Repeated ones may be left out."""
        for cell in cells:
            if not cell:
                continue
            size = len(cell)
            self._shortest = size if self._seen == 0 else min(self._shortest, size)
            self._longest = max(self._longest, size)
            self._seen += 1
            if self._breaker is None:
                self._narrow(cell)

    def decide(self) -> Decision:
        """The type of the column, after all values were seen."""
        if self._seen == 0:
            return Decision("text", _as_text, Note("column_empty"))
        if self._breaker is not None:
            return Decision("text", _as_text, self._why_text(self._breaker))
        if self._american:
            return self._decide_american()
        for kind, reader in _READERS.items():
            if kind in self._possible:
                return self._unless_code(kind, reader)
        raise AssertionError("a column without a breaking value has a possible type")

    def _narrow(self, cell: str) -> None:
        self._possible = {kind for kind in self._possible if _READERS[kind](cell) is not None}
        parts = read.american_parts(cell) if self._american else None
        if parts is None:
            self._american = False
        else:
            self._first_over_12 |= parts[0] > 12
            self._second_over_12 |= parts[1] > 12
            self._american_time |= parts[2]
        if self._possible or self._american:
            self._matched_before = True
        else:
            self._breaker = cell

    def _why_text(self, breaker: str) -> Note | None:
        """Why a column with this value is text; nothing if it is plainly words."""
        example = breaker[:_LONGEST_EXAMPLE]
        for code, pattern in _WHY_TEXT:
            if pattern.fullmatch(breaker):
                return Note(code, {"example": example})
        if self._matched_before:
            return Note("mixed_values", {"example": example})
        return None

    def _decide_american(self) -> Decision:
        if self._first_over_12 and self._second_over_12:
            return Decision("text", _as_text, Note("mixed_day_month"))
        if not self._first_over_12 and not self._second_over_12:
            return Decision("text", _as_text, Note("ambiguous_dates"))
        month_first = self._second_over_12
        note = Note("month_first" if month_first else "day_first")
        if self._american_time:
            return Decision("timestamp", _american_timestamp(month_first), note)
        return Decision("date", _american_date(month_first), note)

    def _unless_code(self, kind: ColumnType, reader: Converter) -> Decision:
        if kind in ("integer", "numeric"):
            if names_code(self._name):
                return Decision("text", _as_text, Note("code_name"))
            if kind == "integer" and is_numbered(self._name, self._shortest, self._longest):
                return Decision("text", _as_text, Note("code_width"))
        return Decision(kind, reader)


def forced(type_override: str) -> Decision | None:
    """What the data dictionary demands of a column, or None where it demands nothing.

    A forced number may have a dollar sign and thousands separators; in a forced date the
    month comes first, as is usual in the United States.
    """
    kind = FORCED_TYPES.get(type_override)
    if kind is None:
        return None
    converters: dict[ColumnType, Converter] = {
        "text": _as_text,
        "numeric": _loose_number,
        "timestamp": _loose_timestamp,
    }
    return Decision(kind, converters[kind], Note("dictionary_type"))


def _as_text(cell: str) -> str | None:
    return cell


def _american_date(month_first: bool) -> Converter:
    def convert(cell: str) -> str | None:
        return read.read_american(cell, month_first)

    return convert


def _american_timestamp(month_first: bool) -> Converter:
    def convert(cell: str) -> str | None:
        moment = read.read_american(cell, month_first)
        if moment is None or " " in moment:
            return moment
        return f"{moment} 00:00:00"

    return convert


def _loose_number(cell: str) -> str | None:
    digits = cell.replace("$", "").replace(",", "").replace(" ", "")
    return digits if re.fullmatch(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", digits) else None


def _loose_timestamp(cell: str) -> str | None:
    return read.read_timestamp(cell) or _american_timestamp(True)(cell)
