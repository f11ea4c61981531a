"""The expressions that a specification may compute with: arithmetic on fields (pure).

A small part of Vega's expression language, read by a recursive descent: numbers, texts without
escapes, ``datum.field``, operators, and functions of a number that cannot loop or grow. What
is not in this grammar is refused, so signals, member access, calls of methods, regular
expressions and templates cannot be written.
"""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["FUNCTIONS", "ExpressionError", "check_expression"]

LONGEST = 300
DEEPEST = 20

FUNCTIONS: dict[str, tuple[int, int]] = {
    "abs": (1, 1),
    "ceil": (1, 1),
    "floor": (1, 1),
    "round": (1, 1),
    "sqrt": (1, 1),
    "log": (1, 1),
    "min": (2, 4),
    "max": (2, 4),
    "isValid": (1, 1),
    "toNumber": (1, 1),
    "toDate": (1, 1),
    "year": (1, 1),
    "quarter": (1, 1),
    "month": (1, 1),
    "lower": (1, 1),
    "upper": (1, 1),
}
"""Each function with the least and the largest number of its arguments."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,12}(?:\.\d{1,12})?)
    |(?P<text>'[^'\\\n]*'|"[^"\\\n]*")
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:(),.\[\]]))""",
    re.VERBOSE,
)
_BINARY = (
    {"||"},
    {"&&"},
    {"==", "!=", "===", "!=="},
    {"<", "<=", ">", ">="},
    {"+", "-"},
    {"*", "/", "%"},
)
_CONSTANTS = {"true", "false", "null", "PI"}


class ExpressionError(Exception):
    """An expression outside of the grammar; the message says what is wrong."""


def check_expression(text: str, fields: Collection[str]) -> None:
    """Raise ExpressionError unless the text is in the grammar and uses known fields only."""
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters")
    _Reader(_tokens(text), fields).read()


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"“{text[position:].strip()[:1]}” is not allowed in expressions")
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


class _Reader:
    """Reads the tokens once, from left to right."""

    def __init__(self, tokens: list[tuple[str, str]], fields: Collection[str]) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._fields = fields
        self._depth = 0

    def read(self) -> None:
        self._choice()
        if self._next[0] != "end":
            raise ExpressionError(f"“{self._next[1]}” is not expected there")

    @property
    def _next(self) -> tuple[str, str]:
        return self._tokens[0]

    def _take(self, sign: str = "") -> str:
        kind, text = self._tokens[0]
        if sign and text != sign:
            raise ExpressionError(f"“{sign}” is missing" + (f" before “{text}”" if text else ""))
        if kind != "end":
            self._tokens.pop(0)
        return text

    def _choice(self) -> None:
        """``condition ? a : b``, or what binds closer."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"an expression is nested at most {DEEPEST} levels deep")
        self._binary(0)
        if self._next == ("sign", "?"):
            self._take()
            self._choice()
            self._take(":")
            self._choice()
        self._depth -= 1

    def _binary(self, rank: int) -> None:
        if rank == len(_BINARY):
            self._unary()
            return
        self._binary(rank + 1)
        while self._next[0] == "sign" and self._next[1] in _BINARY[rank]:
            self._take()
            self._binary(rank + 1)

    def _unary(self) -> None:
        while self._next in {("sign", "-"), ("sign", "+"), ("sign", "!")}:
            self._take()
        self._operand()

    def _operand(self) -> None:
        kind, text = self._next
        if kind in {"number", "text"} or (kind == "name" and text in _CONSTANTS):
            self._take()
        elif text == "(" and kind == "sign":
            self._take()
            self._choice()
            self._take(")")
        elif kind == "name" and text == "datum":
            self._field()
        elif kind == "name" and text in FUNCTIONS:
            self._call()
        elif kind == "name":
            raise ExpressionError(f"“{text}” is not allowed in expressions")
        else:
            raise ExpressionError("a value is missing" + (f" before “{text}”" if text else ""))

    def _field(self) -> None:
        self._take()
        if self._next == ("sign", "["):
            self._take()
            if self._next[0] != "text":
                raise ExpressionError("a field is named by a text in quotation marks")
            name = self._take()[1:-1]
            self._take("]")
        else:
            self._take(".")
            name = self._take()
        if name not in self._fields:
            raise ExpressionError(f"there is no field “{name}”")

    def _call(self) -> None:
        name = self._take()
        self._take("(")
        count = 1
        self._choice()
        while self._next == ("sign", ","):
            self._take()
            self._choice()
            count += 1
        self._take(")")
        least, most = FUNCTIONS[name]
        if not least <= count <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise ExpressionError(f"“{name}” takes {wanted} values")
