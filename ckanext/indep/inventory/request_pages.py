"""Pages of residents' data requests."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.indep.callers import reader
from ckanext.indep.inventory.web import (
    PAGE_ROWS,
    Form,
    arguments,
    attempt,
    page_links,
)
from ckanext.indep.refusals import Refusals

__all__ = ["blueprint"]

blueprint = Blueprint("indep_inventory", __name__)

# what a form's button is called -> the action it calls
DECISIONS = {
    "assign": "indep_data_request_assign",
    "answer": "indep_data_request_answer",
    "merge": "indep_data_request_merge",
    "spam": "indep_data_request_spam",
}


@blueprint.route("/data-requests", strict_slashes=False)
def requests() -> str:
    """What residents asked for, and what the city answered."""
    wanted, page = arguments("q", "organization", "state")
    if wanted.get("state") not in ("assigned", "answered"):
        wanted.pop("state", None)
    found = _listed({**wanted, "offset": (page - 1) * PAGE_ROWS, "limit": PAGE_ROWS})
    return tk.render(
        "indep_inventory/requests.html",
        {
            "found": found,
            "wanted": wanted,
            "pages": page_links("indep_inventory.requests", wanted, page, found["count"]),
        },
    )


@blueprint.route("/data-requests/new", methods=["GET", "POST"])
def request_new() -> str | Response | tuple[str, int]:
    """The form to ask for data; nobody needs an account."""
    form: Form = {"title": tk.request.args.get("title", "")[:120]}
    errors: Refusals = []
    if tk.request.method == "POST":
        form = _sent()
        made, errors = attempt("indep_data_request_create", form)
        if made:
            told = tk._(
                "Thank you. Your request has the number {number}. It appears here once a person"
                " has read it."
            )
            tk.h.flash_success(told.format(number=made["number"]))
            return tk.redirect_to("indep_inventory.requests")
    body = tk.render("indep_inventory/request_new.html", {"form": form, "errors": errors})
    return (body, 409) if errors else body


@blueprint.route("/data-requests/queue")
def request_queue() -> str:
    """What waits to be read or answered by the reader."""
    try:
        tk.check_access("indep_data_request_queue", reader(), {})
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only those who answer requests see this page."))
    rows = {
        state: _listed({"state": state, "limit": 200})["results"]
        for state in ("received", "assigned", "spam")
    }
    return tk.render("indep_inventory/queue.html", {"rows": rows})


@blueprint.route("/data-requests/<int:number>")
def request_read(number: int) -> str:
    """One request with its answers; those who answer it do so here."""
    return _page(number)


@blueprint.route("/data-requests/<int:number>/second", methods=["POST"])
def request_second(number: int) -> Response | tuple[str, int]:
    """Say that one wants the same."""
    made, errors = attempt("indep_data_request_second", {"number": number})
    if not made:
        return _page(number, errors=errors), 409
    tk.h.flash_success(tk._("Thank you. We count how many people want this data."))
    return tk.redirect_to("indep_inventory.request_read", number=number)


@blueprint.route("/data-requests/<int:number>/<decision>", methods=["POST"])
def request_act(number: int, decision: str) -> Response | tuple[str, int]:
    """Assign, answer, merge or put away a request; what was typed is kept on a refusal."""
    if decision not in DECISIONS:
        tk.abort(404)
    form = _sent()
    made, errors = attempt(DECISIONS[decision], {**form, "number": number})
    if not made:
        return _page(number, errors=errors, form={"decision": decision, **form}), 409
    tk.h.flash_success(tk._("Request {number} is saved.").format(number=number))
    return tk.redirect_to("indep_inventory.request_queue")


def _listed(wanted: dict[str, Any]) -> dict[str, Any]:
    try:
        return tk.get_action("indep_data_request_list")(reader(), wanted)
    except tk.ValidationError:
        return {"count": 0, "results": []}


def _page(number: int, errors: Refusals | None = None, form: Form | None = None) -> str:
    try:
        shown = tk.get_action("indep_data_request_show")(reader(), {"number": number})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        tk.abort(404, tk._("There is no such data request."))
    may = {
        name: bool(tk.h.check_access(action, {"number": number}))
        for name, action in DECISIONS.items()
    }
    return tk.render(
        "indep_inventory/request.html",
        {"request_": shown, "may": may, "errors": errors or [], "form": form or {}},
    )


def _sent() -> Form:
    return {key: value for key, value in tk.request.form.items() if not key.startswith("_")}
