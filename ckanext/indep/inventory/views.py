"""Pages of the inventory and of the open data program's numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response

from ckanext.indep.callers import reader, signed_in
from ckanext.indep.inventory import holding_table
from ckanext.indep.inventory.holding_fields import COLUMNS, PUBLIC
from ckanext.indep.inventory.request_pages import blueprint
from ckanext.indep.inventory.web import Form, arguments, attempt, page_links
from ckanext.indep.refusals import Refusals

__all__ = ["blueprint"]

PAGE_ROWS = 50
EXPORT_ROWS = 1000
EXPORT_COLUMNS = ("id", "department", *PUBLIC)


@blueprint.route("/inventory", strict_slashes=False)
def inventory() -> str:
    """What the departments hold, with filters by words, department and status."""
    wanted, page = arguments("q", "organization", "status")
    found = _listed({**wanted, "offset": (page - 1) * PAGE_ROWS, "limit": PAGE_ROWS})
    return tk.render(
        "indep_inventory/inventory.html",
        {
            "found": found,
            "wanted": wanted,
            "pages": page_links("indep_inventory.inventory", wanted, page, found["count"]),
        },
    )


@blueprint.route("/inventory.csv")
def inventory_csv() -> Response:
    """The holdings that the filters leave, as CSV."""
    rows = [
        {
            **row,
            "department": (row["department"] or {}).get("title"),
            "dataset": (row["dataset"] or {}).get("name"),
        }
        for row in _all_listed()
    ]
    return _file(holding_table.write(EXPORT_COLUMNS, rows), "text/csv", "inventory.csv")


@blueprint.route("/inventory.json")
def inventory_json() -> Response:
    """The holdings that the filters leave, as JSON."""
    text = json.dumps(_all_listed(), ensure_ascii=False, indent=1)
    return _file(text, "application/json", "inventory.json")


@blueprint.route("/inventory/<int:number>")
def holding_read(number: int) -> str:
    """One holding: what it is, whether it is public, and why not."""
    return tk.render("indep_inventory/holding.html", {"holding": _holding(number)})


@blueprint.route("/inventory/new", methods=["GET", "POST"])
def holding_new() -> str | Response | tuple[str, int]:
    """The form for a new holding of one's department."""
    departments = _own_departments()
    form: Form = {"owner_org": tk.request.args.get("department", "")}
    errors: Refusals = []
    if tk.request.method == "POST":
        form = _sent()
        made, errors = attempt("indep_holding_create", form)
        if made:
            tk.h.flash_success(tk._("The holding is in the inventory."))
            return tk.redirect_to("indep_inventory.holding_read", number=made["id"])
    return _holding_form(form, errors, departments=departments)


@blueprint.route("/inventory/<int:number>/edit", methods=["GET", "POST"])
def holding_edit(number: int) -> str | Response | tuple[str, int]:
    """The form for a holding of one's department."""
    shown = _holding(number)
    if "version" not in shown:
        tk.abort(403, tk._("Only its department can change a holding."))
    form: Form = {**shown, "dataset": (shown["dataset"] or {}).get("name", "")}
    errors: Refusals = []
    if tk.request.method == "POST":
        form = _sent()
        made, errors = attempt("indep_holding_update", {**form, "id": number})
        if made:
            tk.h.flash_success(tk._("The holding is saved."))
            return tk.redirect_to("indep_inventory.holding_read", number=number)
    return _holding_form(form, errors, holding=shown)


@blueprint.route("/inventory/import", methods=["GET", "POST"])
def holding_import() -> str | Response | tuple[str, int]:
    """Upload a department's inventory as CSV; all errors are shown at once."""
    departments = _own_departments()
    form: Form = {"owner_org": tk.request.args.get("department", "")}
    errors: Refusals = []
    rows: list[dict[str, Any]] = []
    if tk.request.method == "POST":
        form = _sent()
        upload = tk.request.files.get("upload")
        data = {"owner_org": form.get("owner_org", "")}
        if upload and upload.filename:
            data["upload"] = upload
        made, errors = attempt("indep_holding_import", data, rows)
        if made:
            told = tk._("{created} holdings added, {updated} changed, {unchanged} as they were.")
            tk.h.flash_success(told.format(**made))
            return tk.redirect_to("indep_inventory.inventory")
    body = tk.render(
        "indep_inventory/import.html",
        {
            "departments": departments,
            "form": form,
            "errors": errors if not rows else [],
            "rows": rows,
            "columns": COLUMNS,
        },
    )
    return (body, 409) if errors else body


@blueprint.route("/inventory/export/<department>.csv")
def holding_export(department: str) -> Response:
    """A department's whole inventory, fields for staff included, for its own staff."""
    try:
        table = tk.get_action("indep_holding_export")(reader(), {"owner_org": department})
    except (tk.ValidationError, tk.ObjectNotFound):
        tk.abort(404, tk._("There is no such department."))
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only the department itself can export its inventory."))
    return _file(table["csv"], "text/csv", "inventory.csv")


@blueprint.route("/open-data-program")
def program() -> str:
    """The open data program in numbers, each with what it counts."""
    numbers = tk.get_action("indep_program_numbers")(reader(), {})
    return tk.render("indep_inventory/program.html", {"numbers": numbers})


def _listed(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The holdings that the filters leave; of filters that mean nothing, none."""
    listing = tk.get_action("indep_holding_list")
    try:
        return listing(reader(), dict(wanted))
    except tk.ValidationError:
        return {**listing(reader(), {"limit": 0}), "count": 0}


def _all_listed() -> list[dict[str, Any]]:
    wanted, _page = arguments("q", "organization", "status")
    found: list[dict[str, Any]] = []
    while True:
        part = _listed({**wanted, "offset": len(found), "limit": EXPORT_ROWS})["results"]
        found += part
        if len(part) < EXPORT_ROWS:
            return found


def _holding(number: int) -> dict[str, Any]:
    try:
        return tk.get_action("indep_holding_show")(reader(), {"id": number})
    except (tk.ObjectNotFound, tk.ValidationError):
        tk.abort(404, tk._("There is no such holding."))


def _own_departments() -> list[dict[str, Any]]:
    """The departments whose inventory the reader keeps; 403 where there is none."""
    context = signed_in()
    found = tk.get_action("organization_list_for_user")(context, {"permission": "create_dataset"})
    if not found:
        tk.abort(403, tk._("Only a department's own staff can do this."))
    return found


def _sent() -> Form:
    return {key: value for key, value in tk.request.form.items() if not key.startswith("_")}


def _holding_form(form: Form, errors: Refusals, **more: Any) -> str | tuple[str, int]:
    body = tk.render("indep_inventory/holding_form.html", {"form": form, "errors": errors, **more})
    return (body, 409) if errors else body


def _file(text: str, mimetype: str, name: str) -> Response:
    response = Response(text, content_type=f"{mimetype}; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
