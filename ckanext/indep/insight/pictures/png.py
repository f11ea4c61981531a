"""From a chart of the portal's own to PNG, outside of web processes only."""

from __future__ import annotations

from ckanext.indep.insight.off_web import refuse_in_web
from ckanext.indep.insight.pictures.painting import paint

__all__ = ["png"]


def png(drawing: str) -> bytes:
    """Make a PNG of a drawing that has its colors in it. Raises RefusedError in a web process."""
    refuse_in_web("A picture")
    return paint(drawing)
