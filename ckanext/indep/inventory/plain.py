"""Texts that people send: cleaned, and what is wrong with them. Pure.

PostgreSQL stores neither null characters nor halves of surrogate pairs, and a single line must
hold no line break, which mails and tables would stumble over.
"""

from __future__ import annotations

import re

__all__ = ["FORMULA", "cell", "has_unstorable", "line", "paragraphs", "uncell"]

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for a formula when a cell begins with it."""


def has_unstorable(text: str) -> bool:
    """Whether a text holds control characters or halves of characters."""
    return bool(_UNSTORABLE.search(text))


def line(text: str) -> str:
    """The text on one line, without space around it."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """The text with its line breaks as they are stored, without space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def cell(value: object) -> str:
    """A value for a CSV file, so that a spreadsheet shows it and runs nothing."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def uncell(text: str) -> str:
    """Take back what `cell` did, so that an export can be imported again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
