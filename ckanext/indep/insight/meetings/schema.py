"""What the actions of the calendar and the meetings accept; the rest is read by ``given``."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.indep.insight.meetings.states import ActionState

__all__ = ["ended", "mark", "one", "period"]


@validator_args
def one(not_empty: Validator, natural_number_validator: Validator) -> Schema:
    """``id``: a number."""
    return {"id": [not_empty, natural_number_validator]}


@validator_args
def period(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """``period``: a quarter."""
    return {"period": [not_empty, unicode_safe]}


@validator_args
def ended(
    not_empty: Validator,
    natural_number_validator: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
) -> Schema:
    """``id`` of a meeting and a ``note``."""
    return {
        "id": [not_empty, natural_number_validator],
        "note": [ignore_empty, unicode_safe],
    }


@validator_args
def mark(
    not_empty: Validator,
    natural_number_validator: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
    one_of: ValidatorFactory,
) -> Schema:
    """``id`` of an action, its ``state`` and a ``note``."""
    return {
        "id": [not_empty, natural_number_validator],
        "state": [not_empty, one_of([state.value for state in ActionState])],
        "note": [ignore_empty, unicode_safe],
    }
