"""Who may schedule, roll back, retire, break the glass and ratify; who finds staff's data."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance import permissions
from ckanext.indep.governance.logic import answers, rights
from ckanext.indep.governance.model import Publication, Ratification

__all__ = [
    "indep_break_glass",
    "indep_ratification_list",
    "indep_ratification_show",
    "indep_ratification_vote",
    "indep_request_schedule",
    "indep_request_unschedule",
    "indep_retire",
    "indep_roll_back",
    "indep_staff_data_search",
]


@tk.auth_sysadmins_check
def indep_request_schedule(context: Any, data_dict: Any) -> Any:
    """The data owner, the chair and the secretary say when it is released."""
    tk.check_access("indep_request_show", context, data_dict)
    request = rights.request_of(data_dict.get("id"))
    user = answers.user_of(context)
    return rights.answer(
        rights.is_owner(user, request) or rights.holds(user, *permissions.MANAGING_OFFICES)
    )


@tk.auth_sysadmins_check
def indep_request_unschedule(context: Any, data_dict: Any) -> Any:
    """As for scheduling."""
    return indep_request_schedule(context, data_dict)


@tk.auth_sysadmins_check
def indep_roll_back(context: Any, data_dict: Any) -> Any:
    """Stewards and the owner of the department may propose it; others decide."""
    package = _released(context, data_dict)
    return rights.answer(rights.is_steward(answers.user_of(context), package))


@tk.auth_sysadmins_check
def indep_retire(context: Any, data_dict: Any) -> Any:
    """As for rolling back."""
    return indep_roll_back(context, data_dict)


def indep_break_glass(context: Any, data_dict: Any) -> Any:
    """Only sysadmins break the glass; who may not read the request is not told that it exists."""
    tk.check_access("indep_request_show", context, data_dict)
    return {"success": False, "msg": tk._("Only an administrator may break the glass.")}


def indep_ratification_list(context: Any, data_dict: Any) -> Any:
    """Who reviews sees what the committee has to ratify."""
    return rights.by_office(context, *permissions.REVIEWING_OFFICES)


def indep_ratification_show(context: Any, data_dict: Any) -> Any:
    """As for the list, and the owner of the department, and who did it."""
    found = ckan_model.Session.get(Ratification, str(data_dict.get("id")))
    user = answers.user_of(context)
    package = ckan_model.Session.get(ckan_model.Package, found.package_id) if found else None
    allowed = found is not None and (
        user.id == found.opened_by
        or rights.holds(user, *permissions.REVIEWING_OFFICES)
        or (package is not None and rights.is_owner(user, package))
    )
    if not allowed and not (found and user.sysadmin):
        raise tk.ObjectNotFound(tk._("Ratification not found"))
    return {"success": True}


@tk.auth_sysadmins_check
def indep_ratification_vote(context: Any, data_dict: Any) -> Any:
    """Members of the committee vote, but not on an act of their own."""
    tk.check_access("indep_ratification_show", context, data_dict)
    found = rights.ratification_of(data_dict.get("id"))
    user = answers.user_of(context)
    return rights.answer(user.id in found.electorate and user.id in permissions.voters())


def indep_staff_data_search(context: Any, data_dict: Any) -> Any:
    """Everyone who works for the city; an account alone is not enough."""
    user = answers.user_of(context)
    return {
        "success": permissions.is_employee(user.id),
        "msg": tk._("This is for the city's staff. Ask your department to add your account."),
    }


def _released(context: Any, data_dict: Any) -> ckan_model.Package:
    """Return the package, if it is or was released and the user may know of it."""
    package = rights.package_of(context, data_dict.get("id"))
    if ckan_model.Session.get(Publication, package.id) is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return package
