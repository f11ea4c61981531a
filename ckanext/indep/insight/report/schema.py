"""What the actions of the reports accept."""

from __future__ import annotations

from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator

__all__ = ["quarter"]


@validator_args
def quarter(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """``period``: a published quarter."""
    return {"period": [not_empty, unicode_safe]}
