"""What the actions accept."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.indep.insight.history import STATES

__all__ = ["cycle_publish", "cycle_show", "measure_show", "observation_record", "target_set"]


@validator_args
def measure_show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """``id``: name or id of a measure."""
    return {"id": [not_empty, unicode_safe]}


@validator_args
def observation_record(
    not_empty: Validator,
    ignore_empty: Validator,
    unicode_safe: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
    one_of: ValidatorFactory,
) -> Schema:
    """A result of one period; numbers as JSON numbers or text."""
    number = [ignore_empty, unicode_safe]
    return {
        "id": [not_empty, unicode_safe],
        "period": [not_empty, unicode_safe],
        "value": number,
        "numerator": number,
        "denominator": number,
        "margin": number,
        "state": [default("reported"), one_of(list(STATES))],
        "provisional": [default(False), boolean_validator],
        "source": [ignore_empty, unicode_safe],
        "reason": [ignore_empty, unicode_safe],
        "comment": [ignore_empty, unicode_safe],
    }


@validator_args
def target_set(not_empty: Validator, ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """A target of one period or fiscal year, with the reason that the public reads."""
    number = [ignore_empty, unicode_safe]
    return {
        "id": [not_empty, unicode_safe],
        "period": [not_empty, unicode_safe],
        "target": number,
        "target_low": number,
        "target_high": number,
        "reason": [not_empty, unicode_safe],
    }


@validator_args
def cycle_publish(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """``period``: a quarter."""
    return {"period": [not_empty, unicode_safe]}


@validator_args
def cycle_show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """``period``: a quarter."""
    return {"period": [not_empty, unicode_safe]}
