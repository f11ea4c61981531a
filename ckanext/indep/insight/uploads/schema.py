"""What the actions on uploads accept."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

__all__ = ["history_check", "history_list", "history_load", "history_show"]


@validator_args
def history_check(
    ignore_missing: Validator, ignore_empty: Validator, unicode_safe: Validator
) -> Schema:
    """A file, a text or rows, and whose measures they are about."""
    return {
        "organization": [ignore_empty, unicode_safe],
        "id": [ignore_empty, unicode_safe],
        "upload": [ignore_missing],
        "text": [ignore_empty, unicode_safe],
        "rows": [ignore_missing],
        "name": [ignore_empty, unicode_safe],
        "reason": [ignore_empty, unicode_safe],
    }


@validator_args
def history_load(
    not_empty: Validator,
    unicode_safe: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
) -> Schema:
    """``id`` of a checked upload, and whether the rows with problems are left out."""
    return {"id": [not_empty, unicode_safe], "good_rows": [default(False), boolean_validator]}


@validator_args
def history_show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """``id`` of an upload."""
    return {"id": [not_empty, unicode_safe]}


@validator_args
def history_list(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """``organization``: a department."""
    return {"organization": [not_empty, unicode_safe]}
