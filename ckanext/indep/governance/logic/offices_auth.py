"""Who may end appointments and delegate votes."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.governance import permissions
from ckanext.indep.governance.logic import rights

__all__ = [
    "indep_appointment_end",
    "indep_appointment_list",
    "indep_delegation_create",
    "indep_delegation_end",
    "indep_delegation_list",
]


def indep_appointment_end(context: Any, data_dict: Any) -> Any:
    """Only sysadmins end appointments."""
    return {"success": False}


@tk.auth_allow_anonymous_access
def indep_appointment_list(context: Any, data_dict: Any) -> Any:
    """Everybody may know who decides."""
    return {"success": True}


@tk.auth_sysadmins_check
def indep_delegation_create(context: Any, data_dict: Any) -> Any:
    """Members of the committee lend their own vote."""
    return rights.by_office(context, *permissions.VOTING_OFFICES)


@tk.auth_sysadmins_check
def indep_delegation_end(context: Any, data_dict: Any) -> Any:
    """The two whom it is about; which delegation it is, is looked at when it is ended."""
    return indep_delegation_create(context, data_dict)


@tk.auth_sysadmins_check
def indep_delegation_list(context: Any, data_dict: Any) -> Any:
    """Members see their own, the auditor sees all."""
    return rights.by_office(context, *permissions.VOTING_OFFICES, "auditor")
