"""Building blocks of an allow-list for JSON: each checks one value and notes what is wrong.

A check is a function of the value, where it stands, and the notes (pure).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.indep.insight.suggestions.expressions import ExpressionError, check_expression

__all__ = [
    "Check",
    "Notes",
    "any_of",
    "boolean",
    "choice",
    "expression",
    "field_name",
    "known_field",
    "list_of",
    "null",
    "number",
    "object_of",
    "pattern",
    "scalar",
    "text",
]

MOST_NOTES = 20
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_RESERVED = frozenset({"constructor", "prototype", "hasOwnProperty", "toString", "valueOf"})


@dataclass
class Notes:
    """What is wrong so far, and the fields that may be named."""

    fields: Collection[str]
    problems: list[str] = field(default_factory=list[str])

    def add(self, path: str, problem: str) -> None:
        """Note a problem at a place such as ``encoding.x``."""
        if len(self.problems) < MOST_NOTES:
            self.problems.append(f"{path or 'The specification'}: {problem}")


Check = Callable[[Any, str, Notes], None]


def boolean(value: Any, path: str, notes: Notes) -> None:
    """True or false."""
    if not isinstance(value, bool):
        notes.add(path, "must be true or false.")


def null(value: Any, path: str, notes: Notes) -> None:
    """Null only."""
    if value is not None:
        notes.add(path, "must be null.")


def scalar(value: Any, path: str, notes: Notes) -> None:
    """A number, a short text, true or false."""
    if isinstance(value, str):
        text(100)(value, path, notes)
    elif not isinstance(value, (bool, int, float)):
        notes.add(path, "must be a number, a text, true or false.")


def number(least: float, most: float) -> Check:
    """A number between two others."""

    def check(value: Any, path: str, notes: Notes) -> None:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:
            notes.add(path, f"must be a number from {least:g} to {most:g}.")

    return check


def text(longest: int) -> Check:
    """A text of at most so many characters."""

    def check(value: Any, path: str, notes: Notes) -> None:
        if not isinstance(value, str) or len(value) > longest:
            notes.add(path, f"must be a text of at most {longest} characters.")

    return check


def pattern(expected: str, words: str) -> Check:
    """A text that matches as a whole; ``words`` say what it must be."""
    compiled = re.compile(expected)

    def check(value: Any, path: str, notes: Notes) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            notes.add(path, f"must be {words}.")

    return check


def choice(*allowed: str) -> Check:
    """One of these texts."""

    def check(value: Any, path: str, notes: Notes) -> None:
        if not isinstance(value, str) or value not in allowed:
            shown = f" “{value[:40]}”" if isinstance(value, str) else ""
            notes.add(path, f"{shown.strip() or 'it'} is not allowed; use {', '.join(allowed)}.")

    return check


def any_of(words: str, *checks: Check) -> Check:
    """Whatever one of the checks accepts.

    Where none does, the problems that lie deeper are told if there is just one such check
    for objects or lists; else ``words`` say what is wanted.
    """

    def check(value: Any, path: str, notes: Notes) -> None:
        tried: list[list[str]] = []
        for one in checks:
            attempt = Notes(notes.fields)
            one(value, path, attempt)
            if not attempt.problems:
                return
            tried.append(attempt.problems)
        deeper = [
            problem
            for problems in tried
            for problem in problems
            if not problem.startswith(f"{path}: must be")
        ]
        if isinstance(value, (dict, list)) and deeper:
            notes.problems += deeper[: MOST_NOTES - len(notes.problems)]
        else:
            notes.add(path, f"must be {words}.")

    return check


def list_of(one: Check, most: int) -> Check:
    """A list of at most so many values."""

    def check(value: Any, path: str, notes: Notes) -> None:
        if not isinstance(value, list) or len(value) > most:
            notes.add(path, f"must be a list of at most {most} values.")
            return
        for position, member in enumerate(value):
            one(member, f"{path}[{position}]", notes)

    return check


def object_of(known: Mapping[str, Check], required: Collection[str] = ()) -> Check:
    """An object with these keys and no others."""

    def check(value: Any, path: str, notes: Notes) -> None:
        if not isinstance(value, dict):
            notes.add(path, "must be an object.")
            return
        for key in required:
            if key not in value:
                notes.add(path, f"“{key}” is missing.")
        for key, member in value.items():
            if key not in known:
                notes.add(path, f"“{key[:40]}” is not allowed here.")
            else:
                known[key](member, f"{path}.{key}" if path else key, notes)

    return check


def field_name(value: Any, path: str, notes: Notes) -> None:
    """A name for a computed field."""
    if not isinstance(value, str) or not _FIELD_NAME.fullmatch(value) or value in _RESERVED:
        notes.add(path, "must be a name of letters, digits and underscores.")


def known_field(value: Any, path: str, notes: Notes) -> None:
    """The name of a column, or of a field that a transform computes."""
    if not isinstance(value, str):
        notes.add(path, "must be the name of a field.")
    elif value not in notes.fields:
        notes.add(path, f"there is no field “{value[:40]}”.")


def expression(value: Any, path: str, notes: Notes) -> None:
    """An expression of the small grammar."""
    if not isinstance(value, str):
        notes.add(path, "must be an expression.")
        return
    try:
        check_expression(value, notes.fields)
    except ExpressionError as error:
        notes.add(path, f"{error}.")
