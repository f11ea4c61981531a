"""Who may suggest charts, see them and decide about them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.indep.insight import rights
from ckanext.indep.insight.suggestions import book, sight
from ckanext.indep.insight.suggestions.book import Suggested

__all__ = [
    "indep_suggestion_create",
    "indep_suggestion_decide",
    "indep_suggestion_list",
    "indep_suggestion_show",
    "indep_suggestion_withdraw",
]

_ALLOWED: AuthResult = {"success": True}


@tk.auth_sysadmins_check
def indep_suggestion_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the measure's department; nobody else in their place."""
    if rights.role_for_measure(context, data_dict.get("id")) in rights.ENTERS:
        return _ALLOWED
    return _no(tk._("Only the department that answers for a measure may suggest charts for it."))


@tk.auth_allow_anonymous_access
def indep_suggestion_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Anybody: each is shown what they may see."""
    return _ALLOWED


@tk.auth_allow_anonymous_access
@tk.auth_sysadmins_check
def indep_suggestion_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """An accepted one anybody; others the measure's department and the performance office."""
    found = _suggested(data_dict)
    if found is not None and sight.is_visible(context, found):
        return _ALLOWED
    return _no(
        tk._("Suggestions are for the department of the measure and for the performance office.")
    )


@tk.auth_sysadmins_check
def indep_suggestion_decide(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Members of the performance office, except about what they suggested themselves."""
    if not rights.is_in_office(context):
        return _no(tk._("Only the performance office decides about suggested charts."))
    found = _suggested(data_dict)
    if found is not None and found.suggested_by == context.get("user"):
        return _no(tk._("Nobody may decide about a suggestion of their own."))
    return _ALLOWED


@tk.auth_sysadmins_check
def indep_suggestion_withdraw(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The person who suggested it."""
    found = _suggested(data_dict)
    if found is not None and found.suggested_by == context.get("user"):
        return _ALLOWED
    return _no(tk._("Only the person who suggested a chart may withdraw it."))


def _suggested(data_dict: dict[str, Any]) -> Suggested | None:
    try:
        return book.one(int(data_dict.get("id") or 0))
    except (TypeError, ValueError, OverflowError):
        return None


def _no(message: str) -> AuthResult:
    return {"success": False, "msg": message}
