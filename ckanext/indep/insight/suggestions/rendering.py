"""Draws a suggestion: hands the rows to a limited child process and cleans its answer."""

from __future__ import annotations

import base64
import importlib.util
import json
from dataclasses import dataclass
from typing import Any

from ckanext.indep.insight.off_web import refuse_in_web
from ckanext.indep.insight.suggestions.bounds import DRAWING
from ckanext.indep.insight.suggestions.cleaning import UncleanError, clean
from ckanext.indep.tabular.limited import Bounds, TooCostlyError, run_limited

__all__ = ["Drawing", "ProblemError", "is_available", "render"]

_CHILD = "ckanext.indep.insight.suggestions.drawing_child"
_PAINTER = "ckanext.indep.insight.suggestions.painting_child"
_LIBRARY = "vl_convert"


class ProblemError(Exception):
    """It cannot be drawn; the message says why, for the person who suggested it."""


@dataclass(frozen=True)
class Drawing:
    """One chart as SVG, for wide and for narrow screens, and the wide one as PNG."""

    wide: str
    narrow: str
    png: bytes


def is_available() -> bool:
    """Whether the library that draws is installed. It is not imported."""
    return importlib.util.find_spec(_LIBRARY) is not None


def render(
    wide: dict[str, Any],
    narrow: dict[str, Any],
    title: str,
    description: str,
    bounds: Bounds = DRAWING,
) -> Drawing:
    """Draw two complete specifications; each program that reads them or their drawing is limited.

    :raises ProblemError: where the library cannot draw them, or not within the limits.
    :raises RefusedError: in a web process.
    """
    refuse_in_web("A drawing")
    given = json.dumps([wide, narrow]).encode()
    try:
        answer = run_limited(_CHILD, [], bounds, given)
    except TooCostlyError as error:
        raise ProblemError("Drawing it takes too much time or memory.") from error
    if "problem" in answer:
        raise ProblemError(str(answer["problem"]))
    try:
        wide_svg, narrow_svg = (clean(str(one), title, description) for one in answer["drawings"])
    except UncleanError as error:
        raise ProblemError(str(error)) from error
    try:
        painted = run_limited(_PAINTER, [], bounds, wide_svg.encode())
    except TooCostlyError as error:
        raise ProblemError("Making a PNG of it takes too much time or memory.") from error
    return Drawing(wide_svg, narrow_svg, base64.b64decode(painted))
