"""The drawing that a child made, taken apart and rebuilt from what a chart may contain (pure).

The child read hostile text, so its answer is not trusted either: an element that is not on the
list ends it, an attribute that is not on the list is left out, and nothing may point outside.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

__all__ = ["UncleanError", "clean"]

DEEPEST = 60

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    {
        *("svg", "g", "defs", "clipPath", "linearGradient", "radialGradient", "stop"),
        *("path", "rect", "circle", "line", "text", "tspan"),
    }
)
_ATTRIBUTES = frozenset(
    {
        *("width", "height", "viewBox", "id", "transform", "d", "x", "y", "x1", "y1", "x2", "y2"),
        *("cx", "cy", "r", "rx", "ry", "dx", "dy", "offset", "gradientUnits", "display"),
        *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity"),
        *("stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin"),
        *("stroke-miterlimit", "opacity", "clip-path", "clip-rule", "stop-color", "stop-opacity"),
        *("font-family", "font-size", "font-style", "font-weight", "text-anchor"),
        *("dominant-baseline",),
    }
)
_INSIDE = re.compile(r"url\(#[A-Za-z0-9_-]+\)")


class UncleanError(Exception):
    """A drawing with something in it that no chart needs."""


def clean(drawing: str, title: str, description: str) -> str:
    """The same drawing with listed elements and attributes only, named for screen readers.

    :raises UncleanError: for other elements, references to outside, and what is not XML.
    """
    if "<!" in drawing or "<?" in drawing:
        raise UncleanError("The drawing has declarations.")
    try:
        # Entities, with which XML attacks a parser, need a declaration; there is none.
        root = ElementTree.fromstring(drawing)  # noqa: S314
    except ElementTree.ParseError as error:
        raise UncleanError("The drawing is not XML.") from error
    rebuilt = _rebuilt(root)
    if rebuilt.tag != "svg":
        raise UncleanError("The drawing is not SVG.")
    rebuilt.set("xmlns", _SVG)
    rebuilt.set("role", "img")
    for position, (tag, words) in enumerate((("title", title), ("desc", description))):
        named = ElementTree.Element(tag)
        named.text = words
        rebuilt.insert(position, named)
    return ElementTree.tostring(rebuilt, encoding="unicode")


def _rebuilt(element: ElementTree.Element, depth: int = 0) -> ElementTree.Element:
    if depth > DEEPEST:
        raise UncleanError("The drawing is nested too deep.")
    name = element.tag.removeprefix(f"{{{_SVG}}}")
    if name not in _ELEMENTS:
        raise UncleanError(f"The drawing has an element “{name[:40]}”.")
    made = ElementTree.Element(name)
    made.text = element.text if name in {"text", "tspan"} else None
    for key, value in element.items():
        if key not in _ATTRIBUTES:
            continue
        if "url" in value.lower() and not _INSIDE.fullmatch(value):
            raise UncleanError(f"The drawing has a reference in “{key}”.")
        made.set(key, value)
    made.extend([_rebuilt(child, depth + 1) for child in element])
    return made
