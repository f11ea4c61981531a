"""The sentences in CKAN's errors, for the pages."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["by_field", "sentences"]


def sentences(messages: Any) -> list[str]:
    """Return all sentences in CKAN's nested errors."""
    if isinstance(messages, dict):
        return [s for value in messages.values() for s in sentences(value)]
    if isinstance(messages, list):
        return [s for value in messages for s in sentences(value)]
    return [str(messages)] if messages else []


def by_field(error: tk.ValidationError) -> list[tuple[str, str]]:
    """Return the sentences of a refusal, each with the field that it is about."""
    return [
        (str(field), sentence)
        for field, messages in (error.error_dict or {}).items()
        for sentence in sentences(messages)
    ]
