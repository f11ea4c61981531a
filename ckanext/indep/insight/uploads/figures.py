"""How numbers are spelled in departments' files (pure).

A number is read if it can be one number only; whatever could be another is an error that says
so. A blank is no figure and never zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ckanext.indep.insight.uploads.problems import ProblemError

__all__ = ["BLANKS", "DecimalCommaError", "Number", "Units", "read"]

BLANKS = frozenset({"", "-", "–", "—", "n/a", "na"})
"""Cells that say that there is no figure, in lower case; docs/insight-history.md lists them."""

WRITE = "Write digits with a point, such as 1234.5."

_PLAIN = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?|[+-]?\.[0-9]{1,18}")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3}){1,5}(?:\.[0-9]{1,18})?")
_SPACED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?: [0-9]{3}){1,5}(?:\.[0-9]{1,18})?")
_THREE_DECIMALS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9][0-9. ]*,[0-9]{1,18}|[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_EXPONENT = re.compile(r"[+-]?[0-9.]+e[+-]?[0-9]+", re.IGNORECASE)
_PARENTHESES = re.compile(r"\(.*\)")
_DAY = re.compile(r"[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}(?:[ T].*)?|[0-9]{1,2}:[0-9]{2}.*")
_LEADING_ZERO = re.compile(r"[+-]?0[0-9].*")

_DOLLARS = frozenset({"$", "us$", "usd", "dollar", "dollars"})
_PERCENTS = frozenset({"%", "percent"})


@dataclass(frozen=True)
class Units:
    """What may stand beside the number: % only where the figure is one, $ likewise."""

    percent: bool = False
    dollars: bool = False

    @classmethod
    def of(cls, unit: str) -> Units:
        """What the unit of a measure allows."""
        words = unit.strip().lower()
        return cls(words in _PERCENTS, words in _DOLLARS or words.startswith(("$", "dollars")))


class Number(NamedTuple):
    """A number, and what another cell of the file may yet bring into doubt.

    ``grouped``: it has a comma of thousands, or a point before just three digits, which a file
    with decimal commas would mean otherwise. ``bare``: without a percent sign where one fits.
    """

    value: Decimal
    grouped: bool = False
    bare: bool = True


class DecimalCommaError(ProblemError):
    """The cell has a decimal comma: the commas of the whole file are in doubt."""


def read(text: str, units: Units, commas_are_safe: bool = True) -> Number | None:
    """The number in a cell; None if the cell is blank.

    :param commas_are_safe: False in files that separate cells by semicolons, as spreadsheet
        programs do where the comma is the decimal sign.
    :raises ProblemError: it is no number, or may be another one.
    """
    if _PLAIN.fullmatch(text):
        doubtful = bool(_THREE_DECIMALS.fullmatch(text))
        if not doubtful:
            return Number(Decimal(text))
    plain = " ".join(text.split()).replace("−", "-")
    if plain.lower() in BLANKS:
        return None
    plain, bare = _without_signs(plain, units)
    if _PLAIN.fullmatch(plain):
        doubtful = bool(_THREE_DECIMALS.fullmatch(plain))
        if doubtful and not commas_are_safe:
            raise ProblemError(
                f"“{plain}” may be a number of thousands, in a file with semicolons.",
                "Save it with commas between the cells and points in the numbers.",
            )
        return Number(Decimal(plain), doubtful, bare)
    if _GROUPED.fullmatch(plain):
        if not commas_are_safe:
            raise DecimalCommaError(
                f"“{plain}” may have a decimal comma, in a file with semicolons.", WRITE
            )
        return Number(Decimal(plain.replace(",", "")), True, bare)
    if _SPACED.fullmatch(plain):
        return Number(Decimal(plain.replace(" ", "")), False, bare)
    raise _no_number(plain)


def _without_signs(plain: str, units: Units) -> tuple[str, bool]:
    """The text without percent and dollar signs; and whether there was no percent sign."""
    bare = True
    if plain.endswith("%"):
        if not units.percent:
            raise ProblemError(
                f"“{plain[:40]}” is a percentage, but this is not a figure in percent.",
                "Write the number without %, in the unit of the measure.",
            )
        plain, bare = plain[:-1].rstrip(), False
    sign = re.fullmatch(r"([+-]?) ?\$ ?(.*)", plain)
    if sign:
        if not units.dollars:
            raise ProblemError(
                f"“{plain[:40]}” is an amount of money, but this figure is not.",
                "Write the number without $, in the unit of the measure.",
            )
        plain = sign[1] + sign[2]
    return plain, bare


def _no_number(plain: str) -> ProblemError:
    shown = f"“{plain[:40]}”"
    if plain.startswith("#"):
        return ProblemError(f"The cell holds the error {shown}.", "Mend the formula, or clear it.")
    if plain.startswith("="):
        return ProblemError(f"{shown} is a formula, not a number.", "Save the values only.")
    if _DECIMAL_COMMA.fullmatch(plain):
        return DecimalCommaError(f"{shown} may have a decimal comma.", WRITE)
    if _PARENTHESES.fullmatch(plain):
        return ProblemError(
            f"{shown} is in parentheses: it may be negative, or a note.",
            "Write -5 for a negative number.",
        )
    if _EXPONENT.fullmatch(plain):
        return ProblemError(f"{shown} is shortened and may lack digits.", "Write all digits.")
    if _DAY.fullmatch(plain):
        return ProblemError(
            f"{shown} is a date or a time, not a number.",
            "Format the cell as a number and enter the figure again.",
        )
    if _LEADING_ZERO.fullmatch(plain):
        return ProblemError(f"{shown} begins with a zero, as codes do.", WRITE)
    return ProblemError(f"{shown} is not a number.", WRITE + " Leave the cell blank if none.")
