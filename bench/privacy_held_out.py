"""The part of the labelled set that was written after the detectors.

Other spellings than in the known part, made by other code: a column here is a list of templates, of
which each cell takes one, and fields in braces are filled in.
"""

import random
import re
from collections.abc import Callable

from bench.privacy_values import AREA_CODES, ROWS, Recipe

_FIELD = re.compile(r"\{(\w+)\}")
_CONSONANTS, _VOWELS = "bcdfghklmnprstvz", "aeiou"
_FREQUENT = ("Susan", "Robert", "Karen", "Jose", "Patricia", "Kevin", "Laura", "Brian", "Maria")


def _syllables(rng: random.Random, count: int) -> str:
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(count))


def _luhn(body: str) -> str:
    """Return the body with the last digit by which its sum is a multiple of ten."""
    for digit in "0123456789":
        turned = [int(sign) for sign in reversed(body + digit)]
        doubled = [sum(divmod(2 * sign, 10)) for sign in turned[1::2]]
        if (sum(turned[::2]) + sum(doubled)) % 10 == 0:
            return body + digit
    raise AssertionError("one of ten digits fits")


def _number(length: int) -> Callable[[random.Random], str]:
    return lambda rng: str(rng.randrange(10 ** (length - 1), 10**length))


def _any_digits(length: int) -> Callable[[random.Random], str]:
    return lambda rng: f"{rng.randrange(10**length):0{length}}"


FIELDS: dict[str, Callable[[random.Random], str]] = {
    "area": lambda rng: rng.choice(AREA_CODES),
    "exchange": lambda rng: f"{rng.randint(2, 8)}{rng.randint(20, 99)}",
    "line": _any_digits(4),
    "d1": _any_digits(1),
    "d2": _any_digits(2),
    "d3": _any_digits(3),
    "d4": _any_digits(4),
    "d5": _any_digits(5),
    "d6": _any_digits(6),
    "n2": _number(2),
    "n3": _number(3),
    "n8": _number(8),
    "n12": _number(12),
    "n16": _number(16),
    "fund": lambda rng: rng.choice(("101", "201", "301", "404", "512", "640")),
    "ssn_area": lambda rng: f"{rng.choice((rng.randint(1, 665), rng.randint(667, 899))):03}",
    "ssn_group": lambda rng: f"{rng.randint(1, 99):02}",
    "ssn_serial": lambda rng: f"{rng.randint(1, 9999):04}",
    "visa": lambda rng: _luhn(f"4{rng.randrange(10**14):014}"),
    "amex": lambda rng: _luhn(f"37{rng.randrange(10**12):012}"),
    "imei": lambda rng: _luhn(f"35{rng.randrange(10**12):012}"),
    "given": lambda rng: rng.choice(_FREQUENT),
    "word": lambda rng: _syllables(rng, rng.randint(2, 3)),
    "Word": lambda rng: _syllables(rng, rng.randint(2, 3)).title(),
    "WORD": lambda rng: _syllables(rng, rng.randint(2, 3)).upper(),
    "mm": lambda rng: f"{rng.randint(1, 12):02}",
    "dd": lambda rng: f"{rng.randint(1, 28):02}",
    "month": lambda rng: rng.choice(("January", "March", "May", "August", "October", "December")),
    "mon": lambda rng: rng.choice(("Jan", "Mar", "May", "Aug", "Oct", "Dec")),
    "birth_year": lambda rng: str(int(rng.triangular(1935, 2018, 1975))),
    "built_year": lambda rng: str(int(rng.triangular(1890, 2024, 1965))),
    "this_year": lambda rng: str(rng.randint(2021, 2026)),
    "house": lambda rng: str(rng.randint(1, 19999)),
    "way": lambda rng: rng.choice(("St", "Ave", "Rd", "Dr", "Ct", "Ter", "Blvd", "Trail")),
    "WAY": lambda rng: rng.choice(("ST", "AVE", "RD", "DR", "CT", "TER", "BLVD")),
    "nsew": lambda rng: rng.choice("NSEW"),
}


def _filled(template: str, rng: random.Random) -> str:
    return _FIELD.sub(lambda field: FIELDS[field[1]](rng), template)


