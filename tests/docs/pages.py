"""Reading the examples out of the documentation's pages."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

__all__ = ["DOCS", "REPOSITORY", "blocks", "patched"]

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S
)


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks in one language of a page, in order, without their indentation."""
    text = (DOCS / page).read_text("utf-8")
    return [dedent(m["text"]) for m in _BLOCK.finditer(text) if m["language"] == language]


def patched(source: str, diff: str) -> str:
    """Return `source` with a block of lines that begin with a space or a plus put in.

    Raises AssertionError unless the lines with a space occur exactly once: then the page shows
    code that is there no longer.
    """
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if not line.startswith("+"))
    after = "".join(line[1:] for line in lines)
    assert source.count(before) == 1, f"not once in the source: {before!r}"
    return source.replace(before, after)
