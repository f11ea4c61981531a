"""Cells of CSV files that spreadsheet programs open: shown as they are, never run. Pure.

The rule is that of OWASP, "CSV Injection": a cell that begins like a formula gets an apostrophe
before it, which spreadsheet programs do not show.
"""

from __future__ import annotations

__all__ = ["FORMULA", "original_cell", "safe_cell"]

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheet programs take for the beginning of a formula.

The wide forms are what a Japanese or Chinese keyboard makes of them.
"""


def safe_cell(content: object) -> object:
    """The content of a cell that no spreadsheet takes for a formula; a blank is empty."""
    if content is None:
        return ""
    if isinstance(content, str) and _is_formula(content):
        return f"'{content}"
    return content


def original_cell(text: str) -> str:
    """Take back what `safe_cell` did, so that an export can be imported again."""
    return text[1:] if text.startswith("'") and _is_formula(text[1:]) else text


def _is_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(FORMULA)
