"""What every reader of tables yields, whatever the file's format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ckanext.indep.tabular.notes import Note

__all__ = ["BadRow", "Row", "TableSource"]


@dataclass(frozen=True)
class Row:
    """One record; ``line`` is the physical line (or sheet row) it begins on, from 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class BadRow:
    """A record that cannot be read, and why.

    ``cells`` are its cells where they could be told apart: of a sheet's row with errors, the
    errors stand in their places.
    """

    line: int
    note: Note
    cells: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The row as JSON can hold it."""
        return {"line": self.line, **self.note.as_dict()}


class TableSource(Protocol):
    """A table that can be read from its beginning as often as needed."""

    @property
    def facts(self) -> dict[str, str]:
        """How the file was read: ``format``, ``encoding``, ``delimiter``, ``sheet`` …"""
        ...

    @property
    def notes(self) -> list[Note]:
        """What a steward should know about the file as a whole."""
        ...

    def rows(self) -> Iterator[Row | BadRow]:
        """All records, the header row first; blank lines are passed over."""
        ...
