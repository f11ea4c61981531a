"""Telephone numbers: of the United States in their usual spellings, others with a plus sign.

Whether a number can be one is asked of the ``phonenumbers`` library, which knows the area
codes that are in use.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.kinds.registry import Detector, register
from ckanext.indep.privacy.marks import Column, Confidence, Mark, Part, Tally, Verdict
from ckanext.indep.privacy.masks import mask_digits
from ckanext.indep.privacy.text import stands_within
from ckanext.indep.tabular.notes import Note

__all__ = ["Phone"]

_NAMES = (
    "phone", "telephone", "tel", "cell", "cellular", "mobile", "fax", "sms", "telefono", "celular",
    "whatsapp", "pager",
)  # fmt: skip
_SEPARATED = (
    r"(?<![\w.+\-])(?:\+?1[ .\-]{0,2})?"
    r"(?:\(\d{3}\) {0,2}[.\-]?|\d{3} ?[.\-/] ?|\d{3} )\d{3}(?: ?[.\-] ?| )\d{4}"
    r"(?!\w|[.\-]\d)"
)
_PLAIN = r"(?<![\w.+\-])(?:\+?1)?[2-9]\d{9}(?!\w|[.\-]\d)"
_FOREIGN = r"(?<!\w)\+[2-9]\d[\d ().\-]{6,18}\d(?!\w)"
_LOCAL = r"(?<![\w.+\-])\d{3}[ .\-]?\d{4}(?!\w|[.\-]\d)"
_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_SPELLED = rf"\b{_DIGIT}(?:[ ,.\-]{{1,3}}{_DIGIT}){{9}}\b"
_NUMBER = re.compile(
    f"(?P<separated>{_SEPARATED})|(?P<plain>{_PLAIN})|(?P<foreign>{_FOREIGN})|(?P<spelled>{_SPELLED})",
    re.IGNORECASE,
)
_NUMBER_OR_LOCAL = re.compile(f"{_NUMBER.pattern}|(?P<local>{_LOCAL})", re.IGNORECASE)
_CALLED = re.compile(
    r"(?:phone|ph|tel|telephone|call|called|calls|cell|mobile|fax|text|dial|contact|reach\w*"
    r"|number is)\b[ .:#]{0,3}(?:\w+ ){0,2}$",
    re.IGNORECASE,
)
_ANY_DIGIT = re.compile(r"\d")
_NO_DIGIT = re.compile(r"\D+")
_BEFORE = 40
_MANY = 0.8
_STRAY_SHARE = 0.05
_STRAY_CELLS = 3
_PLAIN_SHARE = 0.5
_PLAIN_DISTINCT = 5
_NAMED_SHARE = 0.1


@register("phone")
class Phone(Detector):
    """Separated numbers are told by their shape and area code, bare digits by the column."""

    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        return _pattern(heading)

    def look(self, value: str, heading: Heading) -> Mark | None:
        doubtful: Mark | None = None
        for found in _pattern(heading).finditer(value):
            tag = str(found.lastgroup)
            within = stands_within(value, *found.span())
            if not _is_valid(tag, found.group()):
                doubtful = doubtful or Mark(f"{tag} invalid", found.group(), within, hit=False)
            elif tag == "plain" and within and not _is_called(value, found.start()):
                doubtful = doubtful or Mark("plain in words", found.group(), within, hit=False)
            else:
                return Mark(tag, found.group(), within)
        return doubtful

    def mask(self, text: str) -> str:
        return mask_digits(text.strip(), 2) if _ANY_DIGIT.search(text) else "(in words)"

    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        bare, within = tally.bare.cells, tally.within.cells
        share = bare / column.filled
        if _is_named(column.heading) and share >= _NAMED_SHARE:
            return Verdict(Confidence.HIGH, Note("heading_and_shape", {"cells": bare + within}))
        separated = sum(tally.tags[tag] for tag in ("separated", "foreign", "spelled"))
        trusted = _ratio(separated, tally.tags["separated invalid"] + tally.tags["foreign invalid"])
        if separated and trusted >= _MANY:
            if share >= _PLAIN_SHARE:
                return Verdict(Confidence.HIGH, Note("most_cells", {"cells": bare + within}))
            if share >= _STRAY_SHARE or bare >= _STRAY_CELLS or column.wordy:
                return Verdict(Confidence.MEDIUM, Note("some_cells", {"cells": bare + within}))
        if self._is_plain_column(column, tally):
            return Verdict(Confidence.MEDIUM, Note("digits_only", {"cells": bare}), Part.BARE)
        if within:
            return Verdict(Confidence.MEDIUM, Note("in_sentences", {"cells": within}), Part.WITHIN)
        return None

    @staticmethod
    def _is_plain_column(column: Column, tally: Tally) -> bool:
        """Whether ten digits without a separator are telephone numbers, not ids."""
        plain = tally.tags["plain"]
        if column.heading.is_reference or plain / column.filled < _PLAIN_SHARE:
            return False
        numbers = [int(value) for value in column.sample if value.isascii() and value.isdigit()]
        return (
            _ratio(plain, tally.tags["plain invalid"]) >= _MANY
            and len(numbers) >= _PLAIN_DISTINCT
            and not _is_counted_up(numbers)
        )


def _pattern(heading: Heading) -> re.Pattern[str]:
    """Seven digits are a number only in a column that says so."""
    return _NUMBER_OR_LOCAL if _is_named(heading) else _NUMBER


def _is_named(heading: Heading) -> bool:
    return heading.says(_NAMES)


def _is_valid(tag: str, text: str) -> bool:
    digits = "".join(_NO_DIGIT.split(text))
    if tag == "spelled":
        return True
    if tag == "foreign":
        return _is_valid_abroad(digits)
    if tag == "local":
        return digits[0] in "23456789"
    return _is_assigned(digits[-10:-4])


@lru_cache(maxsize=50_000)
def _is_assigned(prefix: str) -> bool:
    """Whether area code and exchange are in use; the last four digits are always free."""
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(prefix + "2345"))
    return phonenumbers.is_valid_number(number)


@lru_cache(maxsize=10_000)
def _is_valid_abroad(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))
    except phonenumbers.NumberParseException:
        return False


def _is_called(value: str, start: int) -> bool:
    return _CALLED.search(value[max(0, start - _BEFORE) : start]) is not None


def _is_counted_up(numbers: list[int]) -> bool:
    """Whether the numbers lie close together, as those that were given one after the other."""
    return max(numbers) - min(numbers) < 100 * len(numbers)


def _ratio(good: int, bad: int) -> float:
    return good / (good + bad) if good else 0.0
