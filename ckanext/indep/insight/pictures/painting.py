"""From a drawing to PNG (pure); it takes as long as the drawing is large."""

from __future__ import annotations

import resvg_py

__all__ = ["ZOOM", "paint"]

ZOOM = 2
"""Pixels for each unit of the drawing: sharp on dense screens and in print."""

_FAMILY = "Liberation Sans"


def paint(drawing: str) -> bytes:
    """The PNG of a drawing that has its colors in it, on white.

    Its letters come from the fonts of the system, Liberation Sans or DejaVu Sans at best.
    """
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing, zoom=ZOOM, background="#ffffff", sans_serif_family=_FAMILY
        )
    )
