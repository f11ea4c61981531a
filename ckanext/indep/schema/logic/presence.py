"""Validators that say which fields must be filled in, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.indep.schema import checks

__all__ = ["field_label", "indep_keywords", "indep_required", "indep_required_to_submit"]

Validator = Callable[[FlattenKey, FlattenDataDict, FlattenErrorDict, Context], None]
Field = dict[str, Any]


def field_label(field: Field) -> str:
    """The field's label in the language of the visitor."""
    return tk._(str(field.get("label") or field["field_name"]))


def is_blank(value: object) -> bool:
    """Whether the value is absent in CKAN's sense or empty in the city's."""
    return value is tk.missing or checks.is_empty(value)


@scheming_validator
def indep_required(field: Field, schema: dict[str, Any]) -> Validator:
    """Refuse an empty value always, in drafts too."""

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        if is_blank(data.get(key)):
            errors[key].append(
                tk._("{label} is missing. Fill it in to save.").format(label=field_label(field))
            )
            raise tk.StopOnError

    return validator


@scheming_validator
def indep_required_to_submit(field: Field, schema: dict[str, Any]) -> Validator:
    """Drop an empty value; refuse it if the context says ``indep_complete``.

    The keys ``required_to_submit``, ``required_to_submit_if`` and
    ``required_to_submit_unless`` of the field say whether it is needed then.
    """

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        if not is_blank(data.get(key)):
            return
        if context.get("indep_complete") and _is_needed(field, key, data):
            errors[key].append(_needed(field))
        data.pop(key, None)
        raise tk.StopOnError

    return validator


@scheming_validator
def indep_keywords(field: Field, schema: dict[str, Any]) -> Validator:
    """Ask for a keyword, as text or as tags, under the same rule as other fields."""

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        value = data.get(key)
        if value is not tk.missing and not isinstance(value, (str, type(None))):
            errors[key].append(
                tk._("{label} must be text with commas between the words.").format(
                    label=field_label(field)
                )
            )
            raise tk.StopOnError
        tagged = any(each[0] == "tags" and each[-1] == "name" for each in data)
        needed = context.get("indep_complete") and _is_needed(field, key, data)
        if needed and not tagged and is_blank(value):
            errors[key].append(_needed(field))
            raise tk.StopOnError

    return validator


def _is_needed(field: Field, key: FlattenKey, data: FlattenDataDict) -> bool:
    if field.get("required_to_submit"):
        return True
    when, unless = field.get("required_to_submit_if"), field.get("required_to_submit_unless")
    if when:
        return data.get((*key[:-1], when["field"])) == when["is"]
    if unless:
        return data.get((*key[:-1], unless["field"])) != unless["is"]
    return False


def _needed(field: Field) -> str:
    return tk._("{label} is needed before you submit. Fill it in.").format(label=field_label(field))
