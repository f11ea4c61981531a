"""Who may upload histories, and see what was uploaded."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.indep.insight import rights

__all__ = ["indep_history_check", "indep_history_list", "indep_history_load", "indep_history_show"]


@tk.auth_sysadmins_check
def indep_history_check(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the department whose measures the file is about."""
    if rights.role_in(context, data_dict.get("organization")) in rights.ENTERS:
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only the department that answers for a measure may upload its history."),
    }


@tk.auth_sysadmins_check
def indep_history_load(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The same as for the check."""
    return indep_history_check(context, data_dict)


def indep_history_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The department, and the performance office: what is not published is in it."""
    if rights.is_in_office(context):
        return {"success": True}
    return indep_history_check(context, data_dict)


def indep_history_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As for one upload."""
    return indep_history_show(context, data_dict)
