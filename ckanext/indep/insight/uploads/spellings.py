"""How periods are spelled in departments' files (pure).

Only what can mean one thing is read. The city's fiscal year is named by the year in which it
ends, yet many files name a calendar year, or both; so a year alone, ``Q1 2025`` and ``Sep 25``
are questions, not periods.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from ckanext.indep.insight.periods import Kind, Period, PeriodError, period_of
from ckanext.indep.insight.uploads.problems import ProblemError

__all__ = ["fiscal_year", "part_of_year", "period"]

WRITE = "Write FY2026 Q1, FY2026 M03, FY2026, 2025-09 or Sep 2025."

_MONTHS = (
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may", "may"),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_FISCAL = r"fy ?(?P<first>[0-9]{4}|[0-9]{2})(?: ?[-/] ?(?P<second>[0-9]{4}|[0-9]{2}))?"
_PART = r"(?P<kind>[qm]) ?0?(?P<number>[0-9]{1,2})"
_YEAR_FIRST = re.compile(rf"{_FISCAL}(?:(?: ?[-/] ?| ?){_PART})?")
_PART_FIRST = re.compile(rf"{_PART}(?: ?[-/,] ?| ?){_FISCAL}")
_YEAR_MONTH = re.compile(r"(?P<year>[0-9]{4})[-/](?P<month>[0-9]{2})")
_MONTH_YEAR = re.compile(r"(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
_FIRST_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-01(?:[ t]00:00(?::00)?)?")
_NAMED_MONTH = re.compile(r"(?P<name>[a-z]{3,9})\.?[ -,]+(?P<year>[0-9]{4})")
_NAMED_LATER = re.compile(r"(?P<year>[0-9]{4})[ -]+(?P<name>[a-z]{3,9})\.?")
_PART_ALONE = re.compile(_PART)

_QUESTIONS = (
    (
        re.compile(r"[0-9]{4}"),
        "may be a calendar year or a fiscal year",
        "Write FY2026 for the fiscal year that ends on June 30, 2026.",
    ),
    (
        re.compile(r"[0-9]{4} ?[-/] ?(?:[0-9]{2}|[0-9]{4})"),
        "may be a month or a fiscal year",
        "Write FY2025-26 for a fiscal year, or 2025-09 for a month.",
    ),
    (
        re.compile(r"q[1-4](?: ?[-/,] ?| ?)[0-9]{2,4}|[0-9]{2,4}(?: ?[-/] ?| ?)q[1-4]"),
        "may be a quarter of the calendar year or of the fiscal year",
        "Write FY2026 Q1 for July to September 2025.",
    ),
    (
        re.compile(r"[a-z]{3,9}\.?[ -]+'?[0-9]{2}"),
        "may be a day or a month of a year",
        "Write the year with four digits, such as Sep 2025.",
    ),
    (
        re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}.*"),
        "is a day, not a period",
        "Write FY2026 Q1 or 2025-09, in cells formatted as text.",
    ),
    (
        re.compile(rf"{_PART}"),
        "has no year",
        "Write FY2026 Q1.",
    ),
)


def _plain(text: str) -> str:
    """Lower case, one kind of space and of dash."""
    text = re.sub(r"[‐-―−]", "-", text)
    return " ".join(text.split()).lower()


@lru_cache(maxsize=8192)
def period(text: str) -> Period:
    """The period that the text names.

    Raises ProblemError, with what it may mean and what to write instead.
    """
    plain = _plain(text)
    if not plain:
        raise ProblemError("The period is blank.", WRITE)
    for read in (_fiscal, _month):
        found = read(plain)
        if found is not None:
            return found
    for pattern, problem, remedy in _QUESTIONS:
        if pattern.fullmatch(plain):
            raise ProblemError(f"“{text.strip()[:40]}” {problem}.", remedy)
    raise ProblemError(f"“{text.strip()[:40]}” is not a period.", WRITE)


@lru_cache(maxsize=1024)
def fiscal_year(text: str) -> Period:
    """The fiscal year that a cell in a column of years names, such as ``FY2026``.

    Raises ProblemError for anything else, also for a year without FY.
    """
    found = period(text)
    if found.kind is not Kind.YEAR:
        raise ProblemError(f"{found.label} is not a whole fiscal year.", "Write FY2026.")
    return found


def part_of_year(text: str) -> tuple[Kind, int] | None:
    """What a heading such as ``Q1``, ``M03`` or ``Sep`` names within a fiscal year."""
    plain = _plain(text).rstrip(".")
    month = _MONTH_NUMBERS.get(plain)
    if month is not None:
        return Kind.MONTH, period_of(date(2000, month, 1), Kind.MONTH).number
    match = _PART_ALONE.fullmatch(plain)
    if match is None:
        return None
    kind = Kind.QUARTER if match["kind"] == "q" else Kind.MONTH
    number = int(match["number"])
    return (kind, number) if 1 <= number <= kind.per_year else None


def _fiscal(plain: str) -> Period | None:
    match = _YEAR_FIRST.fullmatch(plain) or _PART_FIRST.fullmatch(plain)
    if match is None:
        return None
    first = _whole_year(match["first"])
    year = first
    if match["second"] is not None:
        year = _year_after(first, match["second"])
        if year != first + 1:
            raise ProblemError(
                f"“{plain.upper()[:40]}” joins two years that do not follow each other.",
                "Write FY2025-26 or FY2026.",
            )
    try:
        if match["kind"] is None:
            return Period(year, Kind.YEAR)
        kind = Kind.QUARTER if match["kind"] == "q" else Kind.MONTH
        return Period(year, kind, int(match["number"]))
    except PeriodError as error:
        raise ProblemError(str(error), WRITE) from error


def _whole_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _year_after(first: int, digits: str) -> int:
    """The second year of a span; two digits are of the first year's century, or the next."""
    if len(digits) == 4:
        return int(digits)
    year = first - first % 100 + int(digits)
    return year if year >= first else year + 100


def _month(plain: str) -> Period | None:
    for pattern in (_YEAR_MONTH, _MONTH_YEAR, _FIRST_DAY):
        match = pattern.fullmatch(plain)
        if match and 1 <= int(match["month"]) <= 12:
            return _calendar_month(int(match["year"]), int(match["month"]))
    named = _NAMED_MONTH.fullmatch(plain) or _NAMED_LATER.fullmatch(plain)
    if named and named["name"] in _MONTH_NUMBERS:
        return _calendar_month(int(named["year"]), _MONTH_NUMBERS[named["name"]])
    return None


def _calendar_month(year: int, month: int) -> Period:
    try:
        return period_of(date(year, month, 1), Kind.MONTH)
    except ValueError as error:
        raise ProblemError(f"The year {year} is out of range.", WRITE) from error
