"""Results by period against the target."""

from __future__ import annotations

from markupsafe import Markup

from ckanext.indep.insight.charts import frame, svg
from ckanext.indep.insight.charts.registry import register
from ckanext.indep.insight.charts.scale import Places, places
from ckanext.indep.insight.charts.series import Series, Size

__all__ = ["line_chart"]


@register("line")
def line_chart(series: Series, size: Size) -> Markup:
    """A line with gaps where there is no figure, a stepped dashed target, labels at the end.

    The scale need not start at zero: a line shows change, not size.
    """
    room = places(series, size)
    return svg.drawing(
        "line",
        size.name,
        size.width,
        size.height,
        series.title,
        series.description,
        [
            *frame.grid(series, room),
            *frame.periods(series, room),
            *_blanks(series, room),
            frame.target_steps(series, room),
            svg.path(frame.pieces(series, room), "indep-chart-line"),
            *frame.markers(series, room),
            *_end_labels(series, room),
        ],
    )


def _blanks(series: Series, room: Places) -> list[Markup]:
    """“no data” at the floor where a figure is missing and there is room for the words."""
    floor = room.size.height - room.size.bottom
    return [
        svg.text(series.words.no_data, room.x(position), floor - 6, "indep-chart-note", "middle")
        for position, point in enumerate(series.points)
        if point.value is None and room.step >= frame.LABEL_ROOM
    ]


def _end_labels(series: Series, room: Places) -> list[Markup]:
    size = room.size
    labels: list[tuple[float, str, str]] = []
    if series.values:
        last = series.values[-1]
        labels.append((room.y(last), series.text(last), "indep-chart-value"))
    if series.points:
        for target in series.points[-1].targets:
            words = f"{series.words.target} {series.text(target)}"
            labels.append((room.y(target), words, "indep-chart-target-label"))
    heights = frame.apart(
        [height for height, _words, _class in labels], size.top, size.height - size.bottom
    )
    x = size.width - size.right + 6
    return [
        svg.text(words, x, height + 4, class_)
        for height, (_wanted, words, class_) in zip(heights, labels, strict=True)
    ]
