"""The page on which members of the committee lend their vote."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint
from werkzeug.wrappers import Response

from ckanext.indep.callers import signed_in
from ckanext.indep.governance.review import delegations as lending
from ckanext.indep.refusals import refusals_of

__all__ = ["indep_delegations"]

indep_delegations = Blueprint("indep_delegations", __name__)


@indep_delegations.route("/delegations")
def delegations() -> str:
    """The reader's delegations, given and received, and the form for another one."""
    return _page([], {})


@indep_delegations.route("/delegations", methods=["POST"])
def delegate() -> Response | tuple[str, int]:
    """Lend one's own vote."""
    form = {key: value for key, value in tk.request.form.items() if not key.startswith("_")}
    errors = _try("indep_delegation_create", form)
    if errors:
        return _page(errors, form), 409
    tk.h.flash_success(tk._("Your vote is lent for these days."))
    return tk.redirect_to("indep_delegations.delegations")


@indep_delegations.route("/delegations/<id>/end", methods=["POST"])
def end(id: str) -> Response:
    """End a delegation at once."""
    errors = _try("indep_delegation_end", {"id": id})
    if errors:
        tk.h.flash_error(" ".join(errors))
    else:
        tk.h.flash_success(tk._("The delegation is ended."))
    return tk.redirect_to("indep_delegations.delegations")


def _page(errors: list[str], form: dict[str, str]) -> str:
    try:
        rows = tk.get_action("indep_delegation_list")(signed_in(), {})
    except tk.NotAuthorized:
        tk.abort(403, tk._("This page is for members of the committee and the auditor."))
    return tk.render(
        "indep_governance/delegations.html",
        {
            "delegations": rows,
            "members": lending.fellows(tk.current_user.id),
            "errors": errors,
            "form": form,
        },
    )


def _try(action: str, data: dict[str, Any]) -> list[str]:
    """Call an action; return its refusals, none where it worked."""
    try:
        told = refusals_of(lambda: tk.get_action(action)(signed_in(), data))
    except tk.ObjectNotFound:
        tk.abort(404)
    return [sentence for _field, sentence in told]
