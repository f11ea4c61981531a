"""Texts as values of CSS ``content``, for the margins of printed pages (pure)."""

from __future__ import annotations

import re

from markupsafe import Markup

__all__ = ["css_numbering", "css_text"]

_COUNTERS = {"{page}": "counter(page)", "{pages}": "counter(pages)"}


def css_text(text: str) -> Markup:
    """A quoted CSS string in which nothing can end the string or the style element."""
    escaped = re.sub(r'[\\"<>&\x00-\x1f\x7f]', lambda found: f"\\{ord(found[0]):x} ", text)
    return Markup(f'"{escaped}"')  # noqa: S704 – every character with a meaning is escaped


def css_numbering(text: str) -> Markup:
    """The value for a text with ``{page}`` and ``{pages}`` in it."""
    pieces = [piece for piece in re.split(r"(\{pages?\})", text) if piece]
    return Markup(" ").join(  # the counters are constants
        Markup(_COUNTERS[piece]) if piece in _COUNTERS else css_text(piece)  # noqa: S704
        for piece in pieces
    )
