"""Pure: a table is read once, some thousand rows at a time, and each column judged at the end.

What makes it fast: a value that a column repeats is looked at once, and all new values of a
batch are searched together for a kind's clue; only those that have it are looked at one by one.
"""

# pyright: strict
from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ckanext.indep.privacy.groups import GroupCount, quasi_identifiers
from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.kinds import detectors
from ckanext.indep.privacy.marks import Column, Evidence, Mark, Tally, Verdict
from ckanext.indep.privacy.marks import Part as Cells
from ckanext.indep.privacy.report import Finding, Part, ordered
from ckanext.indep.privacy.text import alike, is_wordy

__all__ = ["Cell", "Table", "scan_table"]

Cell = str | None
_BATCH = 5000
_SAMPLE = 1000
_REMEMBERED = 100_000
_PLAINLY_DATA = ("card", "email", "phone", "ssn")


@dataclass(frozen=True)
class Table:
    """Something with columns. Rows may be shorter or longer than the headings."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def scan_table(table: Table) -> Part:
    """Read all rows and say where personal data is.

    A first row that itself holds an address, a telephone number or the like is not taken for
    headings: then columns are called by their number and the first row counts as row 1.
    """
    headings, rows = list(table.headings), table.rows
    if _is_data(headings):
        rows = itertools.chain([headings], rows)
        headings = ["" for _ in headings]
    columns = [_ColumnScan(name, position) for position, name in enumerate(headings, 1)]
    named = [column.name for column in columns]
    groups = GroupCount(named, quasi_identifiers([column.heading for column in columns]))
    count = 0
    for batch in _batches(rows):
        cells = _turned(batch, len(columns))
        columns += [
            _ColumnScan("", position) for position in range(len(columns) + 1, len(cells) + 1)
        ]
        for column, part in zip(columns, cells, strict=True):
            column.add(part, count)
        groups.add(cells)
        count += len(batch)
    findings = [finding for column in columns for finding in column.findings()]
    return Part(table.name, count, count * len(columns), ordered(findings), groups.result())


def _is_data(headings: Sequence[str]) -> bool:
    nameless = Heading("")
    known = detectors()
    for kind, cell in itertools.product(_PLAINLY_DATA, headings):
        mark = known[kind].look(alike(cell.strip()), nameless)
        if mark is not None and mark.hit:
            return True
    return False


def _batches(rows: Iterable[Sequence[Cell]]) -> Iterator[list[Sequence[Cell]]]:
    remaining = iter(rows)
    while batch := list(itertools.islice(remaining, _BATCH)):
        yield batch


def _turned(batch: list[Sequence[Cell]], width: int) -> list[list[str]]:
    """The rows of a batch as columns of stripped cells, at least so many."""
    columns = [
        [cell.strip() if cell else "" for cell in column]
        for column in itertools.zip_longest(*batch, fillvalue="")
    ]
    return columns + [[""] * len(batch) for _ in range(width - len(columns))]


class _ColumnScan:
    """What is known of one column so far."""

    def __init__(self, name: str, position: int) -> None:
        self.name = name.strip() or f"#{position}"
        self.heading = Heading(name)
        self._filled = 0
        self._sample: list[str] = []
        self._seen: set[str] = set()
        self._marks: dict[str, list[tuple[str, Mark]]] = {}
        self._tallies: dict[str, Tally] = {}
        self._known = detectors()
        self._clues = [
            (kind, detector, clue)
            for kind, detector in self._known.items()
            if (clue := detector.clue(self.heading)) is not None
        ]

    def add(self, cells: Sequence[str], rows_before: int) -> None:
        """Take in the column's cells of one batch."""
        counts = Counter(cells)
        self._filled += len(cells) - counts.pop("", 0)
        new = [value for value in counts if value not in self._seen]
        self._sample += new[: _SAMPLE - len(self._sample)]
        self._remember(new)
        self._search(new)
        wanted: dict[str, list[Evidence]] = {}
        for value in filter(self._marks.__contains__, counts):
            for kind, mark in self._marks[value]:
                evidence = self._note(kind, mark, counts[value])
                if evidence is not None and evidence.wants_rows:
                    wanted.setdefault(value, []).append(evidence)
        self._note_rows(cells, rows_before, wanted)

    def findings(self) -> Iterator[Finding]:
        """The judgement of each detector that marked something."""
        sample = tuple(alike(value) for value in self._sample)
        column = Column(self.heading, self._filled, is_wordy(sample), sample)
        for kind, detector, _clue in self._clues:
            tally = self._tallies.get(kind)
            verdict = detector.judge(column, tally) if tally else None
            if tally and verdict:
                yield self._finding(kind, tally, verdict)

    def _finding(self, kind: str, tally: Tally, verdict: Verdict) -> Finding:
        evidence = {
            Cells.BARE: tally.bare,
            Cells.WITHIN: tally.within,
            Cells.ALL: tally.bare.joined(tally.within),
        }[verdict.part]
        return Finding(
            kind,
            self.name,
            evidence.cells,
            self._filled,
            tuple(sorted(evidence.rows)),
            tuple(evidence.samples),
            verdict.confidence,
            verdict.why,
        )

    def _remember(self, new: Sequence[str]) -> None:
        """Keep what was looked at; a column without repeats would fill the memory for nothing."""
        if len(self._seen) + len(new) > _REMEMBERED:
            self._seen.clear()
            self._marks.clear()
        self._seen.update(new)

    def _search(self, values: Sequence[str]) -> None:
        if not values:
            return
        text = alike("\n".join(values))
        starts = list(itertools.accumulate((len(value) + 1 for value in values), initial=0))
        for kind, detector, clue in self._clues:
            for position in _positions(clue, text, starts):
                value = text[starts[position] : starts[position + 1] - 1]
                mark = detector.look(value, self.heading)
                if mark is not None:
                    self._marks.setdefault(values[position], []).append((kind, mark))

    def _note(self, kind: str, mark: Mark, cells: int) -> Evidence | None:
        """Count cells that hold the same value."""
        tally = self._tallies.setdefault(kind, Tally())
        tally.tags[mark.tag] += cells
        if not mark.hit:
            return None
        evidence = tally.within if mark.within else tally.bare
        evidence.cells += cells
        if evidence.wants_samples:
            evidence.add_sample(self._known[kind].mask(mark.text))
        return evidence

    @staticmethod
    def _note_rows(
        cells: Sequence[str], rows_before: int, wanted: dict[str, list[Evidence]]
    ) -> None:
        for row, cell in enumerate(cells, rows_before + 1):
            if not wanted:
                return
            if cell not in wanted:
                continue
            wanting = [evidence for evidence in wanted[cell] if evidence.wants_rows]
            for evidence in wanting:
                evidence.add_row(row)
            if not wanting:
                del wanted[cell]


def _positions(clue: re.Pattern[str], text: str, starts: Sequence[int]) -> Iterator[int]:
    """Which of the joined values have the clue."""
    found = clue.search(text)
    while found is not None:
        position = bisect_right(starts, found.start()) - 1
        yield position
        if position + 1 >= len(starts) - 1:
            return
        found = clue.search(text, starts[position + 1])
