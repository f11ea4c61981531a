"""Every line of a file, checked by the rules of its measure before anything is written (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight import rules
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import STATES, Entry, Row
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Target
from ckanext.indep.insight.uploads import figures
from ckanext.indep.insight.uploads.catalogue import Catalogue
from ckanext.indep.insight.uploads.figures import DecimalCommaError, Number, Units
from ckanext.indep.insight.uploads.lines import Cell, Line
from ckanext.indep.insight.uploads.problems import Problem, ProblemError

__all__ = ["Checker", "Good"]

LONGEST_TEXT = 5000
"""Characters of a comment, a source or a reason."""

_NO_UNITS = Units()
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"", "false", "no", "0"})
_TARGETS = ("target", "target_low", "target_high")
_COUNTS = frozenset({"numerator", "denominator"})
_FIGURES = frozenset({"value", *_COUNTS})
_NUMBERS = frozenset({*_FIGURES, "margin", *_TARGETS})


@dataclass(slots=True)
class Good:
    """A line that may be loaded, and where it stands in the file."""

    row: int
    label: str
    measure: Definition
    content: Row


@dataclass(slots=True)
class _Doubts:
    """Numbers that another cell may yet bring into doubt: line, column label, what it says."""

    grouped: list[tuple[int, Cell]] = field(default_factory=list)
    whole: dict[str, list[tuple[int, Cell]]] = field(default_factory=lambda: defaultdict(list))


class Checker:
    """Takes lines one by one; ``finish`` gives what is good and all problems.

    ``reason`` is the one given for the file, for corrections that name none of their own.
    """

    def __init__(
        self, catalogue: Catalogue, today: date, reason: str = "", commas_are_safe: bool = True
    ) -> None:
        self._catalogue = catalogue
        self._today = today
        self._reason = reason
        self._commas_are_safe = commas_are_safe
        self._good: list[Good] = []
        self._problems: list[Problem] = []
        self._found: dict[str, Definition] = {}
        self._units: dict[str, Units] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self._doubts = _Doubts()
        self._has_decimal_commas = not commas_are_safe
        self._shares: set[str] = set()
        self._doubled: set[int] = set()

    def take(self, line: Line) -> None:
        """Check one line. Raises ForeignMeasureError for a measure of another department."""
        before = len(self._problems)
        try:
            measure = self._measure(line)
        except ProblemError as error:
            where = line.measure or Cell("", "")
            if type(error) is not ProblemError:
                raise
            self._problems.append(error.at(line.row, where.label, where.text.strip()))
            return
        if line.period is not None:
            self._check_place(line, line.period, measure)
        numbers = self._numbers(line, measure)
        content = self._content(line, measure, numbers)
        if content is not None and len(self._problems) == before:
            self._good.append(Good(line.row, line.period_label, measure, content))

    def finish(self) -> tuple[list[Good], list[Problem]]:
        """The good lines, without those of rows that have a problem; the problems by row."""
        if self._has_decimal_commas:
            for row, cell in self._doubts.grouped:
                self._tell(
                    row,
                    cell,
                    f"“{cell.text.strip()}” is in doubt: the file has decimal commas elsewhere.",
                    figures.WRITE,
                )
        for measure_id in self._shares:
            for row, cell in self._doubts.whole[measure_id]:
                self._tell(
                    row,
                    cell,
                    f"“{cell.text.strip()}” may be 1 % or all: others are written as shares.",
                    "Write 1% or 100%.",
                )
        bad = {problem.row for problem in self._problems} | self._doubled
        good = [one for one in self._good if one.row not in bad] if bad else self._good
        return good, sorted(self._problems, key=lambda one: one.row)

    def _measure(self, line: Line) -> Definition:
        if line.measure is None:
            assert self._catalogue.only is not None
            return self._catalogue.only
        text = line.measure.text
        found = self._found.get(text)
        if found is None:
            found = self._found[text] = self._catalogue.find(text)
            self._units[found.id] = Units.of(found.unit)
        return found

    def _check_place(self, line: Line, period: Period, measure: Definition) -> None:
        """One line for each measure and period."""
        place = (measure.id, period.key)
        earlier = self._seen.setdefault(place, line.row)
        if earlier != line.row:
            self._doubled.add(earlier)
            self._problems.append(
                Problem(
                    line.row,
                    line.period_label,
                    period.label,
                    f"{period.label} of “{measure.title}” stands in row {earlier} as well.",
                    "Keep one of the two rows.",
                )
            )

    def _numbers(self, line: Line, measure: Definition) -> dict[str, Decimal]:
        units = self._units.get(measure.id)
        if units is None:
            units = self._units[measure.id] = Units.of(measure.unit)
        found: dict[str, Decimal] = {}
        for name, cell in line.cells.items():
            if name not in _NUMBERS or not cell.text:
                continue
            is_count = name in _COUNTS
            try:
                number = figures.read(
                    cell.text, _NO_UNITS if is_count else units, self._commas_are_safe
                )
                if number is None:
                    continue
                if name in {"margin", "denominator"}:
                    _check_sign(number)
                if not is_count and units.percent:
                    self._check_share(line, cell, measure, number)
            except DecimalCommaError as error:
                self._has_decimal_commas = True
                self._problems.append(error.at(line.row, cell.label, cell.text.strip()))
            except ProblemError as error:
                self._problems.append(error.at(line.row, cell.label, cell.text.strip()))
            else:
                if number.grouped:
                    self._doubts.grouped.append((line.row, cell))
                found[name] = number.value
        return found

    def _check_share(self, line: Line, cell: Cell, measure: Definition, number: Number) -> None:
        """0.81 without a sign may be 0.81 % or 81 %, and 1 beside it 1 % or 100 %."""
        if not number.bare:
            return
        size = abs(number.value)
        if 0 < size < 1:
            self._shares.add(measure.id)
            shown = cell.text.strip()
            raise ProblemError(
                f"“{shown}” may be {shown} % or {number.value * 100:f} %.",
                "Write it with a percent sign.",
            )
        if size == 1:
            self._doubts.whole[measure.id].append((line.row, cell))

    def _content(
        self, line: Line, measure: Definition, numbers: Mapping[str, Decimal]
    ) -> Row | None:
        """The line as the record takes it; None if a part of it cannot be so read."""
        state = self._state(line)
        provisional = self._provisional(line)
        source, reason = self._text(line, "source"), self._text(line, "reason")
        comment = self._text(line, "comment")
        if line.period is None:
            return None
        target = self._target(line, line.period, measure, numbers)
        entry: Entry | None = None
        columns: dict[str, Any] | None = None
        if state != "reported" or not _FIGURES.isdisjoint(numbers):
            entry = Entry(
                line.period,
                numbers.get("value"),
                numbers.get("numerator"),
                numbers.get("denominator"),
                numbers.get("margin"),
                state,
                provisional,
                {"system": source} if source else {},
                reason or self._reason or None,
            )
            columns = self._check_result(line, measure, entry)
        elif "margin" in numbers:
            self._tell(line.row, line.cells["margin"], "A margin without a figure.", "Add it.")
        if entry is None and target is None and not comment:
            return None
        because = self._text(line, "target_reason")
        return Row(line.period, entry, target, because, comment, columns)

    def _check_result(self, line: Line, measure: Definition, entry: Entry) -> dict[str, Any] | None:
        """What the rules make of the result; None if they refuse it, which is then told."""
        try:
            rules.check_period(measure, entry.period)
        except RefusedError as error:
            expected = measure.kind.value if measure.kind else "quarter or year"
            cell = Cell(line.period_label, entry.period.label)
            self._tell(line.row, cell, error.message, f"Give one figure for each {expected}.")
            return None
        if entry.state == "reported" and entry.period.end >= self._today:
            self._tell(
                line.row,
                Cell(line.period_label, entry.period.label),
                f"{entry.period.label} ends on {entry.period.end.isoformat()}, "
                "so there is no result yet.",
                "Check the year: FY2026 ends on June 30, 2026.",
            )
            return None
        try:
            return rules.observation_columns(measure, entry)
        except RefusedError as error:
            where = line.cells.get("value") or line.cells.get("numerator") or Cell("", "")
            problem, _, remedy = error.message.partition(". ")
            told = problem if problem.endswith(".") else f"{problem}."
            self._tell(line.row, where, told, remedy or "Check the numbers of the row.")
            return None

    def _state(self, line: Line) -> str:
        cell = line.cells.get("state")
        if cell is None or not cell.text.strip():
            return "reported"
        state = "_".join(cell.text.replace("_", " ").split()).lower()
        if state not in STATES:
            self._tell(
                line.row,
                cell,
                f"“{cell.text.strip()[:40]}” is not a state.",
                f"Write one of: {', '.join(STATES)}; or leave it blank.",
            )
        return state

    def _provisional(self, line: Line) -> bool:
        cell = line.cells.get("provisional")
        if cell is None:
            return False
        plain = cell.text.strip().lower()
        if plain not in _YES | _NO:
            self._tell(line.row, cell, "This is neither yes nor no.", "Write yes or no.")
        return plain in _YES

    def _text(self, line: Line, name: str) -> str:
        cell = line.cells.get(name)
        if cell is None:
            return ""
        text = cell.text.strip()
        if len(text) > LONGEST_TEXT:
            self._tell(
                line.row,
                cell,
                f"The text has {len(text)} characters.",
                f"Shorten it to {LONGEST_TEXT}.",
            )
        elif text.startswith("#") and text.rstrip("!?").isupper():
            self._tell(
                line.row, cell, f"The cell holds the error “{text[:40]}”.", "Mend the formula."
            )
        return text

    def _target(
        self, line: Line, period: Period, measure: Definition, numbers: Mapping[str, Decimal]
    ) -> Target | None:
        if numbers.keys().isdisjoint(_TARGETS):
            return None
        given = [name for name in _TARGETS if name in numbers]
        cell = line.cells[given[0]]
        if measure.id not in self._catalogue.may_target:
            self._tell(
                line.row,
                cell,
                "Targets are approved, not uploaded.",
                "Leave the column out, and propose the target.",
            )
            return None
        try:
            target = Target(*(numbers.get(name) for name in _TARGETS))
            rules.check_target(measure, period, target)
        except (ValueError, RefusedError) as error:
            self._tell(line.row, cell, str(error), "See the definition of the measure.")
            return None
        return target

    def _tell(self, row: int, cell: Cell, problem: str, remedy: str) -> None:
        self._problems.append(Problem(row, cell.label, cell.text.strip()[:80], problem, remedy))


def _check_sign(number: Number) -> None:
    if number.value < 0:
        raise ProblemError(f"{number.value:f} is below zero.", "Check the sign.")
