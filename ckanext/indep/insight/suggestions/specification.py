"""A suggested specification: read, checked, and joined with the rows that it draws (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from ckanext.indep.insight.suggestions.checks import Notes
from ckanext.indep.insight.suggestions.grammar import specification
from ckanext.indep.insight.suggestions.reading import UnreadableError, read
from ckanext.indep.insight.suggestions.rows import COLUMNS

__all__ = ["NARROW", "WIDE", "checked", "drawable", "source_digest"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDE = (700, 300)
NARROW = (270, 240)
"""Width and height of the plot in pixels; axes and legends come on top."""

# The city's colors, in an order in which neighbors differ in lightness too.
_COLORS = ["#12436d", "#28a197", "#801650", "#f46a25", "#3d3d3d", "#a285d1"]
_INK, _MUTED, _LINE = "#0b0c0c", "#484f56", "#d9dfe4"
_THEME: dict[str, Any] = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "background": "white",
    "view": {"stroke": None},
    "range": {"category": _COLORS, "ordinal": {"scheme": "blues"}},
    "mark": {"color": _COLORS[0]},
    "line": {"strokeWidth": 2.5},
    "point": {"filled": True, "size": 45},
    "axis": {
        "labelColor": _MUTED,
        "labelFontSize": 12,
        "titleColor": _MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": _LINE,
        "tickColor": _LINE,
        "domainColor": _MUTED,
        "labelOverlap": "greedy",
    },
    "axisX": {"grid": False, "labelAngle": 0},
    "axisY": {"domain": False, "ticks": False},
    "legend": {"labelColor": _INK, "labelFontSize": 12, "titleColor": _MUTED, "orient": "bottom"},
    "title": {"color": _INK, "fontSize": 15, "anchor": "start", "offset": 14},
    "text": {"color": _INK, "fontSize": 12},
}


def checked(text: str) -> tuple[dict[str, Any], list[str]]:
    """A specification without what the portal does not need, and all that is wrong with it."""
    try:
        found = read(text)
    except UnreadableError as error:
        return {}, [str(error)]
    notes = Notes(frozenset(COLUMNS) | frozenset(_computed(found)))
    specification(found, "", notes)
    return {key: value for key, value in found.items() if key != "$schema"}, notes.problems


def drawable(
    found: dict[str, Any], rows: Sequence[dict[str, Any]], size: tuple[int, int]
) -> dict[str, Any]:
    """All that the drawing needs: the rows are in it, and nothing is to be fetched."""
    width, height = size
    return {
        **found,
        "$schema": SCHEMA,
        "data": {"values": list(rows)},
        "width": width,
        "height": height,
        "autosize": {"type": "pad", "contains": "content"},
        "padding": 8,
        "config": _THEME,
    }


def source_digest(*sources: dict[str, Any]) -> str:
    """SHA-256 over what is drawn: it changes with specification, rows, size and theme."""
    return hashlib.sha256(json.dumps(sources, sort_keys=True).encode()).hexdigest()


def _computed(value: Any) -> Iterator[str]:
    """Names that transforms give to their results, wherever they stand."""
    if isinstance(value, dict):
        names = value.get("as")
        yield from [name for name in _as_list(names) if isinstance(name, str)]
        for member in value.values():
            yield from _computed(member)
    elif isinstance(value, list):
        for member in value:
            yield from _computed(member)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
