"""Routes of the portal's own pages, and of core pages that must outlive a broken service."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from ckan.views import dataset as core_dataset
from flask import Blueprint, make_response
from werkzeug.exceptions import InternalServerError

from ckanext.indep.home import read_home
from ckanext.indep.navigation import page_exists

__all__ = ["indep"]

indep = Blueprint("indep", __name__)


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
        return make_response(tk.render("indep/search_unavailable.html"), 503)


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
