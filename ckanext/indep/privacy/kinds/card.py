"""Numbers of payment cards: the issuer's first digits, its length, and the Luhn check digit.

First digits and lengths are those that the networks publish (ISO/IEC 7812 numbering): Visa 4,
Mastercard 51-55 and 2221-2720, American Express 34 and 37, Discover 6011, 644-649 and 65,
Diners Club 300-305, 36, 38 and 39, JCB 3528-3589.
"""

from __future__ import annotations

import re

from stdnum import luhn

from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.kinds.registry import Detector, register
from ckanext.indep.privacy.marks import Column, Confidence, Mark, Tally, Verdict
from ckanext.indep.privacy.masks import mask_digits
from ckanext.indep.privacy.text import stands_within
from ckanext.indep.tabular.notes import Note

__all__ = ["Card"]

_NUMBER = re.compile(
    r"(?<![\w.\-])(?:"
    r"(?P<grouped>\d{4}(?P<gap>[ \-])\d{4}(?P=gap)\d{4}(?P=gap)\d{4}(?:(?P=gap)\d{1,3})?"
    r"|\d{4}[ \-]\d{6}[ \-]\d{4,5})"
    r"|(?P<plain>\d{13,19}))(?!\w|[.\-]\d)"
)
_NAMES = ("card", "cc", "ccnum", "visa", "mastercard", "amex", "pan", "tarjeta")
_CUE = re.compile(
    r"(?:card|visa|mastercard|amex|discover|tarjeta)\W{0,3}(?:\w+\W{1,2}){0,2}$", re.I
)
_BEFORE = 40
_MOST_PASS = 0.6
_SOME_PASS = 0.3
_MOST = 0.5


@register("card")
class Card(Detector):
    """One random number in ten has the right check digit, so most of a column's must have it."""

    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        return _NUMBER

    def look(self, value: str, heading: Heading) -> Mark | None:
        doubtful: Mark | None = None
        for found in _NUMBER.finditer(value):
            digits = found.group().replace(" ", "").replace("-", "")
            within = stands_within(value, *found.span())
            grouped = found["grouped"] is not None
            if _is_card(digits):
                cued = _CUE.search(value[max(0, found.start() - _BEFORE) : found.start()])
                tag = "grouped" if grouped or cued else "plain"
                return Mark(tag, found.group(), within)
            fails = "grouped fails" if grouped else "plain fails"
            doubtful = doubtful or Mark(fails, found.group(), within, hit=False)
        return doubtful

    def mask(self, text: str) -> str:
        return mask_digits(text, 2)

    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        found = tally.bare.cells + tally.within.cells
        if not found:
            return None
        tags = tally.tags
        named = column.heading.says(_NAMES)
        needed = _SOME_PASS if named else _MOST_PASS
        passing = found / (found + tags["plain fails"] + tags["grouped fails"])
        grouped = tags["grouped"] / max(1, tags["grouped"] + tags["grouped fails"])
        if passing < needed and grouped < _SOME_PASS:
            return None
        if named or tally.bare.cells / column.filled >= _MOST:
            return Verdict(Confidence.HIGH, Note("check_digits", {"cells": found}))
        return Verdict(Confidence.MEDIUM, Note("check_digits", {"cells": found}))


def _is_card(digits: str) -> bool:
    return len(digits) in _lengths(digits) and luhn.is_valid(digits)


def _lengths(digits: str) -> tuple[int, ...]:
    """The lengths that the issuer of these first digits gives out; none if nobody has them."""
    two, three, four = int(digits[:2]), int(digits[:3]), int(digits[:4])
    if digits[0] == "4":
        return (13, 16, 19)
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return (16,)
    if two in (34, 37):
        return (15,)
    if four == 6011 or 644 <= three <= 649 or two == 65:
        return (16, 17, 18, 19)
    if 300 <= three <= 305 or two in (36, 38, 39):
        return (14, 16, 17, 18, 19)
    if 3528 <= four <= 3589:
        return (16, 17, 18, 19)
    return ()
