"""Names of people, as far as they can be told without a dictionary of all names.

Found: columns whose heading says that they hold names and whose cells look like some; columns
many of whose cells begin with, or end in, a frequent given name; in sentences a title (Mr., Dr.,
Officer) or a phrase (my name is, spoke with) before capitalised words, and a frequent given
name before another capitalised word. Anything else is missed: other names in sentences, names
all in capitals or small letters, nicknames.
"""

from __future__ import annotations

import re

from ckanext.indep.privacy.given_names import GIVEN_NAMES
from ckanext.indep.privacy.headings import Heading
from ckanext.indep.privacy.kinds.registry import Detector, register
from ckanext.indep.privacy.marks import Column, Confidence, Mark, Part, Tally, Verdict
from ckanext.indep.privacy.masks import mask_words
from ckanext.indep.tabular.notes import Note

__all__ = ["PersonName"]

_WHOLE = (
    "firstname", "lastname", "surname", "givenname", "forename", "fullname", "middlename",
    "maidenname", "nickname", "familyname", "fname", "lname", "apellido", "apellidos",
)  # fmt: skip
_PEOPLE = frozenset(
    {
        "applicant", "arrestee", "attorney", "author", "borrower", "buyer", "caller", "child",
        "claimant", "client", "complainant", "contact", "customer", "decedent", "defendant",
        "dependent", "donor", "driver", "employee", "grantee", "grantor", "guardian", "holder",
        "inmate", "inspector", "juror", "juvenile", "landlord", "lessee", "lessor", "member",
        "minor", "occupant", "offender", "officer", "owner", "parent", "patient", "payee",
        "payer", "payor", "person", "plaintiff", "reporter", "requester", "requestor",
        "resident", "respondent", "seller", "spouse", "staff", "student", "submitter",
        "suspect", "taxpayer", "tenant", "victim", "visitor", "witness",
    }
)  # fmt: skip
_OTHER_SIDE = frozenset(
    {
        "address", "category", "city", "code", "count", "date", "department", "dept", "email",
        "fax", "id", "phone", "race", "sex", "state", "status", "street", "type", "zip",
    }
)  # fmt: skip
_CAPITALISED = r"[^\W\d_a-z][^\W\d_]*(?:['\-][^\W\d_]+){0,2}"
_ANY_CASE = r"[^\W\d_]+(?:['\-][^\W\d_]+){0,2}"
_SHAPE = re.compile(
    rf"(?:(?:Mr|Mrs|Ms|Dr|Hon|Rev)\.? )?{_ANY_CASE}\.?(?:, ?{_ANY_CASE}\.?| {_ANY_CASE}\.?)"
    rf"{{0,3}}(?:,? (?:Jr|Sr|II|III|IV)\.?)?",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Mx|Dr|Sr|Sra|Officer|Ofc|Detective|Det|Sgt|Sergeant|Lt|Lieutenant|Capt|Captain"
    r"|Judge|Councilman|Councilwoman|Councilmember|Alderman|Mayor|Pastor|Reverend|Rev)\.? "
    rf"(?P<titled>{_CAPITALISED}(?: {_CAPITALISED}){{0,2}})"
)
_PHRASED = re.compile(
    r"\b(?:[Mm]y name is|[Nn]ame:|[Nn]ombre:|[Mm]e llamo|[Ss]poke (?:with|to)|[Ss]igned(?: by|,|:)?"
    r"|[Cc]aller:?|[Rr]esident:?|[Cc]omplainant:?|[Cc]ontact:?|[Tt]enant:?|[Oo]wner:?|[Vv]ictim:?"
    r"|[Rr]eported by:?|[Rr]equested by:?|[Ss]ubmitted by:?|[Ss]incerely,?|[Tt]hanks,?) "
    rf"(?P<phrased>{_CAPITALISED} (?:[A-Z]\. )?{_CAPITALISED})"
)
_PAIR = re.compile(
    rf"(?<![\w'\-])(?P<given>[A-Z][a-z]+)(?: [A-Z]\.?)? (?P<family>{_CAPITALISED})(?![\w'])"
)
_WORDS = re.compile(r"[^\W\d_]+")
_NAME_SHAPE_CLUE = re.compile(r"[^\W\d_]{2}")
_NO_FAMILY_NAMES = frozenset(
    {
        "academy", "alley", "apartments", "apts", "ave", "avenue", "bank", "baptist", "bldg",
        "blvd", "boulevard", "bridge", "building", "cemetery", "center", "centre", "chapel",
        "church", "cir", "circle", "city", "clinic", "club", "co", "college", "company", "corp",
        "county", "court", "cove", "creek", "crossing", "ct", "day", "department", "dept",
        "district", "dr", "drive", "elementary", "estates", "fund", "fwy", "garage", "garden",
        "gardens", "hall", "high", "highway", "hill", "hills", "hospital", "house", "hwy",
        "inc", "institute", "intersection", "island", "jewelers", "junior", "lake", "lane",
        "library", "llc", "ln", "loop", "lot", "market", "memorial", "middle", "ministries",
        "monument", "museum", "office", "park", "parking", "parkway", "path", "pike", "pkwy",
        "pl", "place", "plaza", "pool", "rd", "ridge", "river", "road", "row", "run", "school",
        "senior", "sq", "square", "st", "station", "statue", "store", "street", "studio", "ter",
        "terr", "terrace", "theater", "theatre", "trace", "trail", "trl", "university",
        "valley", "way", "work", "works",
    }
)  # fmt: skip
_NAMED_SHARE = 0.5
_GIVEN_SHARE = 0.2
_ENOUGH = 5
_AFTER = 12
"""Characters after a name in which a word such as "Park" shows that it is a place's."""


