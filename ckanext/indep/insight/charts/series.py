"""What a chart draws: values with labels, already put in words by the caller."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["NARROW", "WIDE", "Point", "Series", "Size", "Words", "written"]

MILLION = 1e6
BILLION = 1e9


def written(value: float, decimals: int) -> str:
    """A number with separators of thousands and a true minus sign; a rounded zero has none."""
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "−") if text.strip("-0.,") else text.removeprefix("-")


@dataclass(frozen=True)
class Words:
    """The words inside a chart, in the reader's language."""

    target: str = "Target"
    no_data: str = "no data"
    mean: str = "Mean"
    upper: str = "Upper limit"
    lower: str = "Lower limit"
    millions: str = "in millions"
    billions: str = "in billions"


@dataclass(frozen=True)
class Point:
    """One period.

    ``label`` is its name within the year (Q1), ``year`` the year's name (FY2026). ``value`` is
    None where there is no figure. ``targets`` holds no number, one, or the two ends of a range.
    ``signal`` is true where the value is more than chance. ``number`` is the period's place in
    its year.
    """

    label: str
    year: str
    value: float | None = None
    targets: tuple[float, ...] = ()
    signal: bool = False
    number: int = 0


@dataclass(frozen=True)
class Series:
    """A measure's periods, oldest first, without holes: a period without figure is a Point too.

    ``title`` and ``description`` are what a screen reader says instead of the drawing.
    ``limits`` are lower limit, mean and upper limit of an XmR chart.
    """

    title: str
    description: str
    points: tuple[Point, ...]
    precision: int = 0
    suffix: str = ""
    limits: tuple[float, float, float] | None = None
    words: Words = field(default_factory=Words)

    def text(self, value: float) -> str:
        """A value as it is written in the chart, in its unit."""
        decimals = self.precision if self.unit == 1 else 2
        return written(value / self.unit, decimals) + self.suffix

    @cached_property
    def unit(self) -> float:
        """What all numbers are divided by: a million or more has no room beside the drawing."""
        largest = max(map(abs, [*self.values, *self.all_targets, *(self.limits or ())]), default=0)
        return next((unit for unit in (BILLION, MILLION) if largest >= unit), 1.0)

    @property
    def unit_words(self) -> str:
        """What is said of the unit; nothing where numbers are written out."""
        return {MILLION: self.words.millions, BILLION: self.words.billions}.get(self.unit, "")

    @property
    def values(self) -> list[float]:
        """All values that there are."""
        return [point.value for point in self.points if point.value is not None]

    @property
    def all_targets(self) -> list[float]:
        """All ends of all targets."""
        return [target for point in self.points for target in point.targets]


@dataclass(frozen=True)
class Size:
    """A drawing's size and least margins in units of its viewBox.

    ``name`` is the CSS class that shows the drawing at its width of screen.
    """

    name: str
    width: float
    height: float
    left: float
    right: float
    top: float = 18
    bottom: float = 44

    @property
    def inner_width(self) -> float:
        """Width between the margins."""
        return self.width - self.left - self.right

    @property
    def inner_height(self) -> float:
        """Height between the margins."""
        return self.height - self.top - self.bottom


WIDE = Size("wide", width=800, height=320, left=48, right=40)
NARROW = Size("narrow", width=320, height=260, left=34, right=24)
