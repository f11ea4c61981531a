"""Reading and judging single values, without CKAN: what the validators are made of.

Functions that judge return True or False; functions that read return None for a value
that cannot be read. The words for the steward are the validators' affair.

This module is pure: it imports neither CKAN nor a database.
"""

from __future__ import annotations

import datetime
import json
import re
import secrets
from decimal import Decimal, InvalidOperation
from typing import Any, cast
from urllib.parse import urlsplit

__all__ = [
    "LARGEST_BYTES",
    "as_list",
    "bounding_box",
    "is_code",
    "is_date",
    "is_email",
    "is_empty",
    "is_storable",
    "is_web_address",
    "json_object",
    "new_identifier",
    "number",
]

# Solr refuses a whole document for one untokenized term of more than 32,766 bytes.
LARGEST_BYTES = 32_000

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
# PostgreSQL cannot store NUL; the other control characters break XML feeds.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_IDENTIFIER_LENGTH = 12


def is_empty(value: object) -> bool:
    """Whether a form or an API client has left the field empty: none, blank or no items."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip() in ("", "[]")
    if isinstance(value, (list, tuple)):
        return all(is_empty(item) for item in cast("list[object]", value))
    return False


def as_list(value: object) -> list[str] | None:
    """The items of a field of several values, without blanks and repetitions.

    A list, the JSON text of one, several lines, or a single text will do.

    :returns: the items in their order, or None if the value is none of these
    """
    if isinstance(value, str):
        value = _split(value)
    if not isinstance(value, (list, tuple)):
        return None
    items = cast("list[object]", value)
    if not all(isinstance(item, str) for item in items):
        return None
    words = (item.strip() for item in cast("list[str]", items))
    return list(dict.fromkeys(word for word in words if word))


def _split(text: str) -> object:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return [text]
    return text.splitlines()


def is_storable(text: str) -> bool:
    """Whether PostgreSQL, JSON and XML can all hold ``text`` (no control characters)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return not _CONTROL.search(text)


def is_date(text: str) -> bool:
    """Whether ``text`` is a day of the calendar, written ``YYYY-MM-DD``."""
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_email(text: str) -> bool:
    """Whether ``text`` looks like one e-mail address, after the rule of HTML's input."""
    return len(text) <= 254 and bool(_EMAIL.fullmatch(text))


def is_web_address(text: str) -> bool:
    """Whether ``text`` is an absolute http or https address without spaces."""
    if re.search(r"\s", text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host)


def is_code(text: str) -> bool:
    """Whether ``text`` is a short code: letters, digits, hyphens and underscores."""
    return bool(_CODE.fullmatch(text))


def bounding_box(text: str) -> tuple[float, float, float, float] | None:
    """Read ``west,south,east,north`` in degrees (WGS 84).

    :returns: the four edges, or None unless -180 ≤ west < east ≤ 180 and
        -90 ≤ south < north ≤ 90
    """
    parts = text.split(",")
    if len(parts) != 4:
        return None
    edges = [number(part) for part in parts]
    west, south, east, north = edges
    if west is None or south is None or east is None or north is None:
        return None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None
    return float(west), float(south), float(east), float(north)


def number(text: str) -> Decimal | None:
    """Read a plain decimal number; no exponents, no infinities."""
    text = text.strip()
    if len(text) > 40 or not re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def json_object(value: object) -> dict[str, Any] | None:
    """Read a JSON object from its text, or take one as it is."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def new_identifier() -> str:
    """A new catalog identifier: ``indep-`` and 60 random bits as 12 base-32 characters.

    It says nothing about the title, so it can stay when the title changes, and it is not
    given out twice: among a million datasets the chance of a repetition is one in two million.
    """
    return "indep-" + "".join(secrets.choice(_BASE32) for _ in range(_IDENTIFIER_LENGTH))
