"""Whether a result met its target, and the year to date.

Source: the three statuses are those of the city's own INsight dashboard: Goal Met, Under Goal and
Goal Not Met. Their bounds are the city's to set; docs/insight.md writes them down with worked
examples, which a test computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

__all__ = [
    "Aggregation",
    "Assessment",
    "Direction",
    "Figure",
    "Reason",
    "Status",
    "Target",
    "assess",
    "not_scored",
    "rounded",
    "tolerance_for",
    "year_to_date",
]

DEFAULT_TOLERANCE = Decimal("0.10")
"""Share of the target (of a range: of its width) that still counts as Under Goal."""


class Direction(str, Enum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    RANGE = "range"
    NONE = "none"


class Aggregation(str, Enum):
    """How the periods of a year make a year."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"
    RATIO = "ratio"


class Status(str, Enum):
    """What is said about a result."""

    MET = "met"
    UNDER = "under"
    NOT_MET = "not_met"
    NOT_SCORED = "not_scored"


class Reason(str, Enum):
    """Why a result is not scored."""

    BASELINE = "baseline"
    NO_TARGET = "no_target"
    NO_TOLERANCE = "no_tolerance"
    NOT_DUE = "not_due"
    OVERDUE = "overdue"
    HANDED_IN = "handed_in"
    NOT_COLLECTED = "not_collected"
    SUPPRESSED = "suppressed"
    RETIRED = "retired"


@dataclass(frozen=True)
class Target:
    """A single ``value``, or for a range its two ends."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        if self.value is not None and self.low is None and self.high is None:
            return
        if self.value is None and self.low is not None and self.high is not None:
            if self.low > self.high:
                raise ValueError("The lower end of a target range must not be above its upper end.")
            return
        raise ValueError("A target is either one value or a range with two ends.")

    def rounded(self, precision: int) -> Target:
        """The same target to the published precision."""
        return Target(
            value=None if self.value is None else rounded(self.value, precision),
            low=None if self.low is None else rounded(self.low, precision),
            high=None if self.high is None else rounded(self.high, precision),
        )


@dataclass(frozen=True)
class Assessment:
    """A status with the figures it rests on, all at the published precision.

    ``gap`` is positive on the good side. ``reason`` is set exactly when the status is
    NOT_SCORED.
    """

    status: Status
    actual: Decimal | None = None
    target: Target | None = None
    gap: Decimal | None = None
    tolerance: Decimal | None = None
    reason: Reason | None = None


@dataclass(frozen=True)
class Figure:
    """One period's result, for the year to date."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    target: Decimal | None = None


def rounded(value: Decimal, precision: int) -> Decimal:
    """Round half up (2.5 becomes 3, −2.5 becomes −3) to ``precision`` decimal places.

    Source: what residents learn at school, ``ROUND_HALF_UP`` of the General Decimal Arithmetic
    Specification; binary floats would make 74.5 to 74.
    """
    return value.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_HALF_UP)


def tolerance_for(
    target: Target, absolute: Decimal | None = None, margin: Decimal | None = None
) -> Decimal | None:
    """How far short of the target still counts as Under Goal.

    The absolute tolerance of the measure if it has one; else the survey's margin of error;
    else 10 % of the target's size, or of the width of a range. None for a target of zero,
    which has no percentage.

    Source: docs/insight.md; the margin is the one that the survey states at 95 % confidence, such
    as ±3.8 points of 661 households in the city's survey of 2016.
    """
    if absolute is not None:
        return absolute
    if margin is not None:
        return margin
    if target.value is None:
        assert target.low is not None
        assert target.high is not None
        return DEFAULT_TOLERANCE * (target.high - target.low)
    if target.value == 0:
        return None
    return DEFAULT_TOLERANCE * abs(target.value)


def not_scored(
    reason: Reason, actual: Decimal | None = None, target: Target | None = None
) -> Assessment:
    """An assessment that says why there is no status."""
    return Assessment(Status.NOT_SCORED, actual=actual, target=target, reason=reason)


def assess(
    actual: Decimal,
    target: Target,
    direction: Direction,
    precision: int,
    absolute_tolerance: Decimal | None = None,
    margin: Decimal | None = None,
) -> Assessment:
    """Judge a result by its target.

    Both are rounded half up to the published precision first, so that the page never says
    that 80.0 missed 80.0. gap = actual − target (up), target − actual (down),
    min(actual − low, high − actual) (range); gap ≥ 0 is Goal Met, −tolerance ≤ gap < 0 Under
    Goal, less Goal Not Met. A result that merely informs (direction none), or whose target
    has another shape than the direction asks for, is not scored. Source: docs/insight.md.
    """
    actual = rounded(actual, precision)
    target = target.rounded(precision)
    gap = _gap(actual, target, direction)
    if gap is None:
        return not_scored(Reason.NO_TARGET, actual)
    tolerance = tolerance_for(target, absolute_tolerance, margin)
    if gap >= 0:
        status = Status.MET
    elif tolerance is None:
        return not_scored(Reason.NO_TOLERANCE, actual, target)
    elif gap >= -tolerance:
        status = Status.UNDER
    else:
        status = Status.NOT_MET
    return Assessment(status, actual, target, gap, tolerance)


def _gap(actual: Decimal, target: Target, direction: Direction) -> Decimal | None:
    if direction is Direction.RANGE and target.low is not None and target.high is not None:
        return min(actual - target.low, target.high - actual)
    if direction is Direction.UP and target.value is not None:
        return actual - target.value
    if direction is Direction.DOWN and target.value is not None:
        return target.value - actual
    return None


def year_to_date(
    figures: Sequence[Figure], aggregation: Aggregation, scale: Decimal = Decimal(1)
) -> tuple[Decimal | None, Decimal | None]:
    """The result and the target of a fiscal year so far, from its periods in order.

    sum: Σ results against Σ targets of the same periods; ratio: Σ numerators ÷ Σ denominators
    × ``scale`` (100 for percent), never a mean of percentages; last: the latest result;
    mean: the mean of the results. Periods without a result count on neither side. The target
    is None unless every period that counts has one.

    Source: docs/insight.md. A pooled ratio weighs each period by its denominator; a mean of
    percentages can point the other way (Simpson's paradox).
    """
    known = [figure for figure in figures if figure.value is not None]
    values = [figure.value for figure in known if figure.value is not None]
    targets = [figure.target for figure in known if figure.target is not None]
    if not values:
        return None, None
    if aggregation is Aggregation.SUM:
        complete = len(targets) == len(known)
        return sum(values, Decimal(0)), sum(targets, Decimal(0)) if complete else None
    latest_target = known[-1].target
    if aggregation is Aggregation.RATIO:
        return _pooled(known, scale), latest_target
    if aggregation is Aggregation.MEAN:
        return sum(values, Decimal(0)) / len(values), latest_target
    return values[-1], latest_target


def _pooled(figures: Sequence[Figure], scale: Decimal) -> Decimal | None:
    numerators = [figure.numerator for figure in figures if figure.numerator is not None]
    denominators = [figure.denominator for figure in figures if figure.denominator is not None]
    complete = len(numerators) == len(denominators) == len(figures)
    total = sum(denominators, Decimal(0))
    if not complete or total == 0:
        return None
    return sum(numerators, Decimal(0)) / total * scale
