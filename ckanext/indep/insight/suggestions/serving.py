"""A drawing of a suggestion as an answer to a browser."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.indep.insight import listing
from ckanext.indep.insight.suggestions import making
from ckanext.indep.insight.suggestions.book import Suggested

__all__ = ["svg"]

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For a drawing that is opened by itself: whatever it holds, it can do nothing."""


def svg(found: Suggested, size: str) -> Response:
    """A drawing as a file that can do nothing. Raises ObjectNotFound if there is none."""
    summary = listing.summary_of(listing.public_measure(found.measure_id))
    kept = making.shown(found, summary).drawing
    content = {"wide": kept.wide, "narrow": kept.narrow}.get(size) if kept else None
    if content is None:
        raise tk.ObjectNotFound(tk._("This chart is being drawn. Try again in a minute."))
    response = Response(content, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
