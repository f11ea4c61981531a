"""The small page of a measure that other sites show in a frame."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.indep.insight import caching, listing

__all__ = ["blueprint"]

# headers.py lets other sites frame what is below this path, and nothing else.
blueprint = Blueprint("indep_embed", __name__, url_prefix="/insight/embed")


@blueprint.route("/measure/<name>")
@caching.by_version
def measure(name: str) -> str:
    """Title, sentence, chart and the way to the whole page; the same for everybody."""
    try:
        summary = listing.summary_of(listing.public_measure(name))
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such measure."))
    return tk.render("indep_insight/embed.html", {"summary": summary})
