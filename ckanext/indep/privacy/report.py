"""Pure: what a scan found, as objects and as JSON."""

# pyright: strict
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ckanext.indep.privacy.groups import Groups
from ckanext.indep.privacy.marks import Confidence
from ckanext.indep.tabular.notes import Note

__all__ = ["Finding", "Part", "Report"]


@dataclass(frozen=True)
class Finding:
    """Personal data of one kind in one column.

    :param cells: how many cells have it.
    :param rows: the first of them, counted from 1 below the headings.
    :param samples: some values, masked.
    """

    kind: str
    column: str
    cells: int
    filled: int
    rows: tuple[int, ...]
    samples: tuple[str, ...]
    confidence: Confidence
    why: Note

    def as_dict(self) -> dict[str, object]:
        """The finding as JSON can hold it."""
        return {
            "kind": self.kind,
            "column": self.column,
            "cells": self.cells,
            "filled": self.filled,
            "rows": list(self.rows),
            "samples": list(self.samples),
            "confidence": self.confidence.value,
            "why": self.why.as_dict(),
        }


@dataclass(frozen=True)
class Part:
    """One table of what was scanned: a sheet, a file of lines, the description."""

    name: str
    rows: int
    cells: int
    findings: tuple[Finding, ...]
    groups: Groups | None = None

    def as_dict(self) -> dict[str, object]:
        """The part as JSON can hold it."""
        return {
            "name": self.name,
            "rows": self.rows,
            "cells": self.cells,
            "findings": [finding.as_dict() for finding in self.findings],
            "groups": self.groups.as_dict() if self.groups else None,
        }


@dataclass
class Report:
    """All parts, and what could not be read, with the reason."""

    parts: list[Part] = field(default_factory=list[Part])
    not_scanned: list[Note] = field(default_factory=list[Note])

    @property
    def findings(self) -> list[Finding]:
        """Those of all parts."""
        return [finding for part in self.parts for finding in part.findings]

    @property
    def cells(self) -> int:
        """How many cells were looked at, blank ones too."""
        return sum(part.cells for part in self.parts)

    def as_dict(self) -> dict[str, object]:
        """The report as JSON can hold it."""
        return {
            "parts": [part.as_dict() for part in self.parts],
            "not_scanned": [note.as_dict() for note in self.not_scanned],
        }


def ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The surest first."""
    rank = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}
    return tuple(sorted(findings, key=lambda finding: rank[finding.confidence]))
