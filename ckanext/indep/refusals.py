"""What actions refuse, as sentences for the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["Refusals", "by_field", "refusals_of", "sentences"]

Refusals = list[tuple[str, str]]
"""Each with the field that it is about, an empty one where it is about none."""


def refusals_of(call: Callable[[], Any]) -> Refusals:
    """Call an action and return its refusals, none where it worked."""
    try:
        call()
    except tk.ValidationError as error:
        return by_field(error.error_dict)
    except tk.NotAuthorized as error:
        return [("", str(error) or tk._("You may not do this."))]
    return []


def by_field(errors: Mapping[str, Any]) -> Refusals:
    """Return the sentences in CKAN's errors, each with its field."""
    return [
        (str(field), sentence)
        for field, messages in errors.items()
        for sentence in sentences(messages)
    ]


def sentences(messages: Any) -> list[str]:
    """Return all sentences in CKAN's errors, however deep it nested them."""
    if isinstance(messages, dict):
        return [s for value in messages.values() for s in sentences(value)]
    if isinstance(messages, list):
        return [s for value in messages for s in sentences(value)]
    return [str(messages)] if messages else []
