"""What the actions of targets accept."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

__all__ = ["baseline", "decide", "measure", "proposal", "review", "step", "targets"]


@validator_args
def measure(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """``id`` of a measure; without it all that the person may see."""
    return {"id": [ignore_empty, unicode_safe]}


@validator_args
def targets(not_empty: Validator, ignore_missing: Validator, unicode_safe: Validator) -> Schema:
    """``id`` and ``reason``; the targets themselves are read by ``given``."""
    return {"id": [not_empty, unicode_safe], "reason": [ignore_missing, unicode_safe]}


@validator_args
def baseline(not_empty: Validator, ignore_missing: Validator, unicode_safe: Validator) -> Schema:
    """``id``, and the fields that ``given`` reads."""
    fields = ("first", "last", "value", "being_set", "reason")
    return {
        "id": [not_empty, unicode_safe],
        **{name: [ignore_missing, unicode_safe] for name in fields},
    }


@validator_args
def proposal(not_empty: Validator, natural_number_validator: Validator) -> Schema:
    """``id`` of a proposal."""
    return {"id": [not_empty, natural_number_validator]}


@validator_args
def step(
    not_empty: Validator,
    natural_number_validator: Validator,
    ignore_missing: Validator,
    unicode_safe: Validator,
    boolean_validator: Validator,
    default: ValidatorFactory,
) -> Schema:
    """``id`` of a proposal, ``note``, and whether all of its batch is meant."""
    return {
        "id": [not_empty, natural_number_validator],
        "note": [ignore_missing, unicode_safe],
        "together": [default(False), boolean_validator],
    }


@validator_args
def review(one_of: ValidatorFactory) -> Schema:
    """A step with its ``outcome``."""
    return {**step(), "outcome": [one_of(["recommend", "send_back"])]}


@validator_args
def decide(one_of: ValidatorFactory) -> Schema:
    """A step with its ``decision``."""
    return {**step(), "decision": [one_of(["approve", "decline"])]}
