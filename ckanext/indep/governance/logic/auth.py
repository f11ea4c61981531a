"""Who may use which action of governance. Decisions ask sysadmins for the same right."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance import permissions, requests
from ckanext.indep.governance.approving import ballots
from ckanext.indep.governance.approving.votes import Ballot
from ckanext.indep.governance.logic import answers, rights
from ckanext.indep.governance.model import Publication
from ckanext.indep.governance.states import EDITABLE, State

__all__ = [
    "indep_appointment_create",
    "indep_policy_show",
    "indep_publication_history",
    "indep_request_changes",
    "indep_request_comment",
    "indep_request_decide",
    "indep_request_decline",
    "indep_request_list",
    "indep_request_open",
    "indep_request_release",
    "indep_request_show",
    "indep_request_submit",
    "indep_request_vote",
    "indep_request_withdraw",
    "indep_take_down",
]


@tk.auth_allow_anonymous_access
def indep_policy_show(context: Any, data_dict: Any) -> Any:
    """Everybody may read the policy."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def indep_publication_history(context: Any, data_dict: Any) -> Any:
    """Who may see the package may see when it was released and by which request."""
    return tk.check_access("package_show", context, data_dict) and {"success": True}


def indep_request_open(context: Any, data_dict: Any) -> Any:
    """Stewards of the department may propose changes to what it published."""
    package = rights.package_of(context, data_dict.get("id"))
    return rights.answer(rights.is_steward(answers.user_of(context), package))


def indep_request_list(context: Any, data_dict: Any) -> Any:
    """Every signed-in person has a list; it holds what that person may see."""
    return {"success": True}


def indep_request_show(context: Any, data_dict: Any) -> Any:
    """Contributors, data owner, auditor, and once submitted the reviewers, read a request."""
    user = answers.user_of(context)
    request = rights.request_of(data_dict.get("id"))
    allowed = (
        user.sysadmin
        or user.id in requests.contributors(request.id)
        or rights.is_owner(user, request)
        or rights.holds(user, "auditor")
        or (
            State(request.state) not in EDITABLE
            and rights.holds(user, *permissions.REVIEWING_OFFICES)
        )
    )
    if not allowed:
        raise tk.ObjectNotFound(tk._("Request not found"))
    return {"success": True}


def indep_request_submit(context: Any, data_dict: Any) -> Any:
    """Stewards of the department who worked on it, and the data owner, may submit.

    A colleague's draft is as hidden from other stewards as from everybody else.
    """
    return _steward(context, data_dict)


def indep_request_withdraw(context: Any, data_dict: Any) -> Any:
    """As for submitting."""
    return _steward(context, data_dict)


@tk.auth_sysadmins_check
def indep_request_decide(context: Any, data_dict: Any) -> Any:
    """Only the data owner approves for the department, and not of own work."""
    tk.check_access("indep_request_show", context, data_dict)
    request = rights.request_of(data_dict.get("id"))
    user = answers.user_of(context)
    return rights.uninvolved(user, request, rights.is_owner(user, request))


@tk.auth_sysadmins_check
def indep_request_decline(context: Any, data_dict: Any) -> Any:
    """As for approving."""
    return indep_request_decide(context, data_dict)


@tk.auth_sysadmins_check
def indep_request_vote(context: Any, data_dict: Any) -> Any:
    """Only members of the committee vote, and not on own work."""
    tk.check_access("indep_request_show", context, data_dict)
    request = rights.request_of(data_dict.get("id"))
    user = answers.user_of(context)
    if user.id in requests.contributors(request.id):
        return {
            "success": False,
            "msg": tk._("You worked on this request, so you have no vote on it."),
        }
    if user.id not in request.snapshot.get("electorate", [user.id]):
        return {
            "success": False,
            "msg": tk._("Only those who were members when this was submitted have a vote on it."),
        }
    if request.revision_id and ballots.of(request).get(user.id) is Ballot.RECUSE:
        return {
            "success": False,
            "msg": tk._("You have recused yourself from this request."),
        }
    return rights.answer(rights.holds(user, *permissions.VOTING_OFFICES))


@tk.auth_sysadmins_check
def indep_request_changes(context: Any, data_dict: Any) -> Any:
    """Data owner and reviewers may ask for changes; the steward may take it back."""
    tk.check_access("indep_request_show", context, data_dict)
    request = rights.request_of(data_dict.get("id"))
    user = answers.user_of(context)
    return rights.answer(
        rights.is_steward(user, request) or rights.holds(user, *permissions.ADVISING_OFFICES)
    )


def indep_request_comment(context: Any, data_dict: Any) -> Any:
    """Who may read a request may take part in its discussion, but for the auditor."""
    tk.check_access("indep_request_show", context, data_dict)
    request = rights.request_of(data_dict.get("id"))
    user = answers.user_of(context)
    return rights.answer(
        user.id in requests.contributors(request.id)
        or rights.is_steward(user, request)
        or bool(permissions.offices(user.id) - {"auditor"})
    )


@tk.auth_sysadmins_check
def indep_request_release(context: Any, data_dict: Any) -> Any:
    """An approved request may be released by its stewards, the committee and its secretary."""
    tk.check_access("indep_request_show", context, data_dict)
    request = rights.request_of(data_dict.get("id"))
    user = answers.user_of(context)
    return rights.answer(
        rights.is_steward(user, request)
        or rights.holds(user, *permissions.VOTING_OFFICES, "secretary")
    )


def indep_take_down(context: Any, data_dict: Any) -> Any:
    """The data owner and the committee's members may hide something at once."""
    package = rights.package_of(context, data_dict.get("id"))
    if ckan_model.Session.get(Publication, package.id) is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    user = answers.user_of(context)
    return rights.answer(
        rights.is_owner(user, package) or rights.holds(user, *permissions.VOTING_OFFICES)
    )


def indep_appointment_create(context: Any, data_dict: Any) -> Any:
    """Only sysadmins record appointments."""
    return {"success": False}


def _steward(context: Any, data_dict: Any) -> Any:
    tk.check_access("indep_request_show", context, data_dict)
    request = rights.request_of(data_dict.get("id"))
    return rights.answer(rights.is_steward(answers.user_of(context), request))
