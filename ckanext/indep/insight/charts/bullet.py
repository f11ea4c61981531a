"""The latest result as a bar against its target, after Stephen Few's bullet graph."""

from __future__ import annotations

from markupsafe import Markup

from ckanext.indep.insight.charts import svg
from ckanext.indep.insight.charts.registry import register
from ckanext.indep.insight.charts.series import Series, Size

__all__ = ["bullet"]

WIDTH = 320.0
HEIGHT = 26.0
FULL = 100.0
HALF = 50.0
HALO = 7.0


@register("bullet")
def bullet(series: Series, size: Size) -> Markup:
    """A bar from zero with a tick at the target, or a shade over a target range.

    Percentages above 50 run to 100, others a fifth beyond the larger of result and target, and
    below zero where one of them is. It has one size, whatever ``size`` asks for.
    """
    del size
    point = next((one for one in reversed(series.points) if one.value is not None), None)
    value = point.value if point and point.value is not None else 0.0
    targets = point.targets if point else ()
    low, high = min(0.0, value, *targets), max(0.0, value, *targets)
    if series.suffix and low == 0 and HALF < high <= FULL:
        high = FULL
    else:
        low, high = low * 1.2, high * 1.2
    span = (high - low) or 1.0

    def x(number: float) -> float:
        return (number - low) / span * WIDTH

    parts = [_bar(0, 4, WIDTH, 18, "indep-chart-track")]
    if len(targets) == 2:
        first, last = x(targets[0]), x(targets[1])
        parts.append(_bar(first, 4, last - first, 18, "indep-chart-range"))
    start, end = sorted((x(0), x(value)))
    parts.append(_bar(start, 9, end - start, 8, "indep-chart-bar"))
    for target in targets:
        middle = min(max(x(target), 1.5), WIDTH - 1.5)
        # The halo would hide on which side of the tick a bar ends that reaches just as far.
        if abs(x(value) - middle) > HALO / 2:
            parts.append(_bar(middle - HALO / 2, 1, HALO, 24, "indep-chart-halo"))
        parts.append(_bar(middle - 1.5, 1, 3, 24, "indep-chart-tickmark"))
    return svg.drawing("bullet", "bullet", WIDTH, HEIGHT, series.title, series.description, parts)


def _bar(x: float, y: float, width: float, height: float, class_: str) -> Markup:
    return svg.el("rect", x=x, y=y, width=width, height=height, class_=class_)
