"""Amounts by period, from zero, with the target across each bar."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from ckanext.indep.insight.charts import frame, svg
from ckanext.indep.insight.charts.registry import register
from ckanext.indep.insight.charts.scale import Places, places
from ckanext.indep.insight.charts.series import Point, Series, Size

__all__ = ["bars"]

MOST_BARS = {"wide": 12, "narrow": 8}
HALO = 7
"""Thickness of the halo of a target, as in the style sheet."""

LABEL_HEIGHT = 22
INSIDE_CHARACTER = 7.0
WIDEST = 64
"""Most of a bar, so that a single one is no block."""


@register("bars")
def bars(series: Series, size: Size) -> Markup:
    """The last periods as bars; an amount is compared by length, so the scale starts at zero."""
    series = replace(series, points=series.points[-MOST_BARS.get(size.name, 12) :])
    named = series.points[-1].targets[-1:] if series.points and size.name == "wide" else ()
    words = [series.words.target for _target in named]
    room = places(series, replace(size, right=12), from_zero=True, right_labels=words)
    labelled = _have_room(series, room)
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
            *frame.blanks(series, room, room.y(0) - 6),
            *(
                part
                for position, point in enumerate(series.points)
                for part in _bar(series, point, room, position, labelled)
            ),
            *(_target_name(target, series, room) for target in named),
        ],
    )


def _target_name(target: float, series: Series, room: Places) -> Markup:
    """The word for the line across the bars, to the right of the last."""
    x = room.size.width - room.size.right + 4
    height = max(room.y(target), room.size.top) + 4
    return svg.text(series.words.target, x, height, "indep-chart-target-label")


def _width(room: Places) -> float:
    return min(room.step * 0.76, WIDEST)


def _have_room(series: Series, room: Places) -> bool:
    """Whether all values fit into their bars: some with a value and some without would puzzle."""
    longest = max((len(series.text(value)) for value in series.values), default=0)
    return longest * INSIDE_CHARACTER <= _width(room)


def _bar(series: Series, point: Point, room: Places, position: int, labelled: bool) -> list[Markup]:
    parts: list[Markup] = []
    width = _width(room)
    left = room.x(position) - width / 2
    zero = room.y(0)
    if point.value is not None:
        y = room.y(point.value)
        top, height = min(y, zero), abs(zero - y)
        parts.append(
            svg.el("rect", x=left, y=top, width=width, height=height, class_="indep-chart-column")
        )
    for target in point.targets:
        y = room.y(target)
        # The halo would hide on which side of the line a bar ends that reaches just as far.
        if point.value is None or abs(room.y(point.value) - y) > HALO / 2:
            parts.append(svg.line(left - 3, y, left + width + 3, y, "indep-chart-halo-line"))
        parts.append(svg.line(left - 3, y, left + width + 3, y, "indep-chart-across"))
    if point.value is not None and labelled:
        parts += _value(series, point.value, point.targets, room, position)
    return parts


def _value(
    series: Series, value: float, targets: tuple[float, ...], room: Places, position: int
) -> list[Markup]:
    """The value inside its bar, at its foot; above a bar that is too short for it."""
    x, label = room.x(position), series.text(value)
    zero, y = room.y(0), room.y(value)
    lines = [room.y(target) for target in targets]
    if abs(zero - y) > LABEL_HEIGHT:
        height = zero - 8 if value > 0 else zero + 17
        if any(abs(line - (height - 4)) <= 10 for line in lines):
            return []
        return [svg.text(label, x, height, "indep-chart-inside", "middle")]
    height = min([y, zero, *lines]) - 7
    if height < room.size.top + 4:
        return []
    return [svg.text(label, x, height, "indep-chart-note", "middle")]
