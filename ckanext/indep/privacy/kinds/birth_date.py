"""Dates of birth: a birthday looks like any other day, so heading, words or spread must tell."""

from __future__ import annotations

import re

from ckanext.indep.privacy.dates import DAY, read_year
from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.kinds.registry import Detector, register
from ckanext.indep.privacy.marks import Column, Confidence, Mark, Part, Tally, Verdict
from ckanext.indep.privacy.masks import mask_digits
from ckanext.indep.privacy.text import stands_within
from ckanext.indep.tabular.notes import Note

__all__ = ["BirthDate"]

_NAMES = ("dob", "birth", "born", "yob", "bday", "nacimiento")
_OTHER_DAYS = (
    "acquired", "annexed", "built", "closed", "completed", "construct", "created", "deed", "due",
    "effective", "elected", "end", "entered", "erected", "established", "expire", "expiration",
    "filed", "finaled", "founded", "hire", "hired", "incident", "inspected", "install", "issue",
    "issued", "last", "modified", "occurred", "open", "opened", "platted", "purchase", "received",
    "recorded", "reported", "sale", "sold", "start", "submitted", "term", "updated", "year",
)  # fmt: skip
_BARE_DAY = re.compile(rf"^{DAY}[ T,]{{0,2}}[\d:.]*Z?(?: AM)?$", re.IGNORECASE | re.MULTILINE)
_NUMBER = re.compile(r"^(?:\d{8}|(?:19|20)\d{2})$", re.MULTILINE)
_TOLD = re.compile(
    r"\b(?:born(?: on)?|d\.?o\.?b\.?|dates? of birth|birth ?date|birthday|fecha de nacimiento"
    r"|nacid[oa](?: el)?)\W{1,3}(?:is |was |on )?"
    rf"(?P<day>{DAY})",
    re.IGNORECASE,
)
_PLAIN_CLUE = re.compile(f"{_BARE_DAY.pattern}|{_TOLD.pattern}", re.I | re.M)
_NAMED_CLUE = re.compile(f"{_BARE_DAY.pattern}|{_NUMBER.pattern}|{_TOLD.pattern}", re.I | re.M)
_FIRST_YEAR, _LAST_YEAR = 1900, 2035
_NAMED_SHARE = 0.3
_NEARLY_ALL = 0.8
_ENOUGH = 20
_SPREAD_YEARS = 35


@register("birth_date")
class BirthDate(Detector):
    """Sure under a heading or after a word that says so; else a mere suspicion by the spread."""

    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        return _NAMED_CLUE if heading.says(_NAMES) else _PLAIN_CLUE

    def look(self, value: str, heading: Heading) -> Mark | None:
        told = _TOLD.search(value)
        if told is not None:
            return Mark("told", told["day"], stands_within(value, *told.span("day")))
        year = read_year(value)
        if year is None and heading.says(_NAMES):
            year = _year_of_number(value)
        if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
            return None
        return Mark("day", value)

    def mask(self, text: str) -> str:
        return mask_digits(text, 0)

    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        told, days = tally.tags["told"], tally.tags["day"]
        share = days / column.filled
        if column.heading.says(_NAMES) and share >= _NAMED_SHARE:
            return Verdict(Confidence.HIGH, Note("heading_and_shape", {"cells": told + days}))
        if told:
            part = Part.WITHIN if tally.within.cells else Part.BARE
            return Verdict(Confidence.HIGH, Note("told_birth", {"cells": told}), part)
        if days >= _ENOUGH and share >= _NEARLY_ALL and not column.heading.says(_OTHER_DAYS):
            spread = _spread(column.sample)
            if spread >= _SPREAD_YEARS:
                return Verdict(Confidence.LOW, Note("years_like_ages", {"years": spread}))
        return None


def _year_of_number(value: str) -> int | None:
    """The year of ``19800304``, ``03041980`` or ``1980``."""
    if not (value.isascii() and value.isdigit()):
        return None
    if len(value) == 4:
        return int(value)
    if len(value) != 8:
        return None
    first, last = int(value[:4]), int(value[4:])
    return first if _FIRST_YEAR <= first <= _LAST_YEAR else last


def _spread(sample: tuple[str, ...]) -> int:
    """Years between the 5th and the 95th hundredth of the days."""
    years = sorted(year for year in map(read_year, sample) if year is not None)
    if not years:
        return 0
    margin = len(years) // 20
    return years[-1 - margin] - years[margin]
