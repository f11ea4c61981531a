"""Pages of one request for who looks closely: its tables, its files, and bringing it up to date."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from ckanext.indep.callers import reader
from ckanext.indep.governance.files import blob_path
from ckanext.indep.governance.pages.lookup import no_request, request_id
from ckanext.indep.refusals import sentences

__all__ = ["indep_review"]

indep_review = Blueprint("indep_review", __name__)

CHOICE = "choice:"
# A file that somebody uploaded can do nothing in this site's name.
DOWNLOAD_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@indep_review.route("/request/<int:number>/table/<resource_id>")
def table(number: int, resource_id: str) -> str:
    """The rows of a pending table, with a search in them, its dictionary and its load report."""
    query = {
        "q": tk.request.args.get("q", "").strip(),
        "offset": max(0, tk.request.args.get("offset", 0, type=int)),
    }
    shown = _read("indep_request_table", number, resource_id=resource_id, **query)
    return tk.render(
        "indep_governance/table.html",
        {"table": shown, "number": number, "resource_id": resource_id, "q": query["q"]},
    )


@indep_review.route("/request/<int:number>/file/<resource_id>")
def file(number: int, resource_id: str) -> Response:
    """Exactly the bytes that were frozen, to be saved and never displayed."""
    shown = _read("indep_request_file", number, resource_id=resource_id)
    path = blob_path(shown["sha256"])
    if not path.is_file():
        tk.abort(404, tk._("The file of this revision is not in the storage."))
    response = send_file(
        path,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=shown["filename"],
        max_age=0,
    )
    response.headers.update(DOWNLOAD_HEADERS)
    return response


@indep_review.route("/request/<int:number>/update")
def update(number: int) -> str:
    """What became public meanwhile, and the differences to choose from."""
    return _update_page(number, [], {})


@indep_review.route("/request/<int:number>/update", methods=["POST"])
def update_done(number: int) -> Response | tuple[str, int]:
    """Bring the request up to date; a refusal is shown with the choices kept."""
    form = tk.request.form
    choices = {k.removeprefix(CHOICE): v for k, v in form.items() if k.startswith(CHOICE)}
    data = {"id": request_id(number), "seen": form.get("seen", ""), "choices": choices}
    try:
        tk.get_action("indep_request_rebase")(_context(), data)
    except tk.ValidationError as error:
        return _update_page(number, sentences(error.error_dict), choices), 409
    except (tk.ObjectNotFound, tk.NotAuthorized):
        no_request()
    tk.h.flash_success(tk._("The request is up to date. Look through the draft, then submit it."))
    return tk.redirect_to("indep_governance.request_read", number=number)


def _update_page(number: int, errors: list[str], choices: dict[str, str]) -> str:
    merge = _read("indep_request_merge", number)
    shown = _read("indep_request_show", number)
    return tk.render(
        "indep_governance/update.html",
        {"request_": shown, "merge": merge, "errors": errors, "choices": choices},
    )


def _read(action: str, number: int, **data: Any) -> dict[str, Any]:
    """Call an action that reads; what may not be known does not exist."""
    try:
        return tk.get_action(action)(_context(), {"id": request_id(number), **data})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        no_request()


def _context() -> Context:
    if tk.current_user.is_anonymous:
        no_request()
    return reader()
