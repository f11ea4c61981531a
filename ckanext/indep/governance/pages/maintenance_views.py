"""Pages of maintenance: what is due to be checked, and the inbox."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint
from werkzeug.wrappers import Response

from ckanext.indep.callers import signed_in
from ckanext.indep.refusals import sentences

__all__ = ["indep_maintenance"]

indep_maintenance = Blueprint("indep_maintenance", __name__)


@indep_maintenance.route("/maintenance")
def due() -> str:
    """Released data that is to be checked again, with the ways to answer."""
    reviews = tk.get_action("indep_review_list")(signed_in(), {})
    return tk.render("indep_governance/maintenance.html", {"reviews": reviews})


@indep_maintenance.route("/maintenance/<id>/attest", methods=["POST"])
def attest(id: str) -> Response:
    """Say that the data is still right."""
    data = {"id": id, "note": tk.request.form.get("note", "")}
    try:
        tk.get_action("indep_attest")(signed_in(), data)
    except tk.NotAuthorized as error:
        tk.abort(403, str(error))
    except tk.ObjectNotFound:
        tk.abort(404, tk._("Dataset not found"))
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(sentences(error.error_dict)))
    else:
        tk.h.flash_success(tk._("Thank you. It is on record that the data is still right."))
    return tk.redirect_to("indep_maintenance.due")


@indep_maintenance.route("/inbox")
def inbox() -> str:
    """The messages of the signed-in person; reading the page marks nothing."""
    return tk.render(
        "indep_governance/inbox.html",
        {"inbox": tk.get_action("indep_inbox_list")(signed_in(), {})},
    )


@indep_maintenance.route("/inbox/read", methods=["POST"])
def read() -> Response:
    """Mark the chosen messages as read, or all, as the button says."""
    chosen = tk.request.form.getlist("messages")
    if tk.request.form.get("which") == "all":
        _do("indep_inbox_read", {})
    elif chosen:
        _do("indep_inbox_read", {"messages": chosen})
    else:
        tk.h.flash_error(tk._("Choose a message first; nothing was marked."))
    return tk.redirect_to("indep_maintenance.inbox")


@indep_maintenance.route("/inbox/mail", methods=["POST"])
def mail() -> Response:
    """Choose how messages are mailed."""
    if _do("indep_mail_preference_update", {"mail": tk.request.form.get("mail", "")}):
        tk.h.flash_success(tk._("Saved."))
    return tk.redirect_to("indep_maintenance.inbox")


def _do(action: str, data: dict[str, Any]) -> bool:
    try:
        tk.get_action(action)(signed_in(), data)
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(sentences(error.error_dict)))
        return False
    return True
