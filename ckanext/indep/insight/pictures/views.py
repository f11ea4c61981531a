"""The charts of a measure as files: SVG drawn at once, PNG from the store."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.indep.insight import caching, drawings, listing, offline
from ckanext.indep.insight.pictures import choice, stored
from ckanext.indep.insight.summary import Summary

__all__ = ["blueprint"]

blueprint = Blueprint("indep_pictures", __name__, url_prefix="/insight/measure")


@blueprint.route("/<name>.png", defaults={"kind": "line"})
@blueprint.route("/<name>/<kind>.png")
@caching.by_version
def png(name: str, kind: str) -> Any:
    """A chart of a measure as PNG, if the worker has made it from the present figures."""
    summary = _summary(name, kind)
    language = str(tk.h.lang())
    if language not in offline.languages():
        return tk.redirect_to(
            "indep_pictures.png", name=name, kind=kind, locale=offline.default_language()
        )
    drawing = drawings.download(kind, summary)
    content = stored.found((summary.definition.id, kind, language), drawing)
    if content is None:
        body = tk.render(
            "indep_insight/no_picture.html", {"measure": summary.definition, "kind": kind}
        )
        return caching.being_made(body)
    return _file(content, "image/png", f"{name}-{kind}.png")


@blueprint.route("/<name>/<kind>.svg")
@caching.by_version
def svg(name: str, kind: str) -> Response:
    """A chart of a measure as SVG."""
    summary = _summary(name, kind)
    return _file(drawings.download(kind, summary).encode(), "image/svg+xml", f"{name}-{kind}.svg")


def _summary(name: str, kind: str) -> Summary:
    """The measure, if it is public and has such a chart."""
    try:
        summary = listing.summary_of(listing.public_measure(name))
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such measure."))
    if kind not in choice.charts(summary):
        tk.abort(404, tk._("There is no such chart."))
    return summary


def _file(content: bytes, content_type: str, name: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
