"""How a proposed target compares with the record: is it a stretch? (pure)

All of it rests on published figures, in the order of their periods; blanks are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from statistics import median

from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.status import (
    Aggregation,
    Direction,
    Figure,
    Status,
    Target,
    assess,
    year_to_date,
)

__all__ = [
    "WINDOWS",
    "Compared",
    "Hits",
    "Pacing",
    "Past",
    "Statistics",
    "against_value",
    "compare",
    "hits",
    "pacing",
    "statistics",
    "year_ago",
]

WINDOWS = (4, 8, 12)
"""How many of the last figures are looked at."""

ENOUGH = 4
"""With fewer figures nothing is said about stretch."""

SAFE = Fraction(3, 4)
"""The share of hits from which a target is no stretch: 9 of 12."""


@dataclass(frozen=True)
class Past:
    """A figure of the past."""

    period: Period
    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Statistics:
    """The last ``count`` figures in five numbers; ``mean`` is None where there is none."""

    count: int
    median: Decimal
    mean: Decimal | None
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class Hits:
    """In how many of the last periods a target would have been met."""

    hit: int
    of: int

    @property
    def is_stretch(self) -> bool | None:
        """Whether it was missed often enough to be a stretch; None if too little is known.

        A target that was met in three quarters of the last periods or more (9 of the last 12)
        is none.
        """
        if self.of < ENOUGH:
            return None
        return Fraction(self.hit, self.of) < SAFE


class Compared(str, Enum):
    """How one target stands to another."""

    TOUGHER = "tougher"
    EASIER = "easier"
    SAME = "same"
    OTHER = "other"


@dataclass(frozen=True)
class Pacing:
    """The targets of a year's periods added up, beside the annual goal."""

    total: Decimal
    goal: Decimal
    known: int
    needed: int

    @property
    def fits(self) -> bool:
        """Whether they agree; unknown periods may still make up for the difference."""
        if self.known < self.needed:
            return self.total <= self.goal
        return self.total == self.goal


def statistics(
    past: Sequence[Past], last: int, aggregation: Aggregation, scale: Decimal = Decimal(1)
) -> Statistics | None:
    """Median, mean, lowest and highest of the last figures; None unless there are that many.

    The mean of a ratio is all numerators over all denominators, never a mean of percentages;
    it is missing where a numerator or a denominator is.
    """
    chosen = past[-last:]
    if last < 1 or len(chosen) < last:
        return None
    values = [one.value for one in chosen]
    if aggregation is Aggregation.RATIO:
        figures = [Figure(one.value, one.numerator, one.denominator) for one in chosen]
        mean, _target = year_to_date(figures, aggregation, scale)
    else:
        mean = sum(values, Decimal(0)) / len(values)
    return Statistics(last, median(values), mean, min(values), max(values))


def year_ago(past: Sequence[Past], period: Period) -> Decimal | None:
    """The figure of the same period a fiscal year before."""
    wanted = period.year_before()
    return next((one.value for one in past if one.period == wanted), None)


def hits(
    past: Sequence[Past], target: Target, direction: Direction, precision: int, last: int = 12
) -> Hits:
    """In how many of the last figures the target would have been met, by the rule of status."""
    chosen = past[-last:]
    met = sum(
        assess(one.value, target, direction, precision, Decimal(0)).status is Status.MET
        for one in chosen
    )
    return Hits(met, len(chosen))


def compare(target: Target, other: Target, direction: Direction) -> Compared:
    """Whether a target is tougher than another.

    Tougher is higher where up is better, lower where down is better, and a range that lies
    within the other. Ranges of which neither lies within the other are neither.
    """
    if target == other:
        return Compared.SAME
    if target.value is not None and other.value is not None:
        is_higher = target.value > other.value
        if direction not in (Direction.UP, Direction.DOWN):
            return Compared.OTHER
        return Compared.TOUGHER if is_higher == (direction is Direction.UP) else Compared.EASIER
    if target.low is None or target.high is None or other.low is None or other.high is None:
        return Compared.OTHER
    if target.low >= other.low and target.high <= other.high:
        return Compared.TOUGHER
    if target.low <= other.low and target.high >= other.high:
        return Compared.EASIER
    return Compared.OTHER


def against_value(target: Target, value: Decimal, direction: Direction) -> Compared:
    """Whether a target asks for more than a value, such as the baseline, already is.

    A range asks for more if the value lies outside of it.
    """
    if target.value is not None:
        return compare(target, Target(value), direction)
    assert target.low is not None
    assert target.high is not None
    return Compared.EASIER if target.low <= value <= target.high else Compared.TOUGHER


def pacing(measure: Definition, year: Period, targets: Mapping[Period, Target]) -> Pacing | None:
    """The targets of a fiscal year's periods added up, against its annual goal.

    Of sums only: their annual goal is the sum of the targets of its periods. None where that
    is no question: another aggregation, a measure of years, no goal, or no target in the year.
    """
    goal = targets.get(year)
    kind = measure.kind
    if measure.aggregation is not Aggregation.SUM or kind in (None, Kind.YEAR):
        return None
    values = [
        target.value
        for period, target in targets.items()
        if period.kind is kind and period.year() == year and target.value is not None
    ]
    if goal is None or goal.value is None or not values:
        return None
    return Pacing(sum(values, Decimal(0)), goal.value, len(values), kind.per_year)
