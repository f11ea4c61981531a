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
_NEARLY_ALL_GIVEN = 0.9
_ALL_GIVEN = 0.98
_ENOUGH = 30


@register("ssn")
class SocialSecurityNumber(Detector):
    """The shape ###-##-#### is enough, unless the column is of an office's own numbers."""

    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        return _SHAPE_OR_PLAIN

    def look(self, value: str, heading: Heading) -> Mark | None:
        named = heading.says(_NAMES)
        for found in _SHAPE_OR_PLAIN.finditer(value):
            before = value[max(0, found.start() - _BEFORE) : found.start()]
            cued = named or _CUE.search(before) is not None
            plain = found.group().isdigit()
            if (plain and not cued) or (_PAPER.search(before) and not cued):
                continue
            given = ssn.is_valid(found.group().replace(" ", "").replace(".", "-"))
            tag = "given" if given else "shape"
            within = stands_within(value, *found.span())
            return Mark(tag, mask_digits(found.group(), 1), within)
        return None

    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        bare, within = tally.bare.cells, tally.within.cells
        found = bare + within
        if not found:
            return None
        given = tally.tags["given"] / found
        share = bare / column.filled
        if column.heading.says(_NAMES) and share >= _NAMED_SHARE:
            return Verdict(Confidence.HIGH, Note("heading_and_shape", {"cells": found}))
        if column.heading.is_reference:
            if share >= _MOST and given >= _ALL_GIVEN and bare >= _ENOUGH:
                return Verdict(Confidence.LOW, Note("reference_but_all_given", {"cells": found}))
        elif share >= _MOST:
            sure = Confidence.HIGH if given >= _NEARLY_ALL_GIVEN else Confidence.MEDIUM
            return Verdict(sure, Note("most_cells", {"cells": found}))
        elif bare and given >= _NEARLY_ALL_GIVEN:
            return Verdict(Confidence.MEDIUM, Note("some_cells", {"cells": found}))
        if within:
            sure = Confidence.HIGH if given >= _NEARLY_ALL_GIVEN else Confidence.MEDIUM
            return Verdict(sure, Note("in_sentences", {"cells": within}), Part.WITHIN)
        return None
