"""The part of the labelled set by which the detectors were written.

Each recipe makes one column: what is in it is known because the recipe puts it there.
"""

import random

from bench.privacy_values import (
    Make,
    Recipe,
    card_digits,
    full,
    phone_parts,
    rare,
    sentence,
    shape,
    ssn_parts,
    street,
    word,
)
from ckanext.indep.privacy.given_names import GIVEN_NAMES

PHONE, EMAIL, SSN = frozenset({"phone"}), frozenset({"email"}), frozenset({"ssn"})
CARD, BIRTH = frozenset({"card"}), frozenset({"birth_date"})
ADDRESS, NAME = frozenset({"address"}), frozenset({"person_name"})
_GIVEN = sorted(GIVEN_NAMES)


def phone(pattern: str) -> Make:
    """Return a maker of telephone numbers written in one way."""
    return lambda rng: pattern.format(*phone_parts(rng))


def email(rng: random.Random) -> str:
    """Return an e-mail address."""
    top = rng.choice(("com", "org", "net", "gov", "us"))
    return f"{word(rng)}.{word(rng)}{rng.choice(('', '7', '_x'))}@{word(rng, 3)}.{top}".lower()


def ssn(rng: random.Random) -> str:
    """Return a Social Security number with hyphens."""
    return "-".join(ssn_parts(rng))


def grouped_card(rng: random.Random) -> str:
    """Return a card's number as it is embossed."""
    number = card_digits(rng)
    if len(number) == 15:
        return f"{number[:4]} {number[4:10]} {number[10:]}"
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))


def birthday(rng: random.Random) -> str:
    """Return the day of birth of somebody between 11 and 96 years of age."""
    return f"{rng.randrange(1930, 2015)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"


def american_birthday(rng: random.Random) -> str:
    """Return the same with the month first."""
    return f"{rng.randrange(1, 13)}/{rng.randrange(1, 29)}/{rng.randrange(1930, 2015)}"


def recent_day(rng: random.Random) -> str:
    """Return a day of the last years."""
    return f"202{rng.randrange(6)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"


def name(rng: random.Random) -> str:
    """Half of the given names are frequent ones, half are made up and on no list."""
    given = rng.choice(_GIVEN).capitalize() if rng.random() < 0.5 else word(rng)
    return f"{given} {word(rng, 3)}"


def counted(rng: random.Random) -> list[str]:
    """Return ids that were given one after the other and could be telephone numbers."""
    start = rng.randrange(2_165_550_000, 2_168_990_000)
    return [str(start + row) for row in range(300)]


