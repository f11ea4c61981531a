"""What everybody sees of the suggested charts: the list, and the drawings that were accepted."""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from flask import Blueprint, Response

from ckanext.indep.insight import caching, listing
from ckanext.indep.insight.suggestions import book, serving
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.states import State

__all__ = ["blueprint"]

blueprint = Blueprint("indep_suggestions", __name__, url_prefix="/insight")


@blueprint.route("/suggestions")
@caching.by_version
def public_list() -> str:
    """The suggested charts: those that were accepted, and how many wait, by measure."""
    try:
        titles = {measure.id: measure for measure in listing.definitions()}
    except SearchError:
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))
    found = [one for one in book.all_suggestions() if one.measure_id in titles]
    return tk.render(
        "indep_insight/suggestions.html",
        {
            "measures": titles,
            "waiting": [one for one in found if one.state is State.SUGGESTED],
            "accepted": [one for one in found if one.state is State.ACCEPTED],
        },
    )


@blueprint.route("/suggestion/<int:number>/<size>.svg")
@caching.by_version
def drawing(number: int, size: str) -> Response:
    """The drawing of an accepted suggestion, for ``wide`` or for ``narrow`` screens."""
    return _served(number, lambda found: serving.svg(found, size))


@blueprint.route("/suggestion/<int:number>.png")
@caching.by_version
def picture(number: int) -> Response:
    """The drawing of an accepted suggestion as PNG."""
    return _served(number, serving.png)


def _served(number: int, serve: Callable[[Suggested], Response]) -> Response:
    found = book.one(number)
    if found is None or found.state is not State.ACCEPTED:
        tk.abort(404, tk._("There is no such chart."))
    try:
        return serve(found)
    except tk.ObjectNotFound as error:
        tk.abort(404, str(error.message))
