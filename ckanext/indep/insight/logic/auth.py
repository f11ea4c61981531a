"""Who may do what with measures."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.indep.insight import rights

__all__ = [
    "indep_cycle_publish",
    "indep_cycle_show",
    "indep_measure_list",
    "indep_measure_show",
    "indep_observation_record",
    "indep_target_set",
]

_ALLOWED: AuthResult = {"success": True}


@tk.auth_allow_anonymous_access
def indep_measure_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Anybody: only public measures are listed."""
    return _ALLOWED


@tk.auth_allow_anonymous_access
def indep_measure_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Anybody: only public measures are found."""
    return _ALLOWED


@tk.auth_allow_anonymous_access
def indep_cycle_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Anybody: the calendar is public."""
    return _ALLOWED


@tk.auth_sysadmins_check
def indep_observation_record(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the department that answers for the measure, nobody else."""
    if rights.role_for_measure(context, data_dict.get("id")) in rights.ENTERS:
        return _ALLOWED
    return {
        "success": False,
        "msg": tk._("Only the department that answers for a measure may report its figures."),
    }


@tk.auth_sysadmins_check
def indep_target_set(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The city manager, to correct a target without a proposal; nobody else in their place."""
    if rights.is_city_manager(context):
        return _ALLOWED
    return {
        "success": False,
        "msg": tk._("Only the city manager may set a target; a department proposes one."),
    }


@tk.auth_sysadmins_check
def indep_cycle_publish(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Members of the performance office (``ckanext.indep.insight.office``), nobody in its place."""
    if rights.is_in_office(context):
        return _ALLOWED
    return {"success": False, "msg": tk._("Only the performance office may publish a quarter.")}
