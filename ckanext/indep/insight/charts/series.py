"""What a chart draws: values with labels, already put in words by the caller."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["NARROW", "WIDE", "Point", "Series", "Size", "Words"]


@dataclass(frozen=True)
class Words:
    """The words inside a chart, in the reader's language."""

    target: str = "Target"
    no_data: str = "no data"
    mean: str = "Mean"
    upper: str = "Upper limit"
    lower: str = "Lower limit"


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
        """A value as it is written in the chart."""
        return f"{value:,.{self.precision}f}{self.suffix}"

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
