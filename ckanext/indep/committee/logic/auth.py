"""Who may use which action of the committee. Managing is for its offices, not for sysadmins."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.governance import permissions
from ckanext.indep.governance.logic import rights

__all__ = [
    "indep_agenda_build",
    "indep_agenda_item_add",
    "indep_agenda_item_move",
    "indep_agenda_item_note",
    "indep_agenda_item_pull",
    "indep_agenda_item_remove",
    "indep_agenda_post",
    "indep_attendance_set",
    "indep_committee_manage",
    "indep_committee_read",
    "indep_committee_show",
    "indep_meeting_adjourn",
    "indep_meeting_cancel",
    "indep_meeting_consent_record",
    "indep_meeting_create",
    "indep_meeting_list",
    "indep_meeting_open",
    "indep_meeting_show",
    "indep_meeting_update",
    "indep_meeting_vote_record",
    "indep_minutes_approve",
    "indep_minutes_draft",
    "indep_minutes_show",
]


@tk.auth_allow_anonymous_access
def indep_committee_show(context: Any, data_dict: Any) -> Any:
    """Everybody may know who the committee is and when it meets."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def indep_meeting_list(context: Any, data_dict: Any) -> Any:
    """The calendar is public."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def indep_meeting_show(context: Any, data_dict: Any) -> Any:
    """Everybody may read a posted agenda; what else is told depends on the reader."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def indep_minutes_show(context: Any, data_dict: Any) -> Any:
    """Approved minutes are public; what else is told depends on the reader."""
    return {"success": True}


def indep_committee_read(context: Any, data_dict: Any) -> Any:
    """The committee's offices, the reviewers and auditors read what is not public yet."""
    return rights.by_office(context, *permissions.REVIEWING_OFFICES)


@tk.auth_sysadmins_check
def indep_committee_manage(context: Any, data_dict: Any) -> Any:
    """The chair and the secretary call meetings, run them and keep the record."""
    return rights.by_office(context, *permissions.MANAGING_OFFICES)


@tk.auth_sysadmins_check
def indep_meeting_create(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_meeting_update(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_meeting_cancel(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_agenda_build(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_agenda_item_add(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_agenda_item_remove(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_agenda_item_move(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_agenda_item_note(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_agenda_item_pull(context: Any, data_dict: Any) -> Any:
    """Any member may have an item discussed; the secretary writes it down for them."""
    return rights.by_office(context, *permissions.VOTING_OFFICES, *permissions.MANAGING_OFFICES)


@tk.auth_sysadmins_check
def indep_agenda_post(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_meeting_open(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_attendance_set(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_meeting_vote_record(context: Any, data_dict: Any) -> Any:
    """As for managing; whose vote it is has to be a member, which the workflow asks."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_meeting_consent_record(context: Any, data_dict: Any) -> Any:
    """As for a single vote."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_meeting_adjourn(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_minutes_draft(context: Any, data_dict: Any) -> Any:
    """As for managing."""
    return indep_committee_manage(context, data_dict)


@tk.auth_sysadmins_check
def indep_minutes_approve(context: Any, data_dict: Any) -> Any:
    """As for managing; not who drafted them, unless a meeting in session approves."""
    return indep_committee_manage(context, data_dict)
