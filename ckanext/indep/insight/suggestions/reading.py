"""From the text of a specification to plain JSON values, however hostile the text is (pure)."""

from __future__ import annotations

import json
import math
import unicodedata
from typing import Any

__all__ = ["LONGEST", "UnreadableError", "read"]

LONGEST = 20_000
"""Most bytes of a specification in UTF-8."""

DEEPEST = 12
MOST_VALUES = 2_000
LARGEST = 1e15


class UnreadableError(Exception):
    """A text that is not the JSON object it should be; the message says why."""


def read(text: str) -> dict[str, Any]:
    """Parse a JSON object.

    Refused are duplicated keys, numbers that JSON does not have or that are beyond 1e15,
    control characters and lone surrogates, and whatever is too long, too deep or too much.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise UnreadableError("It has characters that are not Unicode text.") from error
    if size > LONGEST:
        raise UnreadableError(f"It has {size:,} bytes; at most {LONGEST:,} are allowed.")
    try:
        found: Any = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise UnreadableError(
            f"It is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except RecursionError as error:
        raise UnreadableError(_TOO_DEEP) from error
    except ValueError as error:
        # Python refuses to read a number of thousands of digits.
        raise UnreadableError("It has a number with too many digits.") from error
    if not isinstance(found, dict):
        raise UnreadableError("It must be one JSON object.")
    _check(found)
    return found


_TOO_DEEP = f"It is nested more than {DEEPEST} levels deep."


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise UnreadableError(f"The key “{key[:40]}” stands twice in one object.")
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise UnreadableError(f"{name} is not a number in JSON.")


def _check(root: Any) -> None:
    """Look at each value, level by level, so that depth costs no stack."""
    level: list[Any] = [root]
    seen = 0
    for _depth in range(DEEPEST):
        below: list[Any] = []
        for value in level:
            seen += 1
            if isinstance(value, dict):
                below += [*value, *value.values()]
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str):
                _check_text(value)
            elif isinstance(value, (int, float)) and not -LARGEST <= value <= LARGEST:
                raise UnreadableError("It has a number that is too large.")
            elif isinstance(value, float) and math.isnan(value):
                raise UnreadableError("It has a number that is none.")
        if seen > MOST_VALUES:
            raise UnreadableError(f"It has more than {MOST_VALUES:,} values.")
        if not below:
            return
        level = below
    raise UnreadableError(_TOO_DEEP)


def _check_text(text: str) -> None:
    # Cc: control characters, Cf: invisible ones that turn the direction, Cs: lone surrogates.
    bad = next((one for one in text if unicodedata.category(one) in {"Cc", "Cf", "Cs"}), None)
    if bad is not None:
        raise UnreadableError(f"It has the invisible character U+{ord(bad):04X} in a text.")
