"""Texts that people send: cleaned, and what is wrong with them. Pure.

PostgreSQL stores neither null characters nor halves of surrogate pairs, and a single line must
hold no line break, which mails and tables would stumble over.
"""

from __future__ import annotations

import re

__all__ = ["has_unstorable", "line", "paragraphs"]

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def has_unstorable(text: str) -> bool:
    """Whether a text holds control characters or halves of characters."""
    return bool(_UNSTORABLE.search(text))


def line(text: str) -> str:
    """The text on one line, without space around it."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """The text with its line breaks as they are stored, without space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
