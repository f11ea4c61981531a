"""Permissions that the parts of the portal that do not import governance ask for."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance import permissions
from ckanext.indep.governance.logic import rights

__all__ = ["indep_audit_read", "indep_committee_desk", "indep_decision_numbers"]


@tk.auth_allow_anonymous_access
def indep_decision_numbers(context: Any, data_dict: Any) -> Any:
    """Everybody: they name no request."""
    return {"success": True}


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def indep_audit_read(context: Any, data_dict: Any) -> Any:
    """The auditor reads what departments and the committee keep for themselves."""
    return _by_office(context, "auditor")


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def indep_committee_desk(context: Any, data_dict: Any) -> Any:
    """Chair and secretary speak for the committee, with residents too."""
    return _by_office(context, *permissions.MANAGING_OFFICES)


def _by_office(context: Any, *offices: str) -> Any:
    user = ckan_model.User.get(context.get("user"))
    return rights.answer(user is not None and rights.holds(user, *offices))
