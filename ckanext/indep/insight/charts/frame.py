"""Grid, axes and the parts that several charts share."""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup

from ckanext.indep.insight.charts import svg
from ckanext.indep.insight.charts.scale import Places, tick_labels
from ckanext.indep.insight.charts.series import Series

__all__ = [
    "LABEL_ROOM",
    "apart",
    "blanks",
    "grid",
    "markers",
    "periods",
    "pieces",
    "target_band",
    "target_steps",
]

LABEL_ROOM = 24
"""Least distance between two labels of periods."""

NOTE_CHARACTER = 6.8
"""Width of a character of a note in the widest usual font."""

YEAR_ROOM = 46
MOST_QUARTERS = 4
MARKER_ROOM = 9
LINE_HEIGHT = 15


def grid(series: Series, places: Places) -> list[Markup]:
    """Horizontal lines with their values."""
    size = places.size
    parts: list[Markup] = []
    labels = tick_labels(series, places.ticks)
    for tick, label in zip(places.ticks, labels, strict=True):
        y = places.y(tick)
        parts.append(svg.line(size.left, y, size.width - size.right, y, "indep-chart-grid"))
        parts.append(svg.text(label, size.left - 8, y + 4, "indep-chart-tick", "end"))
    if series.unit_words:
        parts.append(svg.text(series.unit_words, 2, 10, "indep-chart-note"))
    return parts


def periods(series: Series, places: Places) -> list[Markup]:
    """Names of the periods where there is room, and of their years below."""
    size = places.size
    floor = size.height - size.bottom
    parts: list[Markup] = []
    each = _labelled(series, places)
    has_labels = each is not None
    if each:
        parts += [
            svg.text(point.label, places.x(position), floor + 16, "indep-chart-tick", "middle")
            for position, point in enumerate(series.points)
            if (point.number - 1) % each == 0
        ]
    last_end = float("-inf")
    for year, members in groupby(enumerate(series.points), key=lambda pair: pair[1].year):
        positions = [position for position, _point in members]
        middle = (places.x(positions[0]) + places.x(positions[-1])) / 2
        if positions[0]:
            edge = places.x(positions[0]) - places.step / 2
            parts.append(svg.line(edge, floor, edge, floor + 6, "indep-chart-axis"))
        if middle - last_end >= YEAR_ROOM:
            height = floor + (33 if has_labels else 18)
            parts.append(svg.text(year, middle, height, "indep-chart-tick", "middle"))
            last_end = middle
    return parts


def _labelled(series: Series, places: Places) -> int | None:
    """Of how many periods one is named: of months fewer than all; None where none has room."""
    longest = max((len(point.label) for point in series.points), default=0)
    if not longest:
        return None
    numbers = max(point.number for point in series.points)
    needed = max(LABEL_ROOM, longest * NOTE_CHARACTER + 5)
    choices = (1, 2, 3, 6) if numbers > MOST_QUARTERS else (1,)
    return next((each for each in choices if each * places.step >= needed), None)


def pieces(series: Series, places: Places) -> list[list[tuple[float, float]]]:
    """Points of the line, broken where a value is missing."""
    found: list[list[tuple[float, float]]] = [[]]
    for position, point in enumerate(series.points):
        if point.value is None:
            found.append([])
        else:
            found[-1].append((places.x(position), places.y(point.value)))
    return [piece for piece in found if piece]


def markers(series: Series, places: Places) -> list[Markup]:
    """A dot on each value, or, where they would touch, on the last and the lonely ones."""
    dots: list[Markup] = []
    everywhere = places.step >= MARKER_ROOM
    lines = pieces(series, places)
    for piece in lines:
        for x, y in piece:
            is_last = piece is lines[-1] and (x, y) == piece[-1]
            if everywhere or len(piece) == 1 or is_last:
                radius = 4.5 if is_last else 3
                dots.append(svg.el("circle", cx=x, cy=y, r=radius, class_="indep-chart-dot"))
    return dots


def blanks(series: Series, places: Places, height: float, may_spill: bool = False) -> list[Markup]:
    """“no data” where figures are missing: once for neighbors, a dash where words have no room.

    ``may_spill``: the words may reach half a period into the next, where nothing stands.
    """
    parts: list[Markup] = []
    position = 0
    for is_blank, members in groupby(series.points, key=lambda point: point.value is None):
        length = len(list(members))
        if is_blank:
            room = (length + may_spill) * places.step
            words = series.words.no_data
            fits = len(words) * NOTE_CHARACTER <= room
            middle = places.x(position + (length - 1) / 2)
            label = words if fits else "–"
            parts.append(svg.text(label, middle, height, "indep-chart-note", "middle"))
        position += length
    return parts


def target_band(series: Series, places: Places) -> list[Markup]:
    """A shade between the two ends of target ranges."""
    parts: list[Markup] = []
    position = 0
    for ends, members in groupby(series.points, key=lambda point: point.targets):
        length = len(list(members))
        if len(ends) == 2:
            top, bottom = places.y(ends[1]), places.y(ends[0])
            left = places.x(position) - places.step / 2
            parts.append(
                svg.el(
                    "rect",
                    x=left,
                    y=top,
                    width=length * places.step,
                    height=bottom - top,
                    class_="indep-chart-band",
                )
            )
        position += length
    return parts


def target_steps(series: Series, places: Places) -> Markup:
    """The targets as a dashed line with steps, one for each end of a range."""
    steps: list[list[tuple[float, float]]] = []
    for end in range(2):
        position = 0
        for value, members in groupby(
            series.points,
            key=lambda point: point.targets[end] if len(point.targets) > end else None,
        ):
            length = len(list(members))
            if value is not None:
                left = places.x(position) - places.step / 2
                right = places.x(position + length - 1) + places.step / 2
                steps.append([(left, places.y(value)), (right, places.y(value))])
            position += length
    return svg.path(steps, "indep-chart-target")


def apart(wanted: list[float], top: float, bottom: float) -> list[float]:
    """Heights for labels near the wanted ones, in their order, a line apart and in bounds."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    heights = list(wanted)
    floor = top
    for index in order:
        heights[index] = floor = max(heights[index], floor)
        floor += LINE_HEIGHT
    ceiling = bottom
    for index in reversed(order):
        heights[index] = ceiling = min(heights[index], ceiling)
        ceiling -= LINE_HEIGHT
    return heights
