"""The difference of two texts, word by word, short enough to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Part", "word_diff"]

WORDS = re.compile(r"\S+\s*|\s+")
LONGEST = 2000
"""Words beyond which two texts are not compared: the time grows with the square."""
AROUND = 12
"""Words that stay around a change; longer stretches that are the same are cut."""
CUT = " … "


@dataclass(frozen=True)
class Part:
    """A stretch of text that is the same in both, removed or added."""

    kind: Literal["same", "removed", "added"]
    text: str


def word_diff(before: str, after: str) -> list[Part]:
    """Return `after` with what was removed and added, unchanged stretches shortened.

    Texts longer than LONGEST words are given whole, the old one and the new one.
    """
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) > LONGEST:
        return [part for part in (Part("removed", before), Part("added", after)) if part.text]
    return list(_shortened(list(_parts(old, new))))


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for operation, i, j, k, m in matcher.get_opcodes():
        if operation == "equal":
            yield Part("same", "".join(old[i:j]))
            continue
        if j > i:
            yield Part("removed", "".join(old[i:j]))
        if m > k:
            yield Part("added", "".join(new[k:m]))


def _shortened(parts: list[Part]) -> Iterator[Part]:
    for number, part in enumerate(parts):
        words = WORDS.findall(part.text)
        if part.kind != "same" or len(words) <= 2 * AROUND:
            yield part
            continue
        start = "" if number == 0 else "".join(words[:AROUND])
        end = "" if number == len(parts) - 1 else "".join(words[-AROUND:])
        yield Part("same", f"{start}{CUT}{end}")
