"""Who may set conditions, answer the checklist, assign and escalate. Sysadmins are no exception."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance import permissions
from ckanext.indep.governance.logic import answers, rights
from ckanext.indep.governance.model import ChangeRequest, Condition

__all__ = [
    "indep_checklist_review",
    "indep_checklist_save",
    "indep_condition_list",
    "indep_condition_meet",
    "indep_condition_set",
    "indep_condition_withdraw",
    "indep_request_assign",
    "indep_request_escalate",
    "indep_scan_answer",
]


@tk.auth_sysadmins_check
def indep_condition_set(context: Any, data_dict: Any) -> Any:
    """The data owner, the committee, the privacy reviewer and the custodian set conditions."""
    user, request = _reader(context, data_dict)
    may = rights.is_owner(user, request) or rights.holds(user, *permissions.ADVISING_OFFICES)
    return rights.uninvolved(user, request, may)


@tk.auth_sysadmins_check
def indep_condition_meet(context: Any, data_dict: Any) -> Any:
    """Chair, secretary, privacy reviewer and data owner confirm that a condition is met."""
    user, request, _found = _reader_of_condition(context, data_dict)
    may = rights.is_owner(user, request) or rights.holds(
        user, *permissions.MANAGING_OFFICES, "privacy_reviewer"
    )
    return rights.uninvolved(user, request, may)


@tk.auth_sysadmins_check
def indep_condition_withdraw(context: Any, data_dict: Any) -> Any:
    """Who set a condition may take it back."""
    user, request, condition = _reader_of_condition(context, data_dict)
    return rights.uninvolved(user, request, condition.set_by == user.id)


def indep_condition_list(context: Any, data_dict: Any) -> Any:
    """Who may read a request may read its conditions; without one, each sees his or her own."""
    if data_dict.get("id"):
        tk.check_access("indep_request_show", context, {"id": data_dict["id"]})
    return {"success": True}


@tk.auth_sysadmins_check
def indep_checklist_save(context: Any, data_dict: Any) -> Any:
    """Stewards of the department answer the checklist."""
    user, request = _reader(context, data_dict)
    return rights.answer(rights.is_steward(user, request))


@tk.auth_sysadmins_check
def indep_checklist_review(context: Any, data_dict: Any) -> Any:
    """Who may set conditions may answer the checklist in his or her own way."""
    return indep_condition_set(context, data_dict)


@tk.auth_sysadmins_check
def indep_request_assign(context: Any, data_dict: Any) -> Any:
    """Chair, secretary and data owner say who looks first."""
    user, request = _reader(context, data_dict)
    may = rights.is_owner(user, request) or rights.holds(user, *permissions.MANAGING_OFFICES)
    return rights.uninvolved(user, request, may)


@tk.auth_sysadmins_check
def indep_request_escalate(context: Any, data_dict: Any) -> Any:
    """Chair, secretary and data owner may say that a request does not get on."""
    user, request = _reader(context, data_dict)
    return rights.answer(
        rights.is_owner(user, request) or rights.holds(user, *permissions.MANAGING_OFFICES)
    )


@tk.auth_sysadmins_check
def indep_scan_answer(context: Any, data_dict: Any) -> Any:
    """Privacy reviewer, data owner and committee answer what the scan found."""
    user, request = _reader(context, data_dict)
    may = rights.is_owner(user, request) or rights.holds(
        user, *permissions.VOTING_OFFICES, "privacy_reviewer"
    )
    return rights.uninvolved(user, request, may)


def _reader(context: Any, data_dict: Any) -> tuple[ckan_model.User, ChangeRequest]:
    """Return the person and the request; raises ObjectNotFound where it may not be seen."""
    tk.check_access("indep_request_show", context, data_dict)
    return answers.user_of(context), rights.request_of(data_dict.get("id"))


def _reader_of_condition(
    context: Any, data_dict: Any
) -> tuple[ckan_model.User, ChangeRequest, Condition]:
    """Return the person, the request and its condition.

    A condition of a request that may not be seen is answered as one that is not there.
    """
    missing = tk.ObjectNotFound(tk._("Condition not found"))
    condition = ckan_model.Session.get(Condition, str(data_dict.get("id")))
    if condition is None:
        raise missing
    try:
        user, request = _reader(context, {"id": condition.request_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        raise missing from None
    return user, request, condition
