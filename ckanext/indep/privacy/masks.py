"""Pure: values with most of them hidden, enough to find the place and no more."""

# pyright: strict
from __future__ import annotations

import re

__all__ = ["mask_digits", "mask_email", "mask_words"]

_LONGEST = 40
_WORD = re.compile(r"[^\W_]+")


def mask_digits(text: str, shown: int) -> str:
    """All digits but the last ``shown`` become stars: ``***-**-***9``."""
    hidden = sum(character.isdigit() for character in text) - shown
    masked: list[str] = []
    for character in text:
        if character.isdigit():
            masked.append("*" if hidden > 0 else character)
            hidden -= 1
        else:
            masked.append(character)
    return "".join(masked)[:_LONGEST]


def mask_email(address: str) -> str:
    """The first letters of both parts and the end of the domain: ``j***@e***.com``."""
    local, _, domain = address.partition("@")
    host, _, top = domain.rpartition(".")
    return f"{local[:1]}***@{host[:1]}***.{top}"[:_LONGEST]


def mask_words(text: str) -> str:
    """The first character of each word: ``J*** S***``, ``1*** M*** S***``."""
    return _WORD.sub(lambda word: word.group()[0] + "***", text)[:_LONGEST]
