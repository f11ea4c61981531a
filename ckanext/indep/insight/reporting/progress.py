"""What a department has handed in of a quarter, and what is missing (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from ckanext.indep.insight.calendar import Dates
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.rules import Standing

__all__ = ["Desk", "Progress", "Task", "expected", "tasks"]


class Progress(str, Enum):
    """How far one figure is."""

    MISSING = "missing"
    ENTERED = "entered"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Task:
    """One measure and one period of the quarter, with what stands in the record."""

    measure: Definition
    period: Period
    standing: Standing | None
    comment: str = ""
    waits: bool = False

    @property
    def key(self) -> str:
        """What its fields are called in the form."""
        return f"{self.measure.name}.{self.period.key}"

    @property
    def is_computed(self) -> bool:
        """Whether the figure comes from a released dataset and nobody enters it."""
        return bool(self.measure.derivation)

    @property
    def progress(self) -> Progress:
        """How far the figure is; surveys and the like are not expected each quarter."""
        if self.standing is None:
            return Progress.OPTIONAL if self.measure.kind is None else Progress.MISSING
        if self.waits:
            return Progress.CORRECTED if self.standing.public else Progress.ENTERED
        return Progress.PUBLISHED


@dataclass(frozen=True)
class Desk:
    """A department and a quarter.

    ``waiting`` are the rows that wait to be published, ``signed`` those of the last sign-off;
    None without one. ``since`` is the first period of which it has ever reported a figure.
    """

    department: str
    name: str
    title: str
    quarter: Period
    dates: Dates
    tasks: tuple[Task, ...]
    waiting: frozenset[int] = frozenset()
    signed: frozenset[int] | None = None
    signed_by: str = ""
    signed_on: date | None = None
    note: str = ""
    since: Period | None = None

    @property
    def missing(self) -> int:
        """How many figures are still to come."""
        return sum(task.progress is Progress.MISSING for task in self.tasks)

    @property
    def entered(self) -> int:
        """How many figures wait to be published."""
        return sum(task.waits and task.standing is not None for task in self.tasks)

    @property
    def is_signed(self) -> bool:
        """Whether the department stands by the figures that wait, such as they are now."""
        return self.signed is not None and self.waiting == self.signed

    @property
    def was_changed(self) -> bool:
        """Whether something was handed in after the sign-off, and is not public yet."""
        return self.signed is not None and bool(self.waiting - self.signed)

    def is_late(self, today: date) -> bool:
        """Whether figures are missing or not signed off though their day has passed."""
        return self.dates.data_due < today and (
            self.missing > 0 or (bool(self.waiting) and not self.is_signed)
        )


def expected(measure: Definition, quarter: Period) -> list[Period]:
    """The periods of a measure that are reported with a quarter.

    Of a monthly measure the three months, of a yearly one the year that ends with the quarter.
    """
    if measure.kind is Kind.MONTH:
        first = (quarter.number - 1) * 3 + 1
        return [Period(quarter.fiscal_year, Kind.MONTH, first + step) for step in range(3)]
    if measure.kind is Kind.YEAR:
        return [quarter.year()] if quarter.number == Kind.QUARTER.per_year else []
    return [quarter]


def tasks(
    measures: Sequence[Definition],
    quarter: Period,
    standing: Mapping[tuple[str, str], Standing],
    comments: Mapping[tuple[str, str], str],
    waiting: frozenset[tuple[str, str]],
) -> tuple[Task, ...]:
    """What is to be reported, measure by measure, by title; each place is (id, period key)."""
    return tuple(
        Task(
            measure,
            period,
            standing.get((measure.id, period.key)),
            comments.get((measure.id, period.key), ""),
            (measure.id, period.key) in waiting,
        )
        for measure in sorted(measures, key=lambda one: one.title.lower())
        for period in expected(measure, quarter)
    )
