"""Validators of text, addresses, numbers and structured text."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey
from ckanext.scheming.validation import scheming_validator

from ckanext.indep.schema import checks
from ckanext.indep.schema.logic.presence import Field, Validator, field_label

__all__ = [
    "indep_bbox",
    "indep_code",
    "indep_email",
    "indep_json_object",
    "indep_number",
    "indep_percent",
    "indep_text",
    "indep_url",
    "indep_urls",
]

_LONGEST_TEXT = 10_000
_MOST_ADDRESSES = 50


@scheming_validator
def indep_text(field: Field, schema: dict[str, Any]) -> Validator:
    """Accept text of at most ``max_length`` characters (10,000 unless the field says)."""
    longest = int(field.get("max_length", _LONGEST_TEXT))

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        value = data.get(key)
        if not isinstance(value, str):
            errors[key].append(tk._("{label} must be text.").format(label=field_label(field)))
            raise tk.StopOnError
        value = value.strip()
        if len(value) > longest:
            errors[key].append(
                tk._("{label} has {length} characters and may have {longest}. Shorten it.").format(
                    label=field_label(field), length=len(value), longest=longest
                )
            )
            raise tk.StopOnError
        data[key] = value

    return validator


def indep_email(value: str) -> str:
    """Accept one e-mail address."""
    if not checks.is_email(value):
        raise tk.Invalid(
            tk._(
                "'{value}' is not an e-mail address. Write one address, like data@example.org."
            ).format(value=value[:100])
        )
    return value


def indep_percent(value: Any) -> str:
    """Accept a number above 0 and at most 100, and keep it as it is written."""
    text = str(value).strip()
    number = checks.number(text)
    if number is None or not 0 < number <= 100:
        raise tk.Invalid(
            tk._("'{value}' is not a percentage. Write a number up to 100, like 20.").format(
                value=text[:100]
            )
        )
    return text


def indep_url(value: str) -> str:
    """Accept one absolute web address."""
    if not checks.is_web_address(value):
        raise tk.Invalid(_not_an_address(value))
    return value


@scheming_validator
def indep_urls(field: Field, schema: dict[str, Any]) -> Validator:
    """Accept up to 50 web addresses, as a list or one on each line; store them as JSON."""

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        addresses = checks.as_list(data.get(key))
        if addresses is None or len(addresses) > _MOST_ADDRESSES:
            errors[key].append(
                tk._("{label} must be up to {most} web addresses, one on each line.").format(
                    label=field_label(field), most=_MOST_ADDRESSES
                )
            )
            raise tk.StopOnError
        wrong = [each for each in addresses if not checks.is_web_address(each)]
        errors[key].extend(_not_an_address(each) for each in wrong)
        if wrong:
            raise tk.StopOnError
        data[key] = json.dumps(addresses)

    return validator


def indep_code(value: str) -> str:
    """Accept a short code of letters, digits, hyphens and underscores."""
    if not checks.is_code(value):
        raise tk.Invalid(
            tk._("'{value}' is not a code. Use letters, digits and hyphens, like CD-01.").format(
                value=value[:100]
            )
        )
    return value


def indep_bbox(value: object) -> str:
    """Accept the edges west, south, east, north in degrees; store them without spaces."""
    edges = checks.bounding_box(value) if isinstance(value, str) else None
    if edges is None:
        raise tk.Invalid(
            tk._(
                "The bounding box must be four numbers in degrees with commas between them: "
                "west, south, east, north. West is less than east, south less than north."
            )
        )
    return ",".join(f"{edge:.6f}".rstrip("0").rstrip(".") for edge in edges)


@scheming_validator
def indep_number(field: Field, schema: dict[str, Any]) -> Validator:
    """Accept a number from ``min`` to ``max`` (a whole one if ``whole``); store it as text."""

    def validator(
        key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
    ) -> None:
        value = data.get(key)
        plain = isinstance(value, (str, int, float)) and not isinstance(value, bool)
        found = checks.number(str(value)) if plain else None
        fits = found is not None and field["min"] <= found <= field["max"]
        if found is None or not fits or (field.get("whole") and found != int(found)):
            sentence = (
                tk._("{label} must be a whole number from {low} to {high}.")
                if field.get("whole")
                else tk._("{label} must be a number from {low} to {high}.")
            )
            errors[key].append(
                sentence.format(label=field_label(field), low=field["min"], high=field["max"])
            )
            raise tk.StopOnError
        data[key] = str(int(found)) if field.get("whole") else str(value).strip()

    return validator


def indep_json_object(value: object) -> str:
    """Accept a JSON object, as text or as an object; store its text."""
    found = checks.json_object(value)
    if found is None:
        raise tk.Invalid(
            tk._("This is not a JSON object. It must start with {{ and end with }}.").format()
        )
    return value if isinstance(value, str) else json.dumps(found)


def _not_an_address(value: str) -> str:
    return tk._("'{value}' is not a web address. Write all of it, starting with https://.").format(
        value=value[:200]
    )
