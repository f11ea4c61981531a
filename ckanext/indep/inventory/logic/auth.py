"""Who may do what with the inventory and with residents' requests.

Answering is a decision: sysadmins are asked for the same right as everybody else. Chair and
secretary are known to governance, which is asked by its own permission.
"""

from __future__ import annotations

from typing import Any

import ckan.authz as authz
import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.indep.inventory.logic.common import existing_holding, existing_request
from ckanext.indep.inventory.model import DataRequest
from ckanext.indep.inventory.states import ACCEPTED, RequestState

__all__ = [
    "indep_data_request_answer",
    "indep_data_request_assign",
    "indep_data_request_contact",
    "indep_data_request_create",
    "indep_data_request_history",
    "indep_data_request_list",
    "indep_data_request_merge",
    "indep_data_request_queue",
    "indep_data_request_second",
    "indep_data_request_show",
    "indep_data_request_spam",
    "indep_holding_create",
    "indep_holding_export",
    "indep_holding_import",
    "indep_holding_list",
    "indep_holding_manage",
    "indep_holding_show",
    "indep_holding_update",
    "indep_program_numbers",
]

_ALLOWED: AuthResult = {"success": True}


@tk.auth_allow_anonymous_access
def indep_holding_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody: the inventory is public, but for the fields that are for staff."""
    return _ALLOWED


@tk.auth_allow_anonymous_access
def indep_holding_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody, as for the list."""
    existing_holding(data_dict["id"])
    return _ALLOWED


def indep_holding_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the department."""
    return _staff_of(context, data_dict.get("owner_org"))


def indep_holding_import(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the department."""
    return _staff_of(context, data_dict.get("owner_org"))


def indep_holding_export(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the department, and the auditor: it holds fields for staff."""
    return _read_by_staff(context, data_dict.get("owner_org"))


def indep_holding_update(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the holding's department."""
    return _staff_of(context, existing_holding(data_dict["id"]).owner_org)


def indep_holding_manage(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Who may see the fields for staff and the history: the department, and the auditor."""
    return _read_by_staff(context, existing_holding(data_dict["id"]).owner_org)


@tk.auth_allow_anonymous_access
def indep_data_request_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody, without an account."""
    return _ALLOWED


@tk.auth_allow_anonymous_access
def indep_data_request_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody; the list holds what the caller may see."""
    return _ALLOWED


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def indep_data_request_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody, once it is accepted; before that nobody is told that it exists, but staff."""
    _known(context, data_dict)
    return _ALLOWED


@tk.auth_sysadmins_check
@tk.auth_allow_anonymous_access
def indep_data_request_second(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody, for what is public."""
    if RequestState(existing_request(data_dict["number"]).state) not in ACCEPTED:
        raise tk.ObjectNotFound(tk._("There is no such data request."))
    return _ALLOWED


@tk.auth_sysadmins_check
def indep_data_request_queue(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Chair and secretary, administrators of any department, and the auditor."""
    user = context.get("user") or ""
    allowed = (
        _desk(context) or _audits(context) or authz.has_user_permission_for_some_org(user, "admin")
    )
    return _result(allowed)


@tk.auth_sysadmins_check
def indep_data_request_contact(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Who asked is told to the office that answers, and to nobody else."""
    request = _known(context, data_dict)
    return _result(_desk(context) or _owns(context, request))


@tk.auth_sysadmins_check
def indep_data_request_history(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """What was done by whom: the office that answers, and the auditor."""
    request = _known(context, data_dict)
    return _result(_desk(context) or _owns(context, request) or _audits(context))


@tk.auth_sysadmins_check
def indep_data_request_assign(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Chair and secretary; the data owner of a department may pass on what it was given."""
    request = _known(context, data_dict)
    return _result(_desk(context) or _owns(context, request))


@tk.auth_sysadmins_check
def indep_data_request_answer(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Chair and secretary, and the data owner of the department that it was given to."""
    request = _known(context, data_dict)
    return _result(_desk(context) or _owns(context, request))


@tk.auth_sysadmins_check
def indep_data_request_merge(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Chair and secretary."""
    _known(context, data_dict)
    return _result(_desk(context))


@tk.auth_sysadmins_check
def indep_data_request_spam(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Chair and secretary."""
    _known(context, data_dict)
    return _result(_desk(context))


@tk.auth_allow_anonymous_access
def indep_program_numbers(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Everybody: counts of what is public, and of requests without what they say."""
    return _ALLOWED


def _staff_of(context: Context, owner_org: Any) -> AuthResult:
    return _result(_role(context, owner_org) in {"admin", "editor"})


def _read_by_staff(context: Context, owner_org: Any) -> AuthResult:
    return _ALLOWED if _audits(context) else _staff_of(context, owner_org)


def _known(context: Context, data_dict: dict[str, Any]) -> DataRequest:
    """Return the request; ObjectNotFound where there is none that the caller may know of."""
    request = existing_request(data_dict["number"])
    public = RequestState(request.state) in ACCEPTED
    if not (public or _desk(context) or _audits(context)):
        raise tk.ObjectNotFound(tk._("There is no such data request."))
    return request


def _owns(context: Context, request: DataRequest) -> bool:
    return _role(context, request.owner_org) == "admin"


def _role(context: Context, owner_org: Any) -> str | None:
    user = context.get("user")
    return authz.users_role_for_group_or_org(owner_org, user) if user and owner_org else None


def _desk(context: Context) -> bool:
    """Whether the caller speaks for the committee."""
    return _may("indep_committee_desk", context)


def _audits(context: Context) -> bool:
    """Whether the caller reads everything, and changes nothing."""
    return _may("indep_audit_read", context)


def _may(permission: str, context: Context) -> bool:
    own: Context = {"user": context.get("user") or ""}
    try:
        return bool(tk.check_access(permission, own, {}))
    except tk.NotAuthorized:
        return False


def _result(allowed: bool) -> AuthResult:
    return {"success": allowed, "msg": tk._("You do not have the office that this needs.")}
