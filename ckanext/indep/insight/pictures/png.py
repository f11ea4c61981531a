"""From a chart of the portal's own to PNG, outside of web processes only."""

from __future__ import annotations

import resvg_py

from ckanext.indep.insight.off_web import refuse_in_web

__all__ = ["png"]

ZOOM = 2
"""Pixels for each unit of the drawing: sharp on dense screens and in print."""


def png(drawing: str) -> bytes:
    """Make a PNG of a drawing that has its colors in it.

    Its letters come from the fonts of the system, Liberation Sans or DejaVu Sans at best.
    Raises RefusedError in a web process.
    """
    refuse_in_web("A picture")
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing, zoom=ZOOM, background="#ffffff", sans_serif_family=_FAMILY
        )
    )


_FAMILY = "Liberation Sans"