def _column(*templates: str) -> Callable[[random.Random], list[str]]:
    def cells(rng: random.Random) -> list[str]:
        return [_filled(rng.choice(templates), rng) for _ in range(ROWS)]

    return cells


def _among(everyday: str, template: str, hits: int) -> Callable[[random.Random], list[str]]:
    """Return a maker of cells of one kind, a few of which, anywhere, are of another."""

    def cells(rng: random.Random) -> list[str]:
        made = [_filled(everyday, rng) for _ in range(ROWS)]
        for _ in range(hits):
            made[rng.randrange(ROWS)] = _filled(template, rng)
        return made

    return cells


_REMARK = "Work order {d5} was closed on {mm}/{dd}/{this_year} after {n2} minutes on site."
_VISIT = "Technician replaced {d1} valves at station {d2}, pressure is {n2} psi again."


def _has(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


RECIPES = (
    Recipe("816 555-1234", "Ph", _column("{area} {exchange}-{line}"), _has("phone")),
    Recipe("(816)555-1234", "daytime", _column("({area}){exchange}-{line}", ""), _has("phone")),
    Recipe("816/555-1234", "Work Phone", _column("{area}/{exchange}-{line}"), _has("phone")),
    Recipe("tel:+1-816-555-1234", "uri", _column("tel:+1-{area}-{exchange}-{line}"), _has("phone")),
    Recipe("extension", "office", _column("{area}-{exchange}-{line} x{d3}"), _has("phone")),
    Recipe("en dashes", "Teléfono", _column("{area}–{exchange}–{line}"), _has("phone")),
    Recipe("two numbers", "lines", _column("{area}-{exchange}-{line} or {area}-{exchange}-{line}"),
           _has("phone")),
    Recipe("wide hyphens", "numbers", _column("({area}) {exchange} - {line}", ""), _has("phone")),
    Recipe("no-break spaces", "cell", _column("{area}\u00a0{exchange}\u00a0{line}"), _has("phone")),
    Recipe("ten digits, neutral", "numero", _column("{area}{exchange}{line}", ""), _has("phone")),
    Recipe("eleven digits", "mobile", _column("1{area}{exchange}{line}"), _has("phone")),
    Recipe("British", "abroad", _column("+44 20 7{d3} {d4}"), _has("phone")),
    Recipe("all spellings at once", "reach", _column(
        "{area}-{exchange}-{line}", "({area}) {exchange}-{line}", "{area}.{exchange}.{line}",
        "{area}{exchange}{line}", "none", "", "same as above"), _has("phone")),
    Recipe("labelled", "contact", _column("Home: {area}.{exchange}.{line}", "n/a"), _has("phone")),
    Recipe("phone in a remark", "log", _among(
        _REMARK, "Caller left ({area}) {exchange}-{line}, wants to hear back soon.", 1),
        _has("phone")),
    Recipe("ph# in a remark", "log", _among(
        _VISIT, "Gate is locked, ph# {area}{exchange}{line} for the key.", 1), _has("phone")),
    Recipe("phone spelled out", "log", _among(
        _VISIT, "Call eight one six, five five five, one two three four.", 1), _has("phone")),
    Recipe("capitals", "E-MAIL", _column("{WORD}@{WORD}.ORG"), _has("email")),
    Recipe("tags and subdomains", "user", _column("{word}+{word}@mail.{word}.co.uk"),
           _has("email")),
    Recipe("angle brackets", "from", _column("{Word} {Word} <{word}.{word}@{word}.com>"),
           _has("email", "person_name")),
    Recipe("several", "cc", _column("{word}@{word}.com; {word}@{word}.net", ""), _has("email")),
    Recipe("mailto", "link", _column("mailto:{word}@{word}.us"), _has("email")),
    Recipe("one cell of a status column", "status", _among("open", "{word}@{word}.org", 1),
           _has("email")),
    Recipe("[at] [dot]", "log", _among(_REMARK, "Ask {word} [at] {word} [dot] org for it.", 1),
           _has("email")),
    Recipe("(at)", "web", _among(_VISIT, "Write to {word}(at){word}.com please.", 1),
           _has("email")),
    Recipe("at … dot com", "log", _among(_VISIT, "Reply to {word} at {word} dot com today.", 1),
           _has("email")),
    Recipe("dashed out", "log", _among(_VISIT, "Reply to {word}-at-{word}-dot-com today.", 1),
           _has("email")),
    Recipe("spaces", "soc_sec_no", _column("{ssn_area} {ssn_group} {ssn_serial}"), _has("ssn")),
    Recipe("Social Security #", "Social Security #", _column(
        "{ssn_area}-{ssn_group}-{ssn_serial}", "N/A", ""), _has("ssn")),
    Recipe("digits only", "Employee SSN", _column("{ssn_area}{ssn_group}{ssn_serial}", ""),
           _has("ssn")),
    Recipe("taxpayer", "tin", _column("{ssn_area}-{ssn_group}-{ssn_serial}"), _has("ssn")),
    Recipe("en dashes", "field3", _column("{ssn_area}–{ssn_group}–{ssn_serial}", "unknown"),
           _has("ssn")),
    Recipe("few of many codes", "code", _among("A{d4}", "{ssn_area}-{ssn_group}-{ssn_serial}", 12),
           _has("ssn")),
    Recipe("SSN: digits", "log", _among(
        _REMARK, "Applicant gave SSN: {ssn_area}{ssn_group}{ssn_serial} at the counter.", 1),
        _has("ssn")),
    Recipe("soc. sec. no.", "log", _among(
        _VISIT, "Soc. sec. no. {ssn_area}-{ssn_group}-{ssn_serial} was on the form.", 1),
        _has("ssn")),
    Recipe("plain Visa", "acct", _column("{visa}"), _has("card")),
    Recipe("half cash", "tender", _column("{visa}", "cash", "check {d4}"), _has("card")),
    Recipe("American Express", "Credit Card", _column("{amex}", ""), _has("card")),
    Recipe("card in a remark", "log", _among(_REMARK, "Refund to card no. {visa} was sent.", 1),
           _has("card")),
    Recipe("card without a word", "log", _among(_VISIT, "Customer read out {visa} twice.", 1),
           _has("card")),
    Recipe("04-Mar-1980", "birthdt", _column("{dd}-{mon}-{birth_year}"), _has("birth_date")),
    Recipe("19800304", "DOB", _column("{birth_year}{mm}{dd}", ""), _has("birth_date")),
    Recipe("year", "year_of_birth", _column("{birth_year}"), _has("birth_date")),
    Recipe("abbreviated heading", "patient_bd", _column("{mm}/{dd}/{birth_year}"),
           _has("birth_date")),
    Recipe("Born March 4, 1980", "bio", _among(
        _VISIT, "Born {month} {dd}, {birth_year}, lives here since long.", 1), _has("birth_date")),
    Recipe("D.O.B. in a remark", "log", _among(_REMARK, "Minor, D.O.B. {mm}/{dd}/{birth_year}", 1),
           _has("birth_date")),
    Recipe("birthday in other words", "log", _among(
        _REMARK, "Turned 40 on {mm}/{dd}/{this_year} and asks for the discount.", 1),
        _has("birth_date")),
    Recipe("HIGHWAY", "premises", _column("{house} East US Highway {d2}", "{house} MO-{d2} Hwy"),
           _has("address")),
    Recipe("capitals and unit", "loc", _column("{house} {nsew} {WORD} {WAY} APT {n2}"),
           _has("address")),
    Recipe("with the city", "where", _column(
        "{house} {Word} {way}, Independence, MO 64050"), _has("address")),
    Recipe("post office box", "mail_to", _column("PO Box {d4}", "P.O. Box {d3}"), _has("address")),
    Recipe("number last", "calle", _column("Calle {Word} {house}"), _has("address")),
    Recipe("address in a remark", "log", _among(
        _REMARK, "Moved to {house} {nsew}. {Word} {way} last week.", 1), _has("address")),
    Recipe("no kind of street", "log", _among(_REMARK, "Lives at {house} Broadway upstairs.", 1),
           _has("address")),
    Recipe("Family, Given M.", "party", _column("{Word}, {given} K.", "{Word}, {Word}"),
           _has("person_name")),
    Recipe("capitals", "TAXPAYER_NAME", _column("{WORD} {WORD}"), _has("person_name")),
    Recipe("first", "First Name", _column("{given}", "{Word}"), _has("person_name")),
    Recipe("last", "LName", _column("{Word}", "{Word}-{Word}"), _has("person_name")),
    Recipe("unknown names, neutral", "col_4", _column("{Word} {Word}"), _has("person_name")),
    Recipe("Mr. in a remark", "log", _among(_REMARK, "Left a note for Mr. {Word} at the door.", 1),
           _has("person_name")),
    Recipe("frequent name in a remark", "log", _among(
        _REMARK, "The neighbor, {given} {Word}, will let us in.", 1), _has("person_name")),
    Recipe("unknown name in a remark", "log", _among(
        _REMARK, "The neighbor, {Word} {Word}, will let us in.", 1), _has("person_name")),
    Recipe("small letters", "log", _among(_REMARK, "talked to {given} {word} about it", 1),
           _has("person_name")),
    Recipe("dockets", "docket", _column("CV-{this_year}-{d6}", "{d2}CV{d5}")),
    Recipe("invoices", "invoice", _column("INV {this_year}-{d2}-{d4}")),
    Recipe("utility accounts", "acct_no", _column("{d2}-{d6}-{d2}")),
    Recipe("employers", "ein", _column("{n2}-{d6}{d1}")),
    Recipe("ledger codes", "gl_account", _column("{fund}-{d3}-{d4}")),
    Recipe("ledger codes, neutral", "line", _column("{fund}-{d3}-{d4}")),
    Recipe("work orders like SSNs", "work_order", _column("{n3}-24-{d4}")),
    Recipe("parcels like SSNs, neutral", "prop", _column("{d3}-{d2}-{d4}")),
    Recipe("telephones of devices", "imei", _column("{imei}")),
    Recipe("telephones of devices, neutral", "device", _column("{imei}")),
    Recipe("books", "isbn", _column("978-{d1}-{d2}-{d6}-{d1}")),
    Recipe("shipments", "shipment", _column("{n12}", "1Z{d6}{d5}{d5}")),
    Recipe("ids of 16 digits and words", "log", _among(_REMARK, "Batch {n16} was run.", 40)),
    Recipe("grouped ids of 16 digits", "token", _column("{d4}-{d4}-{d4}-{d4}")),
    Recipe("addresses of computers", "ip", _column("{n2}.{n2}.{n3}.{n2}")),
    Recipe("versions", "build", _column("{d2}.{d1}.{d5}.{d4}")),
    Recipe("fingerprints", "sha", _column("{d6}a{d5}f{d4}c{d6}")),
    Recipe("degrees", "position", _column("39°{n2}'{n2}\"N 94°{n2}'{n2}\"W")),
    Recipe("hours", "hours", _column("8:00 AM - 5:00 PM", "0{d1}:{n2}-1{d1}:{n2}")),
    Recipe("ranges", "range", _column("{n3}-{n3}", "{n2} to {n3} feet")),
    Recipe("measurements", "reading", _column("{n3}.{d6}")),
    Recipe("pictures", "image", _column("icon@2x.png", "{word}@{d1}x.jpg")),
    Recipe("mentions", "post", _column("Thanks @{word} for the fast work on {Word} Street!")),
    Recipe("years built", "year_built", _column("{built_year}")),
    Recipe("days built", "date_built", _column("{mm}/{dd}/{built_year}")),
    Recipe("days signed", "signed", _column("{mm}/{dd}/{built_year}")),
    Recipe("days closed", "closed", _column("{this_year}-{mm}-{dd}")),
    Recipe("streets", "street_name", _column("{nsew} {Word} {way}", "{given} {way}")),
    Recipe("blocks", "block", _column("{d2}00 block of {Word} {way}")),
    Recipe("schools", "school", _column("{given} {Word} Elementary", "{Word} Middle School")),
    Recipe("firms", "business", _column("{given}'s {Word} Shop", "{Word} & {Word} Co")),
    Recipe("phases", "phase", _column("In Progress", "Final Review", "On Hold", "Not Started")),
    Recipe("departments", "dept", _column("Public Works", "Parks and Recreation", "Water")),
    Recipe("remarks", "log", _column(_REMARK, _VISIT)),
)  # fmt: skip
