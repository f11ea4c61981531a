"""The page on which members of the committee lend their vote."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import Blueprint
from werkzeug.wrappers import Response

from ckanext.indep.governance.pages.refusal_text import sentences
from ckanext.indep.governance.review import delegations as lending

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
        rows = tk.get_action("indep_delegation_list")(_signed_in(), {})
    except tk.NotAuthorized:
        tk.abort(403, tk._("This page is for members of the committee."))
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
        tk.get_action(action)(_signed_in(), data)
    except tk.ValidationError as error:
        return sentences(error.error_dict)
    except tk.NotAuthorized as error:
        return [str(error.message) or tk._("You may not do this.")]
    except tk.ObjectNotFound:
        tk.abort(404)
    return []


def _signed_in() -> Context:
    if tk.current_user.is_anonymous:
        tk.abort(403, tk._("Sign in to see this page."))
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
