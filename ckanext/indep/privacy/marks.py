"""Pure: what is noted of cells and columns on the way to a finding."""

# pyright: strict
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from ckanext.indep.privacy.headings import Heading
from ckanext.indep.tabular.notes import Note

__all__ = ["Column", "Confidence", "Evidence", "Mark", "Part", "Tally", "Verdict"]

_ROWS_KEPT = 5
_SAMPLES_KEPT = 3


class Confidence(str, Enum):
    """How sure a finding is; only a person can say what the cells really are."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Mark:
    """What a detector saw in one cell.

    ``text`` is what was found, not masked yet. ``within`` says that it stands in a sentence;
    otherwise the cell holds little else. A mark that is no ``hit`` only has the shape, and is
    counted as a reason to doubt the others.
    """

    tag: str
    text: str
    within: bool = False
    hit: bool = True


@dataclass
class Evidence:
    """How many cells were hit, and the first of them."""

    cells: int = 0
    rows: list[int] = field(default_factory=list[int])
    samples: list[str] = field(default_factory=list[str])

    @property
    def wants_rows(self) -> bool:
        """Whether more row numbers should be noted."""
        return len(self.rows) < _ROWS_KEPT

    def add_row(self, row: int) -> None:
        """Note a row, counted from 1 below the headings."""
        if self.wants_rows and row not in self.rows:
            self.rows.append(row)

    @property
    def wants_samples(self) -> bool:
        """Whether more samples should be noted."""
        return len(self.samples) < _SAMPLES_KEPT

    def add_sample(self, masked: str) -> None:
        """Note a masked value."""
        if self.wants_samples and masked not in self.samples:
            self.samples.append(masked)

    def joined(self, other: Evidence) -> Evidence:
        """Both as one."""
        return Evidence(
            self.cells + other.cells,
            sorted({*self.rows, *other.rows})[:_ROWS_KEPT],
            list(dict.fromkeys([*self.samples, *other.samples]))[:_SAMPLES_KEPT],
        )


@dataclass
class Tally:
    """All marks of one kind in one column; ``tags`` counts cells, those that are no hit too."""

    tags: Counter[str] = field(default_factory=Counter[str])
    bare: Evidence = field(default_factory=Evidence)
    within: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True)
class Column:
    """A column after its last row.

    :param filled: cells that are not blank.
    :param wordy: whether many of its cells are sentences.
    :param sample: some of its distinct values, the first ones.
    """

    heading: Heading
    filled: int
    wordy: bool
    sample: tuple[str, ...]


class Part(str, Enum):
    """Which cells a verdict is about."""

    BARE = "bare"
    WITHIN = "within"
    ALL = "all"


@dataclass(frozen=True)
class Verdict:
    """A column has personal data of a kind, and why that is thought."""

    confidence: Confidence
    why: Note
    part: Part = Part.ALL
