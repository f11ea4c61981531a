"""Pure: cells as text, made alike before they are looked at."""

# pyright: strict
from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["alike", "is_wordy", "stands_within"]

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63\uff0d"
_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
)
_ALIKE = (
    dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(map(ord, _SPACES), " ")
    | {0xFF10 + digit: str(digit) for digit in range(10)}
    | {0xFF20: "@", 0xFF0E: ".", 0x2019: "'"}
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LOOKED_AT = 200
_SENTENCE_WORDS = 4
_WORDY_SHARE = 0.3


def alike(text: str) -> str:
    """The text with one spelling of dashes, spaces and digits; its length stays the same."""
    return text if text.isascii() else text.translate(_ALIKE)


def stands_within(value: str, start: int, end: int) -> bool:
    """Whether at least two words stand beside a part of a cell: it is told in a sentence."""
    before = value[max(0, start - _LOOKED_AT) : start]
    after = value[end : end + _LOOKED_AT]
    return len(_WORD.findall(before)) + len(_WORD.findall(after)) >= 2


def is_wordy(values: Sequence[str]) -> bool:
    """Whether many of the values are sentences or close to it, of four words or more."""
    sentences = sum(
        len(_WORD.findall(value[: 2 * _LOOKED_AT])) >= _SENTENCE_WORDS for value in values
    )
    return bool(values) and sentences / len(values) >= _WORDY_SHARE