@register("person_name")
class PersonName(Detector):
    """By the heading first of all."""

    def clue(self, heading: Heading) -> re.Pattern[str] | None:
        return _NAME_SHAPE_CLUE

    def look(self, value: str, heading: Heading) -> Mark | None:
        shaped = len(value) <= 80 and _SHAPE.fullmatch(value) is not None
        if shaped and not _is_place_or_firm(value):
            known = _has_given_name(value)
            if known or _is_named(heading):
                return Mark("given name" if known else "shape", value)
        return self._told(value)

    def mask(self, text: str) -> str:
        return mask_words(text)

    def judge(self, column: Column, tally: Tally) -> Verdict | None:
        bare, within = tally.bare.cells, tally.within.cells
        share = bare / column.filled
        given = tally.tags["given name"]
        if _is_named(column.heading) and share >= _NAMED_SHARE:
            sure = Confidence.HIGH if _is_wholly_named(column.heading) else Confidence.MEDIUM
            return Verdict(sure, Note("heading_and_shape", {"cells": bare + within}))
        if given >= _ENOUGH and given / column.filled >= _GIVEN_SHARE:
            return Verdict(Confidence.MEDIUM, Note("given_names", {"cells": given}))
        if within:
            return Verdict(Confidence.LOW, Note("told_names", {"cells": within}), Part.WITHIN)
        return None

    @staticmethod
    def _told(value: str) -> Mark | None:
        for pattern in (_TITLED, _PHRASED):
            found = pattern.search(value)
            if found is not None:
                name = found[str(found.lastgroup)]
                if not _is_place_or_firm(name):
                    return Mark("told", name, within=True)
        for found in _PAIR.finditer(value):
            family = found["family"] + value[found.end() : found.end() + _AFTER]
            if found["given"].lower() in GIVEN_NAMES and not _is_place_or_firm(family):
                return Mark("told", found.group(), within=True)
        return None


def _is_wholly_named(heading: Heading) -> bool:
    if heading.says(_WHOLE):
        return True
    return bool(heading.words & _PEOPLE) and "name" in heading.words


def _is_named(heading: Heading) -> bool:
    if _is_wholly_named(heading):
        return True
    return bool(heading.words & _PEOPLE) and not heading.words & _OTHER_SIDE


def _is_place_or_firm(name: str) -> bool:
    return any(word.lower() in _NO_FAMILY_NAMES for word in _WORDS.findall(name))


def _has_given_name(value: str) -> bool:
    """Whether a text in the shape of a name begins with a given name, or has it after a comma."""
    family, comma, rest = value.partition(",")
    parts = (rest if comma else family).replace(".", "").split()
    alone = not comma and len(parts) == 1
    return bool(parts) and not alone and parts[0].lower() in GIVEN_NAMES
