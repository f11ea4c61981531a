"""Single values as exports need them: plain text, absolute URLs, media types, dates, boxes.

Pure functions; each returns ``""`` (or ``None``) for what cannot be used, and the
caller leaves that property out.
"""

# pyright: strict
from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from html import unescape
from urllib.parse import quote, urlsplit, urlunsplit

__all__ = [
    "absolute_url",
    "bounding_box",
    "is_absolute_url",
    "iso_date",
    "mailto",
    "media_type",
    "one_line",
    "plain_text",
    "shorten",
]

_MARKDOWN = (
    (re.compile(r"```[^\n]*\n(.*?)```", re.DOTALL), r"\1"),
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\(([^)\s]+)[^)]*\)"), r"\1 (\2)"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^>]*>"), ""),
    (re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^([ \t]*)[*+][ \t]+", re.MULTILINE), r"\1- "),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_])(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>-])"), r"\1"),
)
_MARKS = re.compile(r"[*_`#>\[<&\\]|^[ \t]{0,3}-[ \t]*-", re.MULTILINE)
"""A text without any of these is plain already."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that neither JSON nor XML of other programs will bear."""
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_URL = re.compile(r"(?i)https?://[^\s/?#@]+(?::\d+)?(?:[/?#][!-~]*)?")
_UNSAFE_IN_URL = re.compile(r'[\s<>"{}|\\^`]')
_HOST = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d+)?"
)
_MEDIA_TYPE = re.compile(r"[-\w]+/[-\w]+(?:\.[-\w]+)*(?:\+[-\w]+)?", re.ASCII)
_EMAIL = re.compile(r"[\w~!$&'()*+,;=:.-]+@[\w.-]+\.[\w.-]+", re.ASCII)
_KEPT_IN_URL = "/:@!$&'()*+,;=~-._?%"
"""Characters that stand for themselves in a path (RFC 3986), and ``%`` of what is escaped."""


def plain_text(markdown: str) -> str:
    """The words of a Markdown text, paragraphs kept, marks and HTML tags removed."""
    text = _CONTROL.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n"))
    if _MARKS.search(text):
        for pattern, replacement in _MARKDOWN:
            text = pattern.sub(replacement, text)
        text = unescape(text)
    return _BLANK_LINES.sub("\n\n", text).strip()


def one_line(text: str) -> str:
    """``text`` without control characters, its white space collapsed to single spaces."""
    clean = text if text.isprintable() else _CONTROL.sub(" ", text)
    return " ".join(clean.split())


def shorten(text: str, limit: int) -> str:
    """``text`` if it has at most ``limit`` characters, else cut at a space and ended by ``…``."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(None, 1)[0] if " " in head else head).rstrip() + "…"


def is_absolute_url(text: str) -> bool:
    """Whether ``text`` is an absolute http(s) URL in the ASCII form of RFC 3986."""
    return (
        _URL.fullmatch(text) is not None
        and _UNSAFE_IN_URL.search(text) is None
        and _HOST.fullmatch(_split_host(text)) is not None
    )


def _split_host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def absolute_url(text: str) -> str:
    """``text`` as an absolute http(s) URL with spaces and other letters escaped, or ``""``.

    A host of other letters becomes its IDNA form. User names and passwords in a URL are refused.
    """
    try:
        parts = urlsplit(text.strip())
        host = parts.netloc.encode("idna").decode("ascii") if parts.netloc else ""
    except (UnicodeError, ValueError):
        return ""
    url = urlunsplit(
        (
            parts.scheme.lower(),
            host,
            quote(parts.path, safe=_KEPT_IN_URL),
            quote(parts.query, safe=_KEPT_IN_URL),
            quote(parts.fragment, safe=_KEPT_IN_URL),
        )
    )
    return url if is_absolute_url(url) else ""


def media_type(text: str) -> str:
    """The IANA media type in ``text`` without its parameters, lower case, or ``""``."""
    bare = text.split(";", 1)[0].strip().lower()
    return bare if _MEDIA_TYPE.fullmatch(bare) else ""


def mailto(email: str) -> str:
    """The ``mailto:`` URL of an e-mail address, or ``""`` if it is none."""
    bare = email.strip().removeprefix("mailto:")
    return f"mailto:{bare}" if _EMAIL.fullmatch(bare) else ""


def iso_date(text: str) -> str:
    """The day in ``text`` as ``YYYY-MM-DD``, or ``""``.

    Dates are published to the day: it is what a steward knows, and a time of day would make
    harvesters see changes where there are none.
    """
    bare = text.strip()
    try:
        return date.fromisoformat(bare[:10]).isoformat() if _is_moment(bare) else ""
    except ValueError:
        return ""


def _is_moment(text: str) -> bool:
    if len(text) == len("2026-01-01"):
        return True
    datetime.fromisoformat(text.replace("Z", "+00:00"))
    return True


def bounding_box(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees (WGS 84) from ``W,S,E,N`` text, or ``None``.

    A box whose west lies east of its east crosses the 180th meridian and is allowed.
    """
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    in_range = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90
    return (west, south, east, north) if in_range else None
