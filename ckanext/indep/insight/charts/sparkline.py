"""The last results, small."""

from __future__ import annotations

from markupsafe import Markup

from ckanext.indep.insight.charts import frame, svg
from ckanext.indep.insight.charts.registry import register
from ckanext.indep.insight.charts.scale import places
from ckanext.indep.insight.charts.series import Series, Size

__all__ = ["sparkline"]

_SIZE = Size("spark", width=140, height=40, left=2, right=6, top=6, bottom=6)


@register("sparkline")
def sparkline(series: Series, size: Size) -> Markup:
    """A line without axes; it has one size, whatever ``size`` asks for."""
    del size
    room = places(series, _SIZE, with_axis=False)
    lines = frame.pieces(series, room)
    dots = [
        svg.el("circle", cx=piece[-1][0], cy=piece[-1][1], r=3, class_="indep-chart-dot")
        for piece in lines
        if piece is lines[-1] or len(piece) == 1
    ]
    return svg.drawing(
        "sparkline",
        _SIZE.name,
        _SIZE.width,
        _SIZE.height,
        series.title,
        series.description,
        [
            frame.target_steps(series, room),
            svg.path(lines, "indep-chart-line"),
            *dots,
        ],
    )
