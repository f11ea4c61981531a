"""From values to places in the drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ckanext.indep.insight.charts.series import Series, Size, written

__all__ = ["LABEL_CHARACTER", "Places", "axis", "places", "tick_labels"]

# Widths of a character in the widest usual font: of the axis, and of the bold labels.
TICK_CHARACTER = 7.8
LABEL_CHARACTER = 9.2


@dataclass(frozen=True)
class Places:
    """Where the n-th of ``count`` periods and a value are, and the values of the grid lines."""

    size: Size
    count: int
    ticks: tuple[float, ...]

    @property
    def step(self) -> float:
        """Distance between two periods."""
        return self.size.inner_width / max(self.count, 1)

    def x(self, position: float) -> float:
        """Middle of the period at a position that counts from 0."""
        return self.size.left + (position + 0.5) * self.step

    def y(self, value: float) -> float:
        """Height of a value, clipped to the drawing."""
        low, high = self.ticks[0], self.ticks[-1]
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return self.size.top + (1 - share) * self.size.inner_height


def axis(
    values: Sequence[float], from_zero: bool = False, wanted: int = 5, least_step: float = 0.0
) -> tuple[float, ...]:
    """Round values for about ``wanted`` grid lines, whose first and last enclose all values.

    They are not closer than ``least_step``: what is counted in ones has no halves.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = low - abs(low) * 0.1 - 0.5, high + abs(high) * 0.1 + 0.5
        low = max(low, 0.0) if values and min(values) >= 0 else low
    step = max(_round_step((high - low) / wanted), least_step)
    first, last = math.floor(low / step), math.ceil(high / step)
    return tuple(number * step for number in range(first, last + 1))


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in (1, 2, 2.5, 5, 10) if rough <= nice * power * (1 + 1e-9))


def places(
    series: Series,
    size: Size,
    from_zero: bool = False,
    with_limits: bool = False,
    right_labels: Sequence[str] = (),
    with_axis: bool = True,
) -> Places:
    """Room for all values and targets of a series, or for its values and limits.

    The margins are widened where the labels of the axis or ``right_labels`` need it.
    """
    extremes = list(series.values)
    extremes += list(series.limits or ()) if with_limits else series.all_targets
    ticks = axis(extremes, from_zero, least_step=10.0**-series.precision)
    if not with_axis:
        return Places(size, len(series.points), ticks)
    left = 10 + TICK_CHARACTER * max(len(label) for label in tick_labels(series, ticks))
    right = 8 + LABEL_CHARACTER * max((len(label) for label in right_labels), default=0)
    fitted = replace(size, left=max(size.left, left), right=max(size.right, right))
    return Places(fitted, len(series.points), ticks)


def tick_labels(series: Series, ticks: Sequence[float]) -> list[str]:
    """The values of the grid lines as text, all with the same number of decimals."""
    numbers = [tick / series.unit for tick in ticks]
    decimals = max((_decimals(number) for number in numbers), default=0)
    return [written(number, decimals) + series.suffix for number in numbers]


def _decimals(value: float) -> int:
    return next((count for count in range(6) if abs(value - round(value, count)) < 1e-9), 6)
