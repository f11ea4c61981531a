"""Routes of the portal's own pages, and of core pages that must outlive a broken service."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SearchIndexError, SolrConnectionError
from ckan.types import Response
from ckan.views import dataset as core_dataset
from flask import Blueprint, make_response
from werkzeug.exceptions import InternalServerError

from ckanext.indep.home import read_home
from ckanext.indep.navigation import page_exists
from ckanext.indep.outage import mark_unavailable

__all__ = ["indep"]

log = logging.getLogger(__name__)

indep = Blueprint("indep", __name__)


@indep.before_app_request
def refuse_null_characters() -> None:
    """PostgreSQL stores no null character, so a request with one can mean nothing here."""
    request = tk.request
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        tk.abort(400, tk._("The address holds a character that is not allowed."))
    if request.mimetype == "application/json" and b"\\u0000" in request.get_data(cache=True):
        tk.abort(400, tk._("The request holds a character that is not allowed."))


@indep.after_app_request
def say_when_search_is_away(response: Response) -> Response:
    """The API answers 503, not 500, while the search engine is down."""
    return mark_unavailable(response)


@indep.route("/", strict_slashes=False)
def home() -> str:
    """The home page; it stands, with a notice, while the search engine is down."""
    return tk.render("home/index.html", {"home": read_home()})


@indep.route("/dataset/", strict_slashes=False)
def search() -> str | Response:
    """The search page; 503 with a plain sentence while the search engine is down."""
    try:
        return core_dataset.search("dataset")
    except InternalServerError:
        return _search_unavailable()


@indep.app_errorhandler(SearchError)
@indep.app_errorhandler(SearchIndexError)
@indep.app_errorhandler(SolrConnectionError)
def search_failed(error: Exception) -> Response:
    """Any page that cannot do without the search engine says so."""
    log.error("The search engine does not answer: %s", error)
    return _search_unavailable()


@indep.route("/measure/")
def measures() -> Response:
    """Measures are listed on INsight."""
    return tk.h.redirect_to("/insight" if page_exists("/insight") else "/dataset")


@indep.route("/measure/<name>")
def measure(name: str) -> str | Response:
    """A released measure is read on INsight; a draft on CKAN's own page, by staff only."""
    try:
        package = tk.get_action("package_show")({"for_view": True}, {"id": name})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such measure."))
    released = package["state"] == "active" and not package["private"]
    target = f"/insight/measure/{package['name']}"
    if package["type"] == "measure" and released and page_exists(target):
        return tk.h.redirect_to(target)
    return core_dataset.read(package["type"], name)


def _search_unavailable() -> Response:
    return make_response(tk.render("indep/search_unavailable.html"), 503, {"Retry-After": "120"})
