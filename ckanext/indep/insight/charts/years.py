"""The same period in earlier years."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from ckanext.indep.insight.charts import frame, svg
from ckanext.indep.insight.charts.registry import register
from ckanext.indep.insight.charts.scale import Places, places
from ckanext.indep.insight.charts.series import Point, Series, Size

__all__ = ["years"]

MOST_YEARS = 4


@register("years")
def years(series: Series, size: Size) -> Markup:
    """One line for each of the last years, the current one strong, named at their ends."""
    known = [point.year for point in series.points if point.value is not None]
    names = list(dict.fromkeys(known))[-MOST_YEARS:]
    places_in_year = {point.number: point.label for point in series.points}
    labels = [places_in_year[number] for number in sorted(places_in_year)]
    shown = tuple(point for point in series.points if point.year in names)
    room = places(replace(series, points=shown), replace(size, bottom=28), right_labels=names)
    room = replace(room, count=max(len(labels), 1))
    lines: list[Markup] = []
    ends: list[tuple[float, float, str]] = []
    for age, name in enumerate(reversed(names)):
        line = _of_year(series, name, labels)
        class_ = f"indep-chart-year indep-chart-year--{age}"
        lines.append(svg.path(frame.pieces(line, room), class_))
        lines += [
            svg.el("circle", cx=x, cy=y, r=3, class_=f"indep-chart-year-dot--{age}")
            for piece in frame.pieces(line, room)
            for x, y in piece
        ]
        if line.values:
            ends.append((*frame.pieces(line, room)[-1][-1], name))
    axis = _of_year(series, "", labels)
    return svg.drawing(
        "years",
        size.name,
        size.width,
        size.height,
        series.title,
        series.description,
        [
            *frame.grid(series, room),
            *frame.periods(axis, room),
            *reversed(lines),
            *_names(ends, room, names[-1] if names else ""),
        ],
    )


def _of_year(series: Series, year: str, labels: list[str]) -> Series:
    """The points of one year, blank where it has none."""
    known = {point.label: point for point in series.points if point.year == year}
    return replace(
        series,
        points=tuple(
            known.get(label, Point(label, "", number=number))
            for number, label in enumerate(labels, start=1)
        ),
    )


def _names(ends: list[tuple[float, float, str]], room: Places, current: str) -> list[Markup]:
    """The name of each year to the right of its last result."""
    size = room.size
    heights = frame.apart(
        [height for _x, height, _name in ends], size.top, size.height - size.bottom - 6
    )
    return [
        svg.text(
            name, x + 9, height + 4, "indep-chart-value" if name == current else "indep-chart-note"
        )
        for height, (x, _wanted, name) in zip(heights, ends, strict=True)
    ]
