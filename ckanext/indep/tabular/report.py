"""What became of one file: kept as JSON, shown to stewards."""

from __future__ import annotations

from dataclasses import dataclass, field

from ckanext.indep.tabular.notes import Note
from ckanext.indep.tabular.source import BadRow

__all__ = ["BAD_ROWS_KEPT", "ColumnReport", "State", "TableReport"]

BAD_ROWS_KEPT = 100
"""Bad rows that are listed one by one; all of them are counted."""


class State:
    """States of a load; every file ends in one of the last three."""

    PENDING = "pending"
    LOADING = "loading"
    LOADED = "loaded"
    FAILED = "failed"
    NOT_A_TABLE = "not_a_table"


@dataclass(frozen=True)
class ColumnReport:
    """A column as it was loaded: name, name in the file, what was changed in the name,
    type, and why that type if it may surprise."""

    name: str
    original: str
    changes: tuple[str, ...]
    type: str
    note: Note | None

    def as_dict(self) -> dict[str, object]:
        """The column as JSON can hold it."""
        return {
            "name": self.name,
            "original": self.original,
            "changes": list(self.changes),
            "type": self.type,
            "note": self.note.as_dict() if self.note else None,
        }


@dataclass
class TableReport:
    """The outcome of a load.

    ``rows`` is the number of good rows. ``bad_rows`` are the first `BAD_ROWS_KEPT` of
    ``bad_total``. ``failure`` is set where nothing was loaded.
    """

    state: str
    facts: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    columns: list[ColumnReport] = field(default_factory=list)
    rows: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    bad_total: int = 0
    failure: Note | None = None

    def add_bad(self, bad: BadRow) -> None:
        """Count a bad row, and keep it while there are few."""
        self.bad_total += 1
        if len(self.bad_rows) < BAD_ROWS_KEPT:
            self.bad_rows.append(bad)

    def as_dict(self) -> dict[str, object]:
        """The report as JSON can hold it."""
        return {
            "facts": dict(self.facts),
            "notes": [note.as_dict() for note in self.notes],
            "columns": [column.as_dict() for column in self.columns],
            "rows": self.rows,
            "bad_rows": [bad.as_dict() for bad in self.bad_rows],
            "bad_total": self.bad_total,
            "failure": self.failure.as_dict() if self.failure else None,
        }
