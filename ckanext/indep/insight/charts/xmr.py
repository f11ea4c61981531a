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
    room = places(series, size, with_limits=True)
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
            *_labels(series, room),
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


def _labels(series: Series, room: Places) -> list[Markup]:
    if series.limits is None:
        return []
    size = room.size
    lower, mean, upper = series.limits
    wanted = [room.y(upper), room.y(mean), room.y(lower)]
    heights = frame.apart(wanted, size.top, size.height - size.bottom)
    words = (series.words.upper, series.words.mean, series.words.lower)
    values = (upper, mean, lower)
    x = size.width - size.right + 6
    if size.name == "narrow":
        texts = [series.text(value) for value in values]
    else:
        texts = [f"{word} {series.text(value)}" for word, value in zip(words, values, strict=True)]
    return [
        svg.text(label, x, height + 4, "indep-chart-note")
        for label, height in zip(texts, heights, strict=True)
    ]
