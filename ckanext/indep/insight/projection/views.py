"""The tables of published figures as files."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SolrConnectionError
from flask import Blueprint, Response

from ckanext.indep.insight import caching, listing
from ckanext.indep.insight.projection.tables import FIGURES, TARGETS, Table

__all__ = ["blueprint"]

blueprint = Blueprint("indep_figures", __name__, url_prefix="/insight")


@blueprint.route("/figures.csv")
@caching.by_version
def figures() -> Response:
    """All published figures of all measures."""
    return _file(FIGURES)


@blueprint.route("/targets.csv")
@caching.by_version
def targets() -> Response:
    """All targets, with those that were replaced."""
    return _file(TARGETS)


def _file(table: Table) -> Response:
    try:
        content = table.as_csv(listing.summaries())
    except (SearchError, SolrConnectionError):
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'attachment; filename="insight-{table.name}.csv"'
    return response
