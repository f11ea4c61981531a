"""What a page answers where a view of CKAN forgot that something may not be there.

Permission checks here raise ObjectNotFound for what may not be known. Some views of CKAN expect
NotAuthorized only, and would answer 500; so would its form of a new file without its field id,
its download of a table with a filter that does not fit, and its view of a table with numbers that
are none.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.lib.mailer import verify_reset_link
from ckan.lib.search import SearchQueryError
from flask import Flask, Response
from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from ckanext.indep.refusals import sentences

__all__ = ["install"]

GOING_ON = frozenset({"user.login", "user.logout"})
"""Pages that send a visitor on to the address which the question names."""
RESET = "user.perform_reset"
DUMP = "datastore.dump"
ROWS = "datatablesview.ajax"
TABLES = ("datastore", "datatablesview")
UNUSABLE = (AttributeError, LookupError, TypeError, ValueError)
"""How the pages of tables end with arguments and fields that are not what they take them for."""


def install(app: Flask) -> None:
    """Have `app` answer 404, 403 and 400 for what actions say, whichever view asked them."""

    def not_found(_error: Exception) -> Response:
        return app.make_response(app.handle_http_exception(NotFound(tk._("Resource not found"))))

    def not_authorized(_error: Exception) -> Response:
        refused = Forbidden(tk._("You may not do this."))
        return app.make_response(app.handle_http_exception(refused))

    def refused_search(error: Exception) -> Response:
        return app.make_response(app.handle_http_exception(BadRequest(str(error))))

    def refused(error: tk.ValidationError) -> Response:
        told = " ".join(sentences(error.error_dict))
        return app.make_response(app.handle_http_exception(BadRequest(told)))

    def unusable(_error: Exception) -> Response:
        told = tk._("Something in the address or in the form does not fit this table.")
        return app.make_response(app.handle_http_exception(BadRequest(told)))

    app.before_request_funcs.setdefault(None, []).append(_refuse_incomplete)
    app.after_request_funcs.setdefault(None, []).append(_rows_as_json)
    for pages in TABLES:
        app.error_handler_spec[pages][None] |= {
            tk.ValidationError: refused,
            **dict.fromkeys(UNUSABLE, unusable),
        }
    app.register_error_handler(tk.ObjectNotFound, not_found)
    app.register_error_handler(tk.NotAuthorized, not_authorized)
    app.register_error_handler(SearchQueryError, refused_search)


def _refuse_incomplete() -> None:
    _refuse_nul()
    _refuse_odd_target()
    _refuse_odd_filters()
    _refuse_useless_link()
    new_file = (tk.request.endpoint or "").endswith("resource.new")
    if new_file and tk.request.method == "POST" and "id" not in tk.request.form:
        tk.abort(400, tk._("The form lacks its field 'id'."))


def _refuse_nul() -> None:
    """Refuse texts that no database can look for; the API's own check says it in JSON."""
    sent = (tk.request.args, tk.request.form)
    texts = (text for part in sent for pair in part.items(multi=True) for text in pair)
    if tk.request.blueprint != "api" and any("\0" in text for text in texts):
        tk.abort(400, tk._("Texts cannot have the character NUL."))


def _refuse_odd_target() -> None:
    """Refuse to go on to what is no address at all; CKAN sees to those of other sites."""
    if tk.request.endpoint not in GOING_ON:
        return
    for name in ("next", "came_from"):
        target = tk.request.args.get(name)
        if target and not target.startswith("/") and not urlsplit(target).scheme:
            tk.abort(400, tk._("The address to go on to has to begin with a slash."))


def _refuse_odd_filters() -> None:
    """Refuse filters that are no object: CKAN would find out in the middle of a download."""
    filters = tk.request.args.get("filters")
    if tk.request.endpoint != DUMP or filters is None:
        return
    try:
        usable = isinstance(json.loads(filters), dict)
    except ValueError:
        usable = False
    if not usable:
        tk.abort(400, tk._("'filters' has to be a JSON object."))


def _refuse_useless_link() -> None:
    """Answer alike where CKAN tells a wrong link of somebody from one of nobody."""
    if tk.request.endpoint != RESET:
        return
    user = ckan_model.User.get((tk.request.view_args or {})["id"])
    if user is None or not verify_reset_link(user, tk.request.args.get("key")):
        tk.abort(400, tk._("This link is not valid any more. Ask for a new one where you sign in."))


def _rows_as_json(response: Response) -> Response:
    """Name the rows of a table's view what they are: CKAN sends their JSON as HTML."""
    if tk.request.endpoint == ROWS and response.get_data().startswith(b"{"):
        response.mimetype = "application/json"
    return response
