"""A drawing as a file of its own: the colors that the style sheet would give are put in."""

from __future__ import annotations

import re

from markupsafe import Markup

from ckanext.indep.insight.charts import svg

__all__ = ["standalone"]

ABOVE, BELOW = 44, 28
LONGEST = 88
"""Most characters of a line as wide as a drawing."""

_VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_STYLE = """
svg { background: #fff; font: 13px system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
text { fill: #0b0c0c; }
.indep-chart-line, .indep-chart-year, .indep-chart-thin { fill: none; stroke: #12436d; }
.indep-chart-line, .indep-chart-year--0 { stroke-width: 2.5; }
.indep-chart-thin { stroke-width: 1.5; }
.indep-chart-year--1 { stroke: #28a197; stroke-dasharray: 8 3 2 3; stroke-width: 2; }
.indep-chart-year--2 { stroke: #6b747c; stroke-dasharray: 4 3; }
.indep-chart-year--3 { stroke: #6b747c; }
.indep-chart-dot, .indep-chart-year-dot--0, .indep-chart-bar { fill: #12436d; }
.indep-chart-year-dot--1 { fill: #28a197; }
.indep-chart-year-dot--2, .indep-chart-year-dot--3 { fill: #6b747c; }
.indep-chart-target { fill: none; stroke: #801650; stroke-width: 2; stroke-dasharray: 7 4; }
.indep-chart-across, .indep-chart-signal { stroke: #801650; stroke-width: 3; fill: #801650; }
.indep-chart-tickmark { fill: #801650; }
.indep-chart-halo { fill: #fff; }
.indep-chart-halo-line { stroke: #fff; stroke-width: 7; }
.indep-chart-column { fill: #3f6d9c; }
.indep-chart-inside { fill: #fff; font-weight: 700; }
.indep-chart-band { fill: #dfe7ee; }
.indep-chart-range { fill: #b4c7dc; }
.indep-chart-track { fill: #e9eef3; }
.indep-chart-grid { stroke: #d9dfe4; }
.indep-chart-axis, .indep-chart-limit { stroke: #6b747c; }
.indep-chart-limit { stroke-dasharray: 3 3; }
.indep-chart-mean { stroke: #6b747c; stroke-width: 1.5; }
.indep-chart-tick, .indep-chart-note { fill: #484f56; font-size: 12px; }
.indep-chart-heading { font-size: 17px; font-weight: 700; }
.indep-chart-value { fill: #12436d; font-weight: 700; font-size: 15px; }
.indep-chart-target-label { fill: #801650; font-weight: 700; }
"""


def standalone(drawing: Markup, heading: str = "", source: str = "") -> str:
    """An SVG document with the style sheet inside and no reference to anything outside.

    Without a page around it a file says by itself what it shows: ``heading`` above, ``source``
    below.
    """
    head, tail = str(drawing).split("</desc>", 1)
    if heading or source:
        head, tail = _captioned(head, tail, heading, source)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}</desc><style>{_STYLE}</style>{tail}\n'


def _captioned(head: str, tail: str, heading: str, source: str) -> tuple[str, str]:
    found = _VIEW_BOX.search(head)
    assert found is not None
    width, height = float(found[1]), float(found[2])
    view = f'viewBox="0 {-ABOVE} {width:g} {height + ABOVE + BELOW:g}"'
    captions = Markup("").join(
        svg.text(_shortened(words), 2, y, class_)
        for words, y, class_ in (
            (heading, 24 - ABOVE, "indep-chart-heading"),
            (source, height + BELOW - 10, "indep-chart-note"),
        )
        if words
    )
    return _VIEW_BOX.sub(view, head), tail.replace("</svg>", f"{captions}</svg>")


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "…"
