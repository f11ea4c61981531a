"""What the actions of release and its way back accept."""

from __future__ import annotations

from typing import Any

from ckan.logic.schema import validator_args

from ckanext.indep.governance.logic.schema import natural_number

__all__ = ["ratification_list", "ratification_vote", "roll_back", "schedule", "staff_search"]


@validator_args
def schedule(not_empty: Any, unicode_safe: Any) -> Any:
    return {"id": [not_empty, unicode_safe], "release_on": [not_empty, unicode_safe]}


@validator_args
def roll_back(not_empty: Any, unicode_safe: Any, default: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "version": [not_empty, natural_number],
        "reason": [default(""), unicode_safe],
    }


@validator_args
def ratification_list(ignore_empty: Any, unicode_safe: Any, one_of: Any) -> Any:
    return {"which": [ignore_empty, unicode_safe, one_of(["open", "all"])]}


@validator_args
def ratification_vote(not_empty: Any, unicode_safe: Any, default: Any, one_of: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "ballot": [not_empty, unicode_safe, one_of(["for", "against", "abstain", "recuse"])],
        "reason": [default(""), unicode_safe],
    }


@validator_args
def staff_search(ignore_empty: Any, unicode_safe: Any) -> Any:
    return {
        "q": [ignore_empty, unicode_safe],
        "department": [ignore_empty, unicode_safe],
        "start": [ignore_empty, natural_number],
        "rows": [ignore_empty, natural_number],
    }
