"""Amounts by period, from zero, with the target across each bar."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from ckanext.indep.insight.charts import frame, svg
from ckanext.indep.insight.charts.registry import register
from ckanext.indep.insight.charts.scale import LABEL_CHARACTER, Places, places
from ckanext.indep.insight.charts.series import Point, Series, Size

__all__ = ["bars"]

MOST_BARS = {"wide": 12, "narrow": 8}
LABEL_HEIGHT = 22


@register("bars")
def bars(series: Series, size: Size) -> Markup:
    """The last periods as bars; an amount is compared by length, so the scale starts at zero."""
    series = replace(series, points=series.points[-MOST_BARS.get(size.name, 12) :])
    room = places(series, replace(size, right=12), from_zero=True)
    return svg.drawing(
        "bars",
        size.name,
        size.width,
        size.height,
        series.title,
        series.description,
        [
            *frame.grid(series, room),
            *frame.periods(series, room),
            *(
                part
                for position, point in enumerate(series.points)
                for part in _bar(series, point, room, position)
            ),
        ],
    )


def _bar(series: Series, point: Point, room: Places, position: int) -> list[Markup]:
    parts: list[Markup] = []
    left, width = room.x(position) - room.step * 0.36, room.step * 0.72
    zero = room.y(0)
    if point.value is None:
        words = series.words.no_data
        label = words if len(words) * LABEL_CHARACTER <= room.step else "–"
        parts.append(svg.text(label, room.x(position), zero - 6, "indep-chart-note", "middle"))
    else:
        y = room.y(point.value)
        top, height = min(y, zero), abs(zero - y)
        parts.append(
            svg.el("rect", x=left, y=top, width=width, height=height, class_="indep-chart-column")
        )
        label = series.text(point.value)
        if len(label) * LABEL_CHARACTER <= room.step and height > LABEL_HEIGHT:
            parts.append(
                svg.text(label, room.x(position), zero - 8, "indep-chart-inside", "middle")
            )
    for target in point.targets:
        y = room.y(target)
        parts.append(svg.line(left - 3, y, left + width + 3, y, "indep-chart-halo-line"))
        parts.append(svg.line(left - 3, y, left + width + 3, y, "indep-chart-across"))
    return parts
