"""The page of the audit log."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.indep.governance.logic.auditing import PAGE
from ckanext.indep.governance.pages.refusal_text import sentences

__all__ = ["indep_audit"]

indep_audit = Blueprint("indep_audit", __name__)
FILTERS = ("request", "event", "before")


@indep_audit.route("/audit")
def log() -> str:
    """What was done, by whom and when, the newest first."""
    if tk.current_user.is_anonymous:
        tk.abort(403, tk._("Sign in to see this page."))
    context: Any = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    chosen = {k: v for k in FILTERS if (v := tk.request.args.get(k, "").strip())}
    errors: list[str] = []
    events: list[dict[str, Any]] = []
    try:
        events = tk.get_action("indep_event_list")(context, chosen)
    except tk.NotAuthorized as error:
        tk.abort(403, str(error))
    except tk.ValidationError as error:
        errors = sentences(error.error_dict)
    older = ""
    if len(events) == PAGE:
        older = tk.h.url_for("indep_audit.log", **{**chosen, "before": events[-1]["seq"]})
    return tk.render(
        "indep_governance/audit.html",
        {"events": events, "chosen": chosen, "older": older, "errors": errors},
    )
