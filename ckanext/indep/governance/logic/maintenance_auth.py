"""Who may attest, and who may read which inbox: everybody only one's own."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.governance.logic import answers, rights

__all__ = [
    "indep_attest",
    "indep_inbox_list",
    "indep_inbox_read",
    "indep_mail_preference_update",
    "indep_review_list",
]


@tk.auth_sysadmins_check
def indep_attest(context: Any, data_dict: Any) -> Any:
    """Stewards and data owners answer for their department's data, nobody else can."""
    package = rights.package_of(context, data_dict.get("id"))
    return {
        "success": rights.is_steward(answers.user_of(context), package),
        "msg": tk._("Only the department that answers for this data can attest it."),
    }


def indep_review_list(context: Any, data_dict: Any) -> Any:
    """Every signed-in person has a list; it holds what that person answers for."""
    return {"success": True}


def indep_inbox_list(context: Any, data_dict: Any) -> Any:
    """Everybody has one's own inbox."""
    return {"success": True}


def indep_inbox_read(context: Any, data_dict: Any) -> Any:
    """Everybody has one's own inbox."""
    return {"success": True}


def indep_mail_preference_update(context: Any, data_dict: Any) -> Any:
    """Everybody chooses for oneself."""
    return {"success": True}
