"""Whether a change is more than chance: XmR charts.

The rules and their order follow the NHS programme "Making Data Count"; the constants 2.66 and
3.267 are Shewhart's for moving ranges of two (3 ÷ d₂ and D₄, with d₂ = 1.128).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from ckanext.indep.insight.status import Direction

__all__ = [
    "ENOUGH_POINTS",
    "Assurance",
    "Limits",
    "Meaning",
    "Rule",
    "Signal",
    "Trend",
    "analyse",
    "assurance",
    "limits",
    "meaning",
]

ENOUGH_POINTS = 13
"""With fewer results than this a chart says “not enough history yet”."""

RUN = 7
LIMIT_FACTOR = 2.66
RANGE_CUTOFF = 3.267


class Rule(str, Enum):
    """What makes a point a signal, in the order in which the rules are tried."""

    OUTSIDE = "outside"
    RUN_TREND = "run_trend"
    TWO_OF_THREE = "two_of_three"
    RUN_SIDE = "run_side"


class Meaning(str, Enum):
    """What the latest signal means for residents."""

    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    STEADY = "steady"
    UNKNOWN = "unknown"


class Assurance(str, Enum):
    """Whether ordinary variation alone lets the target be met."""

    MEETS = "meets"
    MISSES = "misses"
    MAY_OR_MAY_NOT = "may_or_may_not"


@dataclass(frozen=True)
class Limits:
    """Mean and natural process limits, in the unit of the measure."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Signal:
    """A rule that a point fulfils; ``upward`` is true for high or rising."""

    rule: Rule
    upward: bool


@dataclass(frozen=True)
class Trend:
    """Limits, and for each result, in order, its signal or None."""

    limits: Limits
    signals: tuple[Signal | None, ...]

    @property
    def latest(self) -> Signal | None:
        """The signal of the latest result."""
        return self.signals[-1]


def limits(values: Sequence[float]) -> Limits:
    """Mean and limits of at least two results.

    mean m; moving ranges |xᵢ − xᵢ₋₁|; those of 3.267 times their mean or more are left out and
    the mean of ranges is taken again; limits are m ± 2.66 times that mean.

    Source: D. J. Wheeler, "Understanding Variation" (2.66 = 3 ÷ 1.128; 3.267 = D₄ for pairs);
    leaving out extreme ranges as in NHS England, "Making Data Count".
    """
    if len(values) < 2:
        raise ValueError("Limits need two results or more.")
    mean = statistics.mean(values)
    ranges = [abs(after - before) for before, after in pairwise(values)]
    average = statistics.mean(ranges)
    ordinary = [one for one in ranges if one < RANGE_CUTOFF * average]
    if ordinary:
        average = statistics.mean(ordinary)
    return Limits(mean, mean - LIMIT_FACTOR * average, mean + LIMIT_FACTOR * average)


def analyse(values: Sequence[float]) -> Trend | None:
    """Find the signals; None while there are fewer than 13 results.

    Source: the four rules of NHS England, "Making Data Count", in their order: outside the limits;
    7 that all rise or fall; 2 of 3 beyond ⅔ of the limits on one side; 7 on one side of the mean.

    Blanks are left out by the caller; a moving range then spans the gap.
    """
    if len(values) < ENOUGH_POINTS:
        return None
    bounds = limits(values)
    found: list[Signal | None] = [None] * len(values)
    for rule in _RULES:
        for position, signal in enumerate(rule(values, bounds)):
            if found[position] is None:
                found[position] = signal
    return Trend(bounds, tuple(found))


def _outside(values: Sequence[float], bounds: Limits) -> list[Signal | None]:
    return [
        Signal(Rule.OUTSIDE, upward=value > bounds.upper)
        if value > bounds.upper or value < bounds.lower
        else None
        for value in values
    ]


def _run_trend(values: Sequence[float], bounds: Limits) -> list[Signal | None]:
    def direction(window: Sequence[float]) -> bool | None:
        steps = [after - before for before, after in pairwise(window)]
        if all(step > 0 for step in steps):
            return True
        return False if all(step < 0 for step in steps) else None

    return _marked(values, RUN, Rule.RUN_TREND, direction)


def _two_of_three(values: Sequence[float], bounds: Limits) -> list[Signal | None]:
    far = (bounds.upper - bounds.mean) * 2 / 3

    def direction(window: Sequence[float]) -> bool | None:
        above = [value - bounds.mean for value in window]
        if all(one > 0 for one in above) and sum(one > far for one in above) >= 2:
            return True
        if all(one < 0 for one in above) and sum(one < -far for one in above) >= 2:
            return False
        return None

    return _marked(values, 3, Rule.TWO_OF_THREE, direction)


def _run_side(values: Sequence[float], bounds: Limits) -> list[Signal | None]:
    def direction(window: Sequence[float]) -> bool | None:
        if all(value > bounds.mean for value in window):
            return True
        return False if all(value < bounds.mean for value in window) else None

    return _marked(values, RUN, Rule.RUN_SIDE, direction)


_RULES: tuple[Callable[[Sequence[float], Limits], list[Signal | None]], ...] = (
    _outside,
    _run_trend,
    _two_of_three,
    _run_side,
)


def _marked(
    values: Sequence[float],
    length: int,
    rule: Rule,
    direction: Callable[[Sequence[float]], bool | None],
) -> list[Signal | None]:
    """Mark every point of each window of ``length`` that has a direction."""
    found: list[Signal | None] = [None] * len(values)
    for first in range(len(values) - length + 1):
        upward = direction(values[first : first + length])
        if upward is not None:
            found[first : first + length] = [Signal(rule, upward)] * length
    return found


def meaning(trend: Trend | None, direction: Direction) -> Meaning:
    """Say what the latest signal means, given which way is better."""
    if trend is None:
        return Meaning.UNKNOWN
    if trend.latest is None:
        return Meaning.STEADY
    if direction not in (Direction.UP, Direction.DOWN):
        return Meaning.CHANGED
    better = trend.latest.upward == (direction is Direction.UP)
    return Meaning.BETTER if better else Meaning.WORSE


def assurance(
    bounds: Limits, direction: Direction, low: float | None, high: float | None
) -> Assurance | None:
    """Compare the target with the limits.

    ``low`` is the least that is wanted (direction up, or a range), ``high`` the most
    (direction down, or a range). A target beyond the limit on the good side is consistently
    missed, one beyond the other limit consistently met. None without a target.

    Source: the assurance icons of NHS England, "Making Data Count".
    """
    if direction is Direction.UP and low is not None:
        misses, meets = low > bounds.upper, low < bounds.lower
    elif direction is Direction.DOWN and high is not None:
        misses, meets = high < bounds.lower, high > bounds.upper
    elif direction is Direction.RANGE and low is not None and high is not None:
        misses = low > bounds.upper or high < bounds.lower
        meets = low < bounds.lower and high > bounds.upper
    else:
        return None
    if misses:
        return Assurance.MISSES
    return Assurance.MEETS if meets else Assurance.MAY_OR_MAY_NOT
