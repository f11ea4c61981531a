"""Made-up values for the labelled set of the privacy scan: nobody's, but in the right form."""

import random
import string
from collections.abc import Callable
from dataclasses import dataclass

Make = Callable[[random.Random], str]
ROWS = 300

AREA_CODES = (
    "201", "205", "212", "213", "214", "216", "303", "305", "312", "314", "316", "402", "404",
    "405", "415", "417", "501", "503", "512", "515", "573", "602", "612", "615", "617", "620",
    "636", "660", "702", "713", "785", "800", "816", "888", "901", "913", "918", "972",
)  # fmt: skip
STREET_KINDS = (
    "St", "Street", "Ave", "Avenue", "Rd", "Road", "Dr", "Drive", "Ln", "Lane", "Ct", "Court",
    "Blvd", "Ter", "Cir", "Pl", "Way",
)  # fmt: skip
ISSUERS = (("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16))
_SYLLABLES = (
    "ba", "cor", "del", "fen", "gar", "hol", "jun", "kel", "lor", "mun", "nor", "pel", "rin",
    "sel", "tor", "vak", "wes", "yar", "zel", "bri",
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """How to make one column, and the kinds of personal data that are then truly in it."""

    name: str
    heading: str
    cells: Callable[[random.Random], list[str]]
    kinds: frozenset[str] = frozenset()


def full(make: Make, filled: float = 1.0) -> Callable[[random.Random], list[str]]:
    """Return a maker of columns of which this share is filled."""

    def cells(rng: random.Random) -> list[str]:
        return [make(rng) if rng.random() < filled else "" for _ in range(ROWS)]

    return cells


def rare(make: Make, hits: int = 2) -> Callable[[random.Random], list[str]]:
    """Return a maker of columns of sentences, a few of which have something more."""

    def cells(rng: random.Random) -> list[str]:
        made = [sentence(rng) for _ in range(ROWS)]
        for row in rng.sample(range(ROWS), hits):
            made[row] = f"{made[row]} {make(rng)}"
        return made

    return cells


def shape(pattern: str) -> Make:
    """Return a maker of texts in which each # is a random digit."""

    def make(rng: random.Random) -> str:
        return "".join(rng.choice(string.digits) if sign == "#" else sign for sign in pattern)

    return make


def word(rng: random.Random, parts: int = 2) -> str:
    """Return a word that means nothing, with a capital."""
    return "".join(rng.choice(_SYLLABLES) for _ in range(parts)).capitalize()


def digits(rng: random.Random, count: int) -> str:
    """Return so many random digits."""
    return "".join(rng.choices(string.digits, k=count))


def phone_parts(rng: random.Random) -> tuple[str, str, str]:
    """Return area code, exchange and line of a number of the United States."""
    return rng.choice(AREA_CODES), f"{rng.randrange(220, 900)}", digits(rng, 4)


def ssn_parts(rng: random.Random) -> tuple[str, str, str]:
    """Return area, group and serial as the administration could have given them."""
    area = rng.choice([n for n in range(1, 899) if n != 666])
    return f"{area:03}", f"{rng.randrange(1, 100):02}", f"{rng.randrange(1, 10000):04}"


def card_digits(rng: random.Random) -> str:
    """Return the digits of a card with its check digit (Luhn's formula)."""
    prefix, length = rng.choice(ISSUERS)
    body = prefix + digits(rng, length - len(prefix) - 1)
    total = 0
    for position, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return body + str(-total % 10)


def street(rng: random.Random) -> str:
    """Return a house number and a street."""
    direction = rng.choice(("", "", "N ", "S ", "E ", "W "))
    name = rng.choice((word(rng), f"{rng.randrange(4, 60)}th", f"{word(rng)} {word(rng)}"))
    return f"{rng.randrange(1, 25000)} {direction}{name} {rng.choice(STREET_KINDS)}"


def sentence(rng: random.Random) -> str:
    """Return a remark of a city's department, without personal data."""
    return rng.choice(
        (
            "Pothole was filled by the crew on the second visit.",
            "Closed, the light works again after the ballast was replaced.",
            "Two trees down across the path near the shelter, crew sent out.",
            "No violation was found at the time of the inspection.",
            "Duplicate of an earlier report, see the first one for details.",
            "Waiting for parts; the vendor expects them within ten days.",
            "Meter read 00482 and then 00517, billing was corrected.",
            "Resident asked for a larger bin and was told about the fee of $12.50.",
        )
    )
