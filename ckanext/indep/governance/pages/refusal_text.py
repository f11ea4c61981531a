"""The sentences in CKAN's errors, for the pages."""

from __future__ import annotations

from typing import Any

__all__ = ["sentences"]


def sentences(messages: Any) -> list[str]:
    """Return all sentences in CKAN's nested errors."""
    if isinstance(messages, dict):
        return [s for value in messages.values() for s in sentences(value)]
    if isinstance(messages, list):
        return [s for value in messages for s in sentences(value)]
    return [str(messages)] if messages else []
