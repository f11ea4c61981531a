"""Who may enter the figures of a quarter, sign them off, and see how far the others are."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.indep.insight import rights

__all__ = [
    "indep_figures_record",
    "indep_figures_show",
    "indep_quarter_sign_off",
    "indep_reporting_list",
]


def indep_figures_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The department and the performance office: it holds what is not public yet."""
    if rights.is_in_office(context):
        return {"success": True}
    return indep_figures_record(context, data_dict)


@tk.auth_sysadmins_check
def indep_figures_record(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the department, nobody in their place."""
    if rights.role_in(context, data_dict.get("department")) in rights.ENTERS:
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only the department that answers for a measure may report its figures."),
    }


@tk.auth_sysadmins_check
def indep_quarter_sign_off(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Administrators of the department, who stand by its figures; nobody else in their place."""
    if rights.role_in(context, data_dict.get("department")) == "admin":
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only an administrator of the department may sign off its figures."),
    }


def indep_reporting_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office."""
    if rights.is_in_office(context):
        return {"success": True}
    return {"success": False, "msg": tk._("This list is for the performance office.")}
