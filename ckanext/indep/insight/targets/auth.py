"""Who may propose targets and baselines, review them and decide."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.indep.insight import rights
from ckanext.indep.insight.targets import book
from ckanext.indep.insight.targets.cases import Case

__all__ = [
    "indep_baseline_propose",
    "indep_target_decide",
    "indep_target_note",
    "indep_target_proposal_list",
    "indep_target_proposal_show",
    "indep_target_propose",
    "indep_target_review",
    "indep_target_withdraw",
]

_ALLOWED: AuthResult = {"success": True}


@tk.auth_sysadmins_check
def indep_target_propose(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Editors and administrators of the measure's department; nobody else in their place."""
    if rights.role_for_measure(context, data_dict.get("id")) in rights.ENTERS:
        return _ALLOWED
    return _no(tk._("Only the department that answers for a measure may propose its targets."))


@tk.auth_sysadmins_check
def indep_baseline_propose(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """As for targets."""
    return indep_target_propose(context, data_dict)


def indep_target_proposal_list(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The measure's department and the performance office; without a measure whoever is signed
    in, as everybody is shown their own."""
    measure_id = data_dict.get("id")
    if not measure_id or rights.is_in_office(context):
        return _ALLOWED
    if rights.role_for_measure(context, measure_id) in rights.ENTERS:
        return _ALLOWED
    return _no(
        tk._("Proposals are for the department of the measure and for the performance office.")
    )


def indep_target_proposal_show(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The measure's department and the performance office."""
    case = _case(data_dict)
    return indep_target_proposal_list(context, {"id": case.measure_id if case else "-"})


def indep_target_note(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Whoever may see the proposal."""
    return indep_target_proposal_show(context, data_dict)


@tk.auth_sysadmins_check
def indep_target_review(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The performance office, except for the person who proposed it."""
    if not rights.is_in_office(context):
        return _no(tk._("Only the performance office may review a proposal."))
    return _not_their_own(context, _case(data_dict))


@tk.auth_sysadmins_check
def indep_target_decide(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The city manager, except for what they proposed themselves."""
    if not rights.is_city_manager(context):
        return _no(tk._("Only the city manager may decide on a target."))
    return _not_their_own(context, _case(data_dict))


@tk.auth_sysadmins_check
def indep_target_withdraw(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """The person who proposed it."""
    case = _case(data_dict)
    if case is not None and case.proposed_by == context.get("user"):
        return _ALLOWED
    return _no(tk._("Only the person who proposed this may withdraw it."))


def _not_their_own(context: Context, case: Case | None) -> AuthResult:
    if case is not None and case.proposed_by == context.get("user"):
        return _no(tk._("Nobody may review or decide on a proposal of their own."))
    return _ALLOWED


def _case(data_dict: dict[str, Any]) -> Case | None:
    try:
        return book.case(int(data_dict.get("id") or 0))
    except (TypeError, ValueError, OverflowError):
        return None


def _no(message: str) -> AuthResult:
    return {"success": False, "msg": message}
