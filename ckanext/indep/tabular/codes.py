"""Pure: which columns of numbers are codes, so that nobody adds up ZIP codes.

The rule is about the last word of the column's name, since that is the noun: `ward` and
`permit_number` name codes, `cases_per_ward_total` and `code_violations` name amounts.
"""

from __future__ import annotations

import re

__all__ = ["is_numbered", "names_code", "words"]

_IDENTIFIERS = ("id", "ids", "guid", "uuid", "key", "code", "codes", "pin", "sku")
_PLACES = ("zip", "zipcode", "zip4", "postcode", "postal", "fips", "geoid", "tract", "block")
_AREAS = ("ward", "precinct", "district", "parcel", "apn")
_CONTACTS = ("phone", "telephone", "tel", "fax", "mobile", "account", "acct", "ein")
_PAPERS = ("case", "permit", "license", "licence", "plate", "vin", "ticket", "docket")
_CODE_WORDS = frozenset({*_IDENTIFIERS, *_PLACES, *_AREAS, *_CONTACTS, *_PAPERS, "ordinance"})
_NUMBER_WORDS = frozenset({"no", "nr", "num", "number", "nbr", "#"})
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9#]+")


def words(name: str) -> list[str]:
    """Words of a column's name in lower case: `caseEnquiry_ID` is case, enquiry, id."""
    return [word.lower() for word in _BOUNDARY.split(name) if word]


def names_code(name: str) -> bool:
    """Whether the name says that the column holds codes: its last word is one, or
    "number" after one."""
    parts = words(name)
    if not parts:
        return False
    if parts[-1] in _CODE_WORDS:
        return True
    return parts[-1] in _NUMBER_WORDS and len(parts) > 1 and parts[-2] in _CODE_WORDS


def is_numbered(name: str, shortest: int, longest: int) -> bool:
    """Whether a column called "… number" holds codes: all of one width of 5 or more
    characters, or all of 7 or more.

    :param shortest: length of the shortest value in characters.
    :param longest: length of the longest value.
    """
    parts = words(name)
    if not parts or parts[-1] not in _NUMBER_WORDS:
        return False
    return shortest >= 7 or (shortest == longest and shortest >= 5)
