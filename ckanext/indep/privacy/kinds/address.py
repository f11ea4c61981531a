"""Street addresses of the United States: a house number, a name, and a kind of street.

An address of an event is not personal by itself; an address of somebody's home is. The heading
tells the two apart at best, so a person has to look.
"""

from __future__ import annotations

import re

from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.kinds.registry import Detector, register
from ckanext.indep.privacy.marks import Column, Confidence, Mark, Part, Tally, Verdict
from ckanext.indep.privacy.masks import mask_words
from ckanext.indep.privacy.text import stands_within
from ckanext.indep.tabular.notes import Note

__all__ = ["Address"]

_NAMES = ("address", "addr", "street", "residence", "domicile", "direccion", "location", "mailing")
_HOMES = (
    "applicant", "complainant", "customer", "employee", "home", "mailing", "owner", "patient",
    "payer", "resident", "residence", "student", "tenant", "victim", "witness",
)  # fmt: skip
_DIRECTION = r"(?:[NSEW]|NE|NW|SE|SW|North|South|East|West|Northeast|Northwest|Southeast|Southwest)"
_KIND = (
    r"(?:Alley|Aly|Ave|Avenue|Blvd|Boulevard|Cir|Circle|Court|Cove|Crescent|Crossing|Ct|Dr|Drive"
    r"|Expressway|Hwy|Highway|Lane|Ln|Loop|Parkway|Path|Pike|Pkwy|Pl|Place|Plaza|Rd|Road|Row|Run"
    r"|Sq|Square|St|Street|Ter|Terr|Terrace|Trace|Trail|Trl|Trfy|Trafficway|Way)"
)
_ADDRESS = re.compile(
    r"(?<![\w/.\-$#:])(?:"
    r"\d{1,6}(?:-\d{1,4}|[A-Z]|\s1/2)?\s(?:BLK\s)?"
    rf"(?:(?:{_DIRECTION}\.?\s)?(?P<name>(?:[^\W_][\w'.\-]{{0,24}}\s){{1,4}}?){_KIND}"
    rf"|(?:{_DIRECTION}\.?\s)?(?:U\.?S\.?\s|State\s|County\s|MO\s|Old\s)?"
    r"(?:Highway|Hwy|Route|Rte|Road)\s\w{1,4}"
    r"|(?:Avenue|Ave)\s[A-Z])"
    r"|P\.?\s?O\.?\s?Box\s\d{1,6})(?![\w'])",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"^\d{1,6}[A-Z]?\s[^\W\d_][\w'. \-]{2,60}", re.IGNORECASE)
_LOOSE_CLUE = re.compile(rf"{_ADDRESS.pattern}|^\d{{1,6}}[A-Z]?\s[^\W\d_]", re.I | re.M)
_NOT_IN_NAMES = frozenset(
    {"a", "along", "and", "are", "at", "between", "block", "by", "feet", "for", "from", "ft", "in",
     "is", "miles", "minutes", "near", "new", "of", "on", "or", "the", "to", "was", "were", "with"}
)  # fmt: skip
_STREETS_SHARE = 0.3


@register("address")
class Address(Detector):
    """Any cell in free text counts; a column counts if a good part of it are addresses."""

    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        return _LOOSE_CLUE if heading.says(_NAMES) else _ADDRESS

    def look(self, value: str, heading: Heading) -> Mark | None:
        for found in _ADDRESS.finditer(value):
            # A line that is an address from its first character may be written in any case.
            if _is_street_name(found["name"], anyhow=found.start() == 0):
                within = found.start() > 0 and stands_within(value, *found.span())
                return Mark("address", found.group(), within)
        loose = _LOOSE.match(value) if heading.says(_NAMES) else None
        if loose is not None and not stands_within(value, *loose.span()):
            return Mark("loose", loose.group())
        return None

    def mask(self, text: str) -> str:
        return mask_words(text)

    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        bare, within = tally.bare.cells, tally.within.cells
        if bare / column.filled >= _STREETS_SHARE:
            if column.heading.says(_HOMES):
                return Verdict(Confidence.HIGH, Note("home_addresses", {"cells": bare + within}))
            return Verdict(Confidence.MEDIUM, Note("addresses", {"cells": bare + within}))
        strict = tally.tags["address"]
        if column.wordy and strict:
            return Verdict(Confidence.MEDIUM, Note("in_sentences", {"cells": bare + within}))
        if within:
            return Verdict(Confidence.MEDIUM, Note("in_sentences", {"cells": within}), Part.WITHIN)
        return None


def _is_street_name(name: str | None, anyhow: bool) -> bool:
    """Whether the words between number and kind are a name, not the middle of a sentence."""
    if name is None:
        return True
    parts = name.split()
    if any(part.lower() in _NOT_IN_NAMES for part in parts):
        return False
    return anyhow or all(part[0].isupper() or part[0].isdigit() for part in parts)
