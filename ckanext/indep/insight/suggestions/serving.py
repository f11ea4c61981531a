"""A drawing of a suggestion as an answer to a browser."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.indep.insight import caching, listing
from ckanext.indep.insight.suggestions import making, stored
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.model import SuggestionDrawing

__all__ = ["png", "svg"]

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For a drawing that is opened by itself: whatever it holds, it can do nothing."""


def svg(found: Suggested, size: str) -> Response:
    """A drawing as a file that can do nothing.

    Raises ObjectNotFound for other sizes than ``wide`` and ``narrow``, and where there is no
    public measure.
    """
    if size not in ("wide", "narrow"):
        raise tk.ObjectNotFound(tk._("There is no such chart."))
    kept = _drawing(found)
    content = {"wide": kept.wide, "narrow": kept.narrow}[size] if kept else None
    if content is None:
        return _being_drawn()
    response = Response(content, content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def png(found: Suggested) -> Response:
    """The wide drawing as PNG, to download. Raises ObjectNotFound without a public measure."""
    kept = _drawing(found)
    content = stored.picture(found, kept) if kept else None
    if content is None:
        return _being_drawn()
    response = Response(content, content_type="image/png")
    response.headers["Content-Disposition"] = f'attachment; filename="suggestion-{found.id}.png"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _drawing(found: Suggested) -> SuggestionDrawing | None:
    summary = listing.summary_of(listing.public_measure(found.measure_id))
    return making.shown(found, summary).drawing


def _being_drawn() -> Response:
    response = caching.being_made(tk._("This chart is being drawn. Try again in a minute."))
    response.content_type = "text/plain; charset=utf-8"
    return response
