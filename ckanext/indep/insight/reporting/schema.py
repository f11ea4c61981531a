"""What the actions of reporting accept."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator

__all__ = ["department_quarter", "quarter_only", "sign_off"]


@validator_args
def quarter_only(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """``period``: a quarter; the one that is being reported where it is left out."""
    return {"period": [ignore_empty, unicode_safe]}


@validator_args
def department_quarter(
    not_empty: Validator, ignore_empty: Validator, unicode_safe: Validator
) -> Schema:
    """``department`` and ``period``."""
    return {
        "department": [not_empty, unicode_safe],
        "period": [ignore_empty, unicode_safe],
    }


@validator_args
def sign_off(not_empty: Validator, ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """``department``, ``period`` and a ``note``."""
    return {
        "department": [not_empty, unicode_safe],
        "period": [ignore_empty, unicode_safe],
        "note": [ignore_empty, unicode_safe],
    }
