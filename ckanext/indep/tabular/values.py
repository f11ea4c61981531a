"""Pure: how single cells are read as numbers, dates, times and booleans.

A reader returns the text that PostgreSQL takes for the type, or None where the cell is
not of that type. None of them accepts a spelling that would lose something, such as a
leading zero.
"""

from __future__ import annotations

import re
from datetime import datetime

__all__ = [
    "american_parts",
    "read_american",
    "read_boolean",
    "read_date",
    "read_integer",
    "read_numeric",
    "read_timestamp",
]

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_NUMERIC = re.compile(r"-?(?:0|[1-9][0-9]{0,14})?\.[0-9]{1,30}|-?(?:0|[1-9][0-9]{0,14})")
_DATE = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})")
_TIMESTAMP = re.compile(
    r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[ T]"
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
)
_AMERICAN = re.compile(
    r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})"
    r"(?:,? +([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?: ?([AaPp])\.?[Mm]\.?)?)?"
)


def read_boolean(cell: str) -> str | None:
    """``true`` and ``false`` only: yes, no, Y and N are often one code among others."""
    lower = cell.lower()
    return lower if lower in ("true", "false") else None


def read_integer(cell: str) -> str | None:
    """A whole number of at most 15 digits (what a double holds exactly), no leading zero."""
    return cell if _INTEGER.fullmatch(cell) else None


def read_numeric(cell: str) -> str | None:
    """A decimal number with a point; no exponent, which codes such as 1E5 look like."""
    return cell if _NUMERIC.fullmatch(cell) else None


def read_date(cell: str) -> str | None:
    """An ISO 8601 date, year first, with dashes or slashes."""
    match = _DATE.fullmatch(cell)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    moment = _moment(year, month, day)
    return None if moment is None else moment.date().isoformat()


def read_timestamp(cell: str) -> str | None:
    """An ISO 8601 date with a time and without a zone; a date alone is its midnight."""
    match = _TIMESTAMP.fullmatch(cell)
    if match is None:
        date = read_date(cell)
        return None if date is None else f"{date} 00:00:00"
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    moment = _moment(year, month, day, hour, minute, second)
    if moment is None:
        return None
    fraction = match.group(7)
    return moment.isoformat(sep=" ") + (f".{fraction}" if fraction else "")


def american_parts(cell: str) -> tuple[int, int, bool] | None:
    """First number, second number, and whether a time follows, of ``1/31/2022 1:05 PM``.

    None where the cell is not so written or is no date in either order.
    """
    match = _AMERICAN.fullmatch(cell)
    if match is None:
        return None
    if read_american(cell, True) is None and read_american(cell, False) is None:
        return None
    return int(match.group(1)), int(match.group(3)), match.group(5) is not None


def read_american(cell: str, month_first: bool) -> str | None:
    """``m/d/yyyy`` or ``d/m/yyyy``, with a time or not, as an ISO date or timestamp."""
    match = _AMERICAN.fullmatch(cell)
    if match is None:
        return None
    first, second, year = int(match.group(1)), int(match.group(3)), int(match.group(4))
    month, day = (first, second) if month_first else (second, first)
    if match.group(5) is None:
        moment = _moment(year, month, day)
        return None if moment is None else moment.date().isoformat()
    hour = _hour(int(match.group(5)), match.group(8))
    if hour is None:
        return None
    moment = _moment(year, month, day, hour, int(match.group(6)), int(match.group(7) or 0))
    return None if moment is None else moment.isoformat(sep=" ")


def _hour(hour: int, half: str | None) -> int | None:
    """Hour of the day, 0 to 23, from an hour with or without AM or PM."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half in "Pp" else 0)


def _moment(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0
) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
