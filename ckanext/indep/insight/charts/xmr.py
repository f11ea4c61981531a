"""Is the change more than chance? Mean, limits, and signals with a shape of their own."""

from __future__ import annotations

from markupsafe import Markup

from ckanext.indep.insight.charts import frame, svg
from ckanext.indep.insight.charts.registry import register
from ckanext.indep.insight.charts.scale import Places, places
from ckanext.indep.insight.charts.series import Series, Size

__all__ = ["xmr"]


@register("xmr")
def xmr(series: Series, size: Size) -> Markup:
    """An XmR chart; without limits it shows the line alone."""
    labels = _labels(series, size)
    room = places(series, size, with_limits=True, right_labels=[words for _value, words in labels])
    return svg.drawing(
        "xmr",
        size.name,
        size.width,
        size.height,
        series.title,
        series.description,
        [
            *_band(series, room),
            *frame.grid(series, room),
            *frame.periods(series, room),
            svg.path(frame.pieces(series, room), "indep-chart-thin"),
            *_marks(series, room),
            *_placed(labels, room),
        ],
    )


def _band(series: Series, room: Places) -> list[Markup]:
    if series.limits is None:
        return []
    lower, mean, upper = (room.y(limit) for limit in series.limits)
    size = room.size
    right = size.width - size.right
    return [
        svg.el(
            "rect",
            x=size.left,
            y=upper,
            width=size.inner_width,
            height=lower - upper,
            class_="indep-chart-band",
        ),
        svg.line(size.left, mean, right, mean, "indep-chart-mean"),
        svg.line(size.left, upper, right, upper, "indep-chart-limit"),
        svg.line(size.left, lower, right, lower, "indep-chart-limit"),
    ]


def _marks(series: Series, room: Places) -> list[Markup]:
    """Circles for ordinary results, squares for signals."""
    marks: list[Markup] = []
    for position, point in enumerate(series.points):
        if point.value is None:
            continue
        x, y = room.x(position), room.y(point.value)
        if point.signal:
            marks.append(
                svg.el("rect", x=x - 4, y=y - 4, width=8, height=8, class_="indep-chart-signal")
            )
        else:
            marks.append(svg.el("circle", cx=x, cy=y, r=3, class_="indep-chart-dot"))
    return marks


def _labels(series: Series, size: Size) -> list[tuple[float, str]]:
    """Limits and mean with their words; a narrow drawing has room for the figures only."""
    if series.limits is None:
        return []
    lower, mean, upper = series.limits
    words = series.words
    named = [(upper, words.upper), (mean, words.mean), (lower, words.lower)]
    if size.name == "narrow":
        return [(value, series.text(value)) for value, _name in named]
    return [(value, f"{name} {series.text(value)}") for value, name in named]


def _placed(labels: list[tuple[float, str]], room: Places) -> list[Markup]:
    size = room.size
    heights = frame.apart(
        [room.y(value) for value, _words in labels], size.top, size.height - size.bottom
    )
    x = size.width - size.right + 6
    return [
        svg.text(words, x, height + 4, "indep-chart-note")
        for height, (_value, words) in zip(heights, labels, strict=True)
    ]
