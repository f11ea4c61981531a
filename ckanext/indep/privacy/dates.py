"""Pure: dates of days, in the spellings of the United States and of ISO 8601."""

# pyright: strict
from __future__ import annotations

import re
from datetime import date

__all__ = ["DAY", "read_year"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
DAY = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    rf"|{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
    rf"|\d{{1,2}}(?:\s|-){_MONTH}\.?,?(?:\s|-)\d{{4}})"
)
"""A regular expression without groups; to be used ignoring case."""

_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(?::00(?:\.0+)?)?Z?|,? 12:00(?::00)? AM", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
_NAME = re.compile(r"[A-Za-z]{3}")
_DAY = re.compile(DAY, re.IGNORECASE)


def read_year(text: str) -> int | None:
    """The year of a text that is a day and nothing else but midnight; else None.

    A year of two digits is read as the last century's if it would lie ahead of 2029.
    """
    day = _DAY.match(text)
    if day is None or not (day.end() == len(text) or _MIDNIGHT.fullmatch(text, day.end())):
        return None
    numbers = [int(number) for number in _NUMBERS.findall(day.group())]
    name = _NAME.search(day.group()) if len(numbers) == 2 else None
    if name is not None:
        return _checked(numbers[1], _MONTHS.index(name.group().lower()) + 1, numbers[0])
    if numbers[0] > 31:
        return _checked(*numbers)
    year = numbers[2] if numbers[2] > 99 else numbers[2] + (2000 if numbers[2] < 30 else 1900)
    return _checked(year, numbers[0], numbers[1]) or _checked(year, numbers[1], numbers[0])


def _checked(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).year
    except ValueError:
        return None
