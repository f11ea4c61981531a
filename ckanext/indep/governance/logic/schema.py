"""What the actions of governance accept."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args

from ckanext.indep.governance import permissions
from ckanext.indep.governance.logic.lists import LISTS

__all__ = [
    "appointment",
    "decision",
    "listing",
    "natural_number",
    "preview",
    "reason",
    "rebase",
    "request_id",
    "vote",
]


LARGEST = 2**62
"""What is larger is no number of anything here; PostgreSQL could not compare with it."""


def natural_number(value: Any) -> int:
    """Accept a whole number from 0, as a number or as its digits; at most LARGEST comes out.

    CKAN's own validator lets lists and nothing through to a comparison, which then fails.
    """
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or len(text) > 40:
        raise tk.Invalid(tk._("Write a whole number."))
    return min(int(text), LARGEST)


@validator_args
def request_id(not_empty: Any, unicode_safe: Any) -> Any:
    return {"id": [not_empty, unicode_safe]}


@validator_args
def listing(ignore_empty: Any, unicode_safe: Any, one_of: Any, default: Any) -> Any:
    return {
        "which": [ignore_empty, unicode_safe, one_of(list(LISTS))],
        "start": [default(0), natural_number],
        "rows": [default(200), natural_number],
    }


@validator_args
def reason(not_empty: Any, unicode_safe: Any, default: Any) -> Any:
    return {"id": [not_empty, unicode_safe], "reason": [default(""), unicode_safe]}


@validator_args
def decision(not_empty: Any, unicode_safe: Any, default: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "revision_id": [not_empty, unicode_safe],
        "reason": [default(""), unicode_safe],
    }


@validator_args
def vote(not_empty: Any, unicode_safe: Any, one_of: Any, ignore_empty: Any) -> Any:
    return {
        **decision(),
        "ballot": [not_empty, unicode_safe, one_of(["for", "against", "abstain", "recuse"])],
        "on_behalf_of": [ignore_empty, unicode_safe],
    }


@validator_args
def appointment(not_empty: Any, unicode_safe: Any, one_of: Any, ignore_empty: Any) -> Any:
    return {
        "user": [not_empty, unicode_safe],
        "office": [
            not_empty,
            unicode_safe,
            one_of(list(permissions.OFFICES)),
        ],
        "starts_on": [ignore_empty, unicode_safe],
        "ends_on": [ignore_empty, unicode_safe],
    }


@validator_args
def rebase(not_empty: Any, unicode_safe: Any, ignore_missing: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "seen": [not_empty, unicode_safe],
        "choices": [ignore_missing],
    }


@validator_args
def preview(not_empty: Any, unicode_safe: Any, default: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "resource_id": [not_empty, unicode_safe],
        "q": [default(""), unicode_safe],
        "offset": [default(0), natural_number],
    }
