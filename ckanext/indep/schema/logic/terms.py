"""Validators of controlled terms."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.indep.schema import checks, vocabularies
from ckanext.indep.schema.logic.presence import Field, Validator, field_label

__all__ = ["indep_term", "indep_terms"]


@scheming_validator
def indep_term(field: Field, schema: dict[str, Any]) -> Validator:
    """Accept one term of the field's vocabulary."""

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        value = data.get(key)
        if value not in vocabularies.values(field["vocabulary"]):
            errors[key].append(_unknown(field, value))
            raise tk.StopOnError

    return validator


@scheming_validator
def indep_terms(field: Field, schema: dict[str, Any]) -> Validator:
    """Accept several terms of the field's vocabulary; store them as JSON in its order.

    A list, the JSON text of a list and a single term are all understood.
    """

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        known = vocabularies.values(field["vocabulary"])
        chosen = checks.as_list(data.get(key))
        if chosen is None:
            errors[key].append(
                tk._("{label} must be a list of terms.").format(label=field_label(field))
            )
            raise tk.StopOnError
        unknown = [value for value in chosen if value not in known]
        errors[key].extend(_unknown(field, value) for value in unknown)
        if unknown:
            raise tk.StopOnError
        data[key] = json.dumps([value for value in known if value in chosen])

    return validator


def _unknown(field: Field, value: object) -> str:
    return tk._("'{value}' is not a term of the list {label}. Choose one of: {terms}.").format(
        value=str(value)[:100],
        label=field_label(field),
        terms=", ".join(vocabularies.values(field["vocabulary"])),
    )
