"""Words that tell which version of the dataset an answer is of."""

from __future__ import annotations

import re

DRAFT = 10**13 - 1
"""The version that never becomes public."""
_WORD = re.compile(r"crashword(\d{13})")


def word(version: int) -> str:
    """Return the word that stands in everything of a version, and nowhere else."""
    return f"crashword{version:013}"


def versions(text: str) -> set[int]:
    """Return the versions of which a text has words."""
    return {int(number) for number in _WORD.findall(text)}


def rows(version: int) -> bytes:
    """Return the file of a version."""
    return b"n,told\n" + b"".join(f"{number},{word(version)}\n".encode() for number in range(40))
