"""Who may plan meetings and set dates, and who sees and marks what was agreed."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.indep.insight import rights
from ckanext.indep.insight.meetings import book

__all__ = [
    "indep_cycle_dates_set",
    "indep_meeting_action_mark",
    "indep_meeting_action_record",
    "indep_performance_meeting_cancel",
    "indep_performance_meeting_create",
    "indep_performance_meeting_hold",
    "indep_performance_meeting_list",
    "indep_performance_meeting_show",
    "indep_performance_meeting_update",
]


@tk.auth_sysadmins_check
def indep_cycle_dates_set(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office."""
    return _office(context)


@tk.auth_sysadmins_check
def indep_performance_meeting_create(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office."""
    return _office(context)


@tk.auth_sysadmins_check
def indep_performance_meeting_update(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office."""
    return _office(context)


@tk.auth_sysadmins_check
def indep_performance_meeting_hold(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office."""
    return _office(context)


@tk.auth_sysadmins_check
def indep_performance_meeting_cancel(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office."""
    return _office(context)


@tk.auth_sysadmins_check
def indep_meeting_action_record(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office."""
    return _office(context)


def indep_performance_meeting_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Anybody signed in: it holds only the meetings of the reader's departments."""
    return {"success": bool(context.get("user"))}


def indep_performance_meeting_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The departments of the meeting, each its own part, and the performance office."""
    meeting = book.find(int(data_dict["id"]))
    invited = meeting is not None and any(
        rights.role_in(context, one) in rights.ENTERS for one in meeting.departments
    )
    if invited or rights.is_in_office(context):
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("Only the departments of a meeting and the performance office may see it."),
    }


@tk.auth_sysadmins_check
def indep_meeting_action_mark(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office; the department that was to do it may say that it is done."""
    if rights.is_in_office(context):
        return {"success": True}
    own = [one for one in book.actions() if one.id == int(data_dict["id"])]
    answers = any(rights.role_in(context, one.department) in rights.ENTERS for one in own)
    if answers and data_dict.get("state") == "done":
        return {"success": True}
    return {
        "success": False,
        "msg": tk._("A department may mark its own actions as done; the rest is for the office."),
    }


def _office(context: Context) -> AuthResult:
    """Members of the performance office, nobody in its place."""
    if rights.is_in_office(context):
        return {"success": True}
    return {"success": False, "msg": tk._("Only the performance office may do this.")}