RECIPES = (
    Recipe("phone (816) 555-1234", "phone", full(phone("({}) {}-{}"), 0.8), PHONE),
    Recipe("phone 816-555-1234", "home_phone", full(phone("{}-{}-{}")), PHONE),
    Recipe("phone 816.555.1234", "value", full(phone("{}.{}.{}")), PHONE),
    Recipe("phone 8165551234", "contact_number", full(phone("{}{}{}")), PHONE),
    Recipe("phone +1 816 555 1234", "col_b", full(phone("+1 {} {} {}"), 0.4), PHONE),
    Recipe("phone 1-816-555-1234", "reach_at", full(phone("1-{}-{}-{}"), 0.1), PHONE),
    Recipe("phone 555-1234", "telephone", full(shape("555-####")), PHONE),
    Recipe("email", "email", full(email), EMAIL),
    Recipe("email, few", "contact", full(email, 0.02), EMAIL),
    Recipe("ssn", "ssn", full(ssn), SSN),
    Recipe("ssn, plain digits", "SSN", full(lambda rng: "".join(ssn_parts(rng))), SSN),
    Recipe("ssn, neutral heading", "number", full(ssn), SSN),
    Recipe("ssn under a paper's heading", "account_no", full(ssn), SSN),
    Recipe("card", "card_number", full(card_digits), CARD),
    Recipe("card, grouped", "payment", full(grouped_card, 0.5), CARD),
    Recipe("card, neutral heading", "field_7", full(card_digits), CARD),
    Recipe("birth date", "dob", full(birthday), BIRTH),
    Recipe("birth date, American", "DateOfBirth", full(american_birthday), BIRTH),
    Recipe("birth date, neutral heading", "date", full(birthday), BIRTH),
    Recipe("address", "address", full(street), ADDRESS),
    Recipe("address, neutral heading", "site", full(street, 0.7), ADDRESS),
    Recipe("names", "owner_name", full(name), NAME),
    Recipe("family names", "last_name", full(lambda rng: word(rng, 3)), NAME),
    Recipe("names, neutral heading", "label", full(name), NAME),
    Recipe("phone in remarks", "remarks", rare(phone("Call {}-{}-{}.")), PHONE),
    Recipe("plain phone in remarks", "notes", rare(phone("Phone: {}{}{}")), PHONE),
    Recipe("email in remarks", "comment", rare(lambda rng: f"Write to {email(rng)}.", 1), EMAIL),
    Recipe("ssn in remarks", "remarks", rare(lambda rng: f"SSN {ssn(rng)}", 1), SSN),
    Recipe("ssn in remarks, no cue", "narrative", rare(ssn, 1), SSN),
    Recipe("card in remarks", "notes", rare(lambda rng: f"Paid: {grouped_card(rng)}", 1), CARD),
    Recipe("birth date told", "notes", rare(lambda rng: f"DOB: {american_birthday(rng)}"), BIRTH),
    Recipe("address in remarks", "notes", rare(lambda r: f"She lives at {street(r)}."), ADDRESS),
    Recipe("names in remarks", "notes", rare(lambda rng: f"Spoke with {name(rng)}.", 6), NAME),
    Recipe("name without a cue", "notes", rare(lambda rng: f"{name(rng)} was there.", 1), NAME),
    Recipe("case numbers", "case_no", full(shape("20##-######"))),
    Recipe("case numbers of 10 digits", "case_id", full(shape("##########"))),
    Recipe("counted ids of 10 digits", "number", counted),
    Recipe("random ids of 10 digits", "asset", full(shape("##########"))),
    Recipe("parcels 26-810-05-10-00", "parcel", full(shape("##-###-##-##-##"))),
    Recipe("parcels like SSNs", "parcel_number", full(shape("###-##-####"))),
    Recipe("parcels like phones", "apn", full(shape("###-###-####"))),
    Recipe("parcels in remarks", "notes", rare(shape("Parcel ###-##-####"))),
    Recipe("permits", "permit", full(shape("BLD-20##-#####"))),
    Recipe("nine digits", "customer", full(shape("#########"))),
    Recipe("ids of 16 digits", "txn", full(shape("4###############"))),
    Recipe("ids of 16 digits, neutral", "value", full(shape("################"))),
    Recipe("ids of 16 digits in remarks", "notes", rare(shape("Reference ################"), 30)),
    Recipe("coordinates", "latitude", full(shape("39.#######"))),
    Recipe("coordinate pairs", "location", full(shape("(39.######, -94.######)"))),
    Recipe("amounts", "amount", full(shape("$1,###,###.##"))),
    Recipe("times", "opened", full(shape("2022-0#-1# 1#:#0:#0"))),
    Recipe("recent days", "date", full(recent_day)),
    Recipe("seconds since 1970", "ts", full(shape("16########"))),
    Recipe("ZIP codes", "zip", full(shape("640##-####"))),
    Recipe("handles", "account", full(lambda rng: f"@{word(rng)}")),
    Recipe("prices", "remark", full(shape("# @ $5.00"))),
    Recipe("intersections", "place", full(lambda rng: f"{word(rng)} St & {word(rng)} Ave")),
    Recipe("firms", "vendor", full(lambda rng: f"{word(rng)} {word(rng)} LLC")),
    Recipe("parks", "park", full(lambda r: f"{r.choice(_GIVEN).capitalize()} {word(r)} Park")),
    Recipe("remarks", "notes", full(sentence)),
    Recipe("categories", "type", full(lambda rng: rng.choice(("Street light", "Pothole")))),
)
