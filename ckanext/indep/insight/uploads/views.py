"""Pages for departments: upload a history, mend it, load it. None needs JavaScript."""

from __future__ import annotations

from typing import Any

import ckan.authz as authz
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.search import SearchError
from flask import Blueprint, Response, make_response

from ckanext.indep import city_time
from ckanext.indep.insight import rights
from ckanext.indep.insight.staff import context, page
from ckanext.indep.insight.uploads import measures, template, words
from ckanext.indep.insight.uploads.layout import FIELDS
from ckanext.indep.insight.uploads.problems import as_csv
from ckanext.indep.insight.uploads.states import State

__all__ = ["blueprint"]

SHOWN_PROBLEMS = 200
REFRESH_SECONDS = "4"
"""After which a page about work that is under way asks again, also without JavaScript."""

blueprint = Blueprint("indep_history", __name__, url_prefix="/insight/staff/history")


@blueprint.route("", methods=["GET", "POST"])
@page
def upload() -> Any:
    """The form for a file, with the layouts explained, and the department's last uploads."""
    departments = _departments()
    form: dict[str, Any] = {"organization": tk.request.args.get("department", "")}
    errors: dict[str, list[str]] = {}
    if tk.request.method == "POST":
        form = {name: tk.request.form.get(name, "") for name in ("organization", "id", "reason")}
        try:
            made = tk.get_action("indep_history_check")(
                context(), {**form, "upload": tk.request.files.get("upload")}
            )
        except tk.ValidationError as error:
            errors = _messages(error)
        except SearchError:
            tk.abort(503, tk._("Files cannot be checked just now. Try again soon."))
        else:
            return tk.redirect_to("indep_history.read", upload_id=made["id"])
    uploads = [
        one
        for department in departments
        for one in tk.get_action("indep_history_list")(
            context(), {"organization": department["name"]}
        )
    ]
    body = tk.render(
        "indep_insight/history/upload.html",
        {
            "departments": departments,
            "measures": _measures(departments),
            "uploads": sorted(uploads, key=lambda one: one["uploaded_at"], reverse=True),
            "form": form,
            "errors": errors,
            "fields": FIELDS,
            "words": words,
        },
    )
    return (body, 409) if errors else body


@blueprint.route("/<upload_id>")
@page
def read(upload_id: str) -> Response:
    """One upload: its progress, how it was understood, its problems, what was loaded."""
    found = _show(upload_id)
    response = make_response(_page(found))
    if found["state"] in (*State.WAITING, *State.BUSY):
        response.headers["Refresh"] = REFRESH_SECONDS
    return response


@blueprint.route("/<upload_id>/load", methods=["POST"])
@page
def load(upload_id: str) -> Any:
    """Load what was checked, all of it or the rows without problems."""
    good_rows = tk.request.form.get("good_rows") == "yes"
    try:
        tk.get_action("indep_history_load")(context(), {"id": upload_id, "good_rows": good_rows})
    except tk.ValidationError as error:
        messages = [text for texts in _messages(error).values() for text in texts]
        return _page(_show(upload_id), messages), 409
    return tk.redirect_to("indep_history.read", upload_id=upload_id)


@blueprint.route("/<upload_id>/errors.csv")
@page
def errors_csv(upload_id: str) -> Response:
    """All problems of an upload as CSV, safe to open in a spreadsheet."""
    found = _show(upload_id)
    return _file(as_csv(found["problems"]), "errors.csv")


@blueprint.route("/template/<department>.csv")
@page
def template_csv(department: str) -> Response:
    """A file to begin with: the department's measures and their last periods."""
    tk.check_access("indep_history_check", context(), {"organization": department})
    content = template.as_csv(measures.of_department(department), city_time.today())
    return _file(content, f"{department}.csv")


def _show(upload_id: str) -> dict[str, Any]:
    return tk.get_action("indep_history_show")(context(), {"id": upload_id})


def _page(found: dict[str, Any], messages: list[str] | None = None) -> str:
    return tk.render(
        "indep_insight/history/read.html",
        {
            "upload": found,
            "State": State,
            "words": words,
            "shown": found["problems"][:SHOWN_PROBLEMS],
            "messages": messages or [],
            "may_load": rights.role_in(context(), found["organization"]) in rights.ENTERS,
        },
    )


def _messages(error: tk.ValidationError) -> dict[str, list[str]]:
    """The errors of an action by field, as lists of sentences."""
    return {
        name: [str(text) for text in texts] if isinstance(texts, list) else [str(texts)]
        for name, texts in error.error_dict.items()
    }


def _departments() -> list[dict[str, Any]]:
    """The departments whose histories the person may upload. Raises NotAuthorized if none."""
    user = model.User.get(tk.current_user.name)
    if user is None:
        return []
    found = [
        {"name": group.name, "title": group.title or group.name}
        for group in user.get_groups("organization")
        if group.state == "active"
        and authz.users_role_for_group_or_org(group.id, user.name) in rights.ENTERS
    ]
    if not found:
        raise tk.NotAuthorized(tk._("Only departments upload the history of their measures."))
    return sorted(found, key=lambda one: one["title"].lower())


def _measures(departments: list[dict[str, Any]]) -> list[tuple[str, str]]:
    try:
        return [
            (one.name, one.title)
            for department in departments
            for one in measures.of_department(department["name"])
        ]
    except SearchError:
        return []


def _file(content: str, name: str) -> Response:
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
