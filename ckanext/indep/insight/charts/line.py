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
    labels = _end_labels(series, size)
    room = places(series, size, right_labels=[words for _value, words, _class in labels])
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
            *_placed(labels, room),
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


def _end_labels(series: Series, size: Size) -> list[tuple[float, str, str]]:
    """(value, words, class) of the last result and of the last target.

    A narrow drawing has no room for the word “Target”; the caption explains the dashes.
    """
    labels: list[tuple[float, str, str]] = []
    if series.values:
        last = series.values[-1]
        labels.append((last, series.text(last), "indep-chart-value"))
    for target in series.points[-1].targets if series.points else ():
        words = series.text(target)
        if size.name == "wide":
            words = f"{series.words.target} {words}"
        labels.append((target, words, "indep-chart-target-label"))
    return labels


def _placed(labels: list[tuple[float, str, str]], room: Places) -> list[Markup]:
    size = room.size
    heights = frame.apart(
        [room.y(value) for value, _words, _class in labels], size.top, size.height - size.bottom
    )
    x = size.width - size.right + 6
    return [
        svg.text(words, x, height + 4, class_)
        for height, (_value, words, class_) in zip(heights, labels, strict=True)
    ]
