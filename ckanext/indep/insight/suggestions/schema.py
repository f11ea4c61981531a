"""What the actions of suggestions accept."""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args
from ckan.types import Schema, Validator, ValidatorFactory

__all__ = ["decide", "measure", "step", "suggest", "suggestion"]

LONGEST_TITLE = 120
LONGEST_TEXT = 600


def _words(longest: int) -> Callable[[str], str]:
    """A validator for a text of at most so many characters, without control characters."""

    def check(text: str) -> str:
        text = " ".join(text.split())
        if len(text) > longest:
            raise tk.Invalid(tk._("Write at most {number} characters.").format(number=longest))
        if not text.isprintable():
            raise tk.Invalid(tk._("The text has characters that cannot be shown."))
        return text

    return check


@validator_args
def measure(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """``id`` of a measure; without it all that the person may see."""
    return {"id": [ignore_empty, unicode_safe]}


@validator_args
def suggestion(not_empty: Validator, natural_number_validator: Validator) -> Schema:
    """``id`` of a suggestion."""
    return {"id": [not_empty, natural_number_validator]}


@validator_args
def suggest(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """``id`` of a measure, what the chart is called and shows; the specification is read apart."""
    return {
        "id": [not_empty, unicode_safe],
        "title": [not_empty, unicode_safe, _words(LONGEST_TITLE), not_empty],
        "explanation": [not_empty, unicode_safe, _words(LONGEST_TEXT), not_empty],
    }


@validator_args
def step(
    not_empty: Validator,
    natural_number_validator: Validator,
    ignore_missing: Validator,
    unicode_safe: Validator,
) -> Schema:
    """``id`` of a suggestion, and a ``note``."""
    return {
        "id": [not_empty, natural_number_validator],
        "note": [ignore_missing, unicode_safe, _words(LONGEST_TEXT)],
    }


@validator_args
def decide(one_of: ValidatorFactory) -> Schema:
    """A step with its ``decision``."""
    return {**step(), "decision": [one_of(["accept", "decline", "retire"])]}
