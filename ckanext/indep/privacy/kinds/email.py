"""E-mail addresses, those with "at" and "dot" spelled out in the usual ways included."""

from __future__ import annotations

import re

from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.kinds.registry import Detector, register
from ckanext.indep.privacy.marks import Column, Confidence, Mark, Tally, Verdict
from ckanext.indep.privacy.masks import mask_email
from ckanext.indep.privacy.text import stands_within
from ckanext.indep.tabular.notes import Note

__all__ = ["Email"]

_CLUE = re.compile(
    r"@|[\[({<] ?at ?[\])}>]|\w[ \-_]at[ \-_]\w+[ \-_]dot[ \-_](?:com|org|net|gov|edu|us)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?<![\w.%+\-])([\w%+\-][\w.%+\-]{0,63})@((?:[^\W_](?:[\w\-]{0,61}[^\W_])?\.){1,8}"
    r"[^\W\d_]{2,24})(?![\w@])"
)
_SPELLED = re.compile(
    r"(?<![\w.%+\-])([\w%+][\w.%+\-]{0,63}?)"
    r"(?: ?[\[({<] ?(?:at|@) ?[\])}>] ?|[ \-_]at[ \-_])"
    r"([^\W_]{1,63})(?: ?[\[({<] ?(?:dot|\.) ?[\])}>] ?|[ \-_]dot[ \-_]|\.)([^\W\d_]{2,24})(?!\w)",
    re.IGNORECASE,
)
_DOT = re.compile(r"[ \-_]dot[ \-_]", re.IGNORECASE)
_NO_DOMAINS = frozenset(
    {"css", "gif", "htm", "html", "ico", "jpeg", "jpg", "js", "pdf", "png", "svg"}
)


@register("email")
class Email(Detector):
    """Hardly anything else looks like one, so a single cell is a finding."""

    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        return _CLUE

    def look(self, value: str, heading: Heading) -> Mark | None:
        found = _ADDRESS.search(value)
        if found is not None and found[2].rpartition(".")[2].lower() not in _NO_DOMAINS:
            within = stands_within(value, *found.span())
            return Mark("plain", found.group(), within)
        found = _SPELLED.search(value) if _CLUE.search(value) else None
        if found is None or not _is_disguised(found.group()):
            return None
        within = stands_within(value, *found.span())
        return Mark("spelled", f"{found[1]}@{found[2]}.{found[3]}", within)

    def mask(self, text: str) -> str:
        return mask_email(text)

    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        found = tally.bare.cells + tally.within.cells
        if not found:
            return None
        spelled = tally.tags["spelled"]
        confidence = Confidence.MEDIUM if spelled == found else Confidence.HIGH
        return Verdict(confidence, Note("email_cells", {"cells": found}))


def _is_disguised(text: str) -> bool:
    """Whether brackets or "dot" show that an address is meant: "meet at example.com" is none."""
    return any(bracket in text for bracket in "[({<") or _DOT.search(text) is not None
