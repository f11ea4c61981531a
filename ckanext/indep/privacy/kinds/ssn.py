"""Social Security numbers, by their shape; ``python-stdnum`` knows which were never given."""

from __future__ import annotations

import re

from stdnum.us import ssn

from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.kinds.registry import Detector, register
from ckanext.indep.privacy.marks import Column, Confidence, Mark, Part, Tally, Verdict
from ckanext.indep.privacy.masks import mask_digits
from ckanext.indep.privacy.text import stands_within
from ckanext.indep.tabular.notes import Note

__all__ = ["SocialSecurityNumber"]

_NAMES = ("ssn", "socialsecurity", "socsec", "socialsec", "itin", "seguridadsocial")
_SHAPE = re.compile(r"(?<![\w.\-])\d{3}(?P<gap> ?[\-.] ?| )\d{2}(?P=gap)\d{4}(?!\w|[.\-]\d)")
_PLAIN = re.compile(r"(?<![\w.\-])\d{9}(?!\w|[.\-]\d)")
_SHAPE_OR_PLAIN = re.compile(rf"{_SHAPE.pattern}|{_PLAIN.pattern}")
_NAMED_CLUE = _SHAPE_OR_PLAIN
_CLUE = re.compile(rf"{_SHAPE.pattern}|\bss[n#]|\bss #|social sec|seguro social", re.IGNORECASE)
_CUE = re.compile(
    r"(?:\bssn|\bss ?#|social security(?: (?:number|no\.?))?|seguro social)\W{0,3}(?:is |was )?$",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"\b(?:case|parcel|permit|apn|invoice|docket|ticket|citation|file|lot|serial|part|order|ref"
    r"|reference|tracking)\b[ .#:]{0,3}(?:no|nr|num|number|id)?[ .#:]{0,3}$",
    re.IGNORECASE,
)
_BEFORE = 40
_NAMED_SHARE = 0.1
_MOST = 0.5
_NEARLY_ALL_GIVEN = 0.95
"""Of random numbers in this shape about 89 in a hundred could have been given."""
_ALL_GIVEN = 0.98
_ENOUGH = 30


@register("ssn")
class SocialSecurityNumber(Detector):
    """The shape ###-##-#### is enough, unless the column is of an office's own numbers."""

    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        return _NAMED_CLUE if heading.says(_NAMES) else _CLUE

    def look(self, value: str, heading: Heading) -> Mark | None:
        named = heading.says(_NAMES)
        for found in _SHAPE_OR_PLAIN.finditer(value):
            before = value[max(0, found.start() - _BEFORE) : found.start()]
            cued = named or _CUE.search(before) is not None
            plain = found.group().isdigit()
            if (plain and not cued) or (_PAPER.search(before) and not cued):
                continue
            tag = "given" if _is_given(found.group()) else "shape"
            within = stands_within(value, *found.span())
            return Mark(tag, found.group(), within)
        return None

    def mask(self, text: str) -> str:
        return mask_digits(text, 1)

    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        bare, within = tally.bare.cells, tally.within.cells
        found = bare + within
        if not found:
            return None
        given = _share_given(column.sample, tally)
        share = bare / column.filled
        if column.heading.says(_NAMES) and share >= _NAMED_SHARE:
            return Verdict(Confidence.HIGH, Note("heading_and_shape", {"cells": found}))
        if column.heading.is_reference:
            if share >= _MOST and given >= _ALL_GIVEN and bare >= _ENOUGH:
                return Verdict(Confidence.LOW, Note("reference_but_all_given", {"cells": found}))
        elif share >= _MOST:
            if given >= _NEARLY_ALL_GIVEN:
                return Verdict(Confidence.HIGH, Note("most_cells", {"cells": found}))
            return Verdict(Confidence.LOW, Note("shape_only", {"cells": found}))
        if bare and share < _MOST and given >= _NEARLY_ALL_GIVEN:
            return Verdict(Confidence.MEDIUM, Note("some_cells", {"cells": found}))
        if within:
            sure = Confidence.HIGH if given >= _NEARLY_ALL_GIVEN else Confidence.MEDIUM
            return Verdict(sure, Note("in_sentences", {"cells": within}), Part.WITHIN)
        return None


def _is_given(text: str) -> bool:
    return ssn.is_valid(text.replace(" ", "").replace(".", "-"))


def _share_given(sample: tuple[str, ...], tally: Tally) -> float:
    """How many of the numbers could have been given: of distinct ones, where there are enough.

    The same 000-00-0000 in many cells stands for "unknown" and says nothing of the others.
    """
    distinct = [value for value in sample if _SHAPE.fullmatch(value)]
    if len(distinct) >= _ENOUGH:
        return sum(map(_is_given, distinct)) / len(distinct)
    return tally.tags["given"] / (tally.tags["given"] + tally.tags["shape"])
