"""What the actions of the review accept: conditions, checklist, assignment, offices."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.logic.schema import validator_args

__all__ = [
    "appointment_end",
    "appointments",
    "assignment",
    "checklist",
    "condition",
    "conditions",
    "delegation",
    "mark",
    "submission",
]


def _answers(value: Any) -> dict[str, str]:
    """Validate answers: a mapping of question ids to words, or that as JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise tk.Invalid(tk._("Write the answers as a JSON object.")) from error
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise tk.Invalid(tk._("Give the answers as pairs of question and answer."))
    return {str(key): text for key, text in value.items()}


@validator_args
def condition(not_empty: Any, unicode_safe: Any, one_of: Any, ignore_empty: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "text": [not_empty, unicode_safe],
        "kind": [not_empty, unicode_safe, one_of(["blocking", "due"])],
        "due_on": [ignore_empty, unicode_safe],
    }


@validator_args
def conditions(ignore_empty: Any, unicode_safe: Any) -> Any:
    return {"id": [ignore_empty, unicode_safe]}


@validator_args
def mark(not_empty: Any, unicode_safe: Any, default: Any) -> Any:
    return {"id": [not_empty, unicode_safe], "note": [default(""), unicode_safe]}


@validator_args
def checklist(not_empty: Any, unicode_safe: Any, default: Any, ignore_missing: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "checklist": [default({}), _answers],
        "mitigation": [ignore_missing, unicode_safe],
    }


@validator_args
def submission(not_empty: Any, unicode_safe: Any, default: Any, ignore_missing: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "checklist": [default({}), _answers],
        "mitigation": [ignore_missing, unicode_safe],
    }


@validator_args
def assignment(not_empty: Any, unicode_safe: Any, ignore_empty: Any) -> Any:
    return {"id": [not_empty, unicode_safe], "user": [ignore_empty, unicode_safe]}


@validator_args
def delegation(not_empty: Any, unicode_safe: Any, default: Any, ignore_empty: Any) -> Any:
    return {
        "to": [not_empty, unicode_safe],
        "starts_on": [ignore_empty, unicode_safe],
        "ends_on": [not_empty, unicode_safe],
        "reason": [default(""), unicode_safe],
    }


@validator_args
def appointment_end(not_empty: Any, unicode_safe: Any, default: Any, ignore_empty: Any) -> Any:
    return {
        "id": [not_empty, unicode_safe],
        "ends_on": [ignore_empty, unicode_safe],
        "reason": [default(""), unicode_safe],
    }


@validator_args
def appointments(ignore_missing: Any, boolean_validator: Any) -> Any:
    return {"past": [ignore_missing, boolean_validator]}
