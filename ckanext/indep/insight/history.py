"""Rows of a measure's history, as text in a file or values from a program (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, NamedTuple

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight import periods
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Target

__all__ = ["STATES", "Entry", "Row", "number", "read_row", "read_target"]

STATES = ("reported", "not_collected", "suppressed", "retired")
"""What can be said about a period; all but the first come without a figure."""


class Entry(NamedTuple):
    """A result to record.

    Give ``value``, or ``numerator`` and ``denominator`` of a ratio, or a ``state`` other than
    ``reported`` and no figure. ``reason`` is needed when the period is already public.
    """

    period: Period
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    margin: Decimal | None = None
    state: str = "reported"
    provisional: bool = False
    source: Mapping[str, Any] = MappingProxyType({})
    reason: str | None = None


class Row(NamedTuple):
    """One row of a history; any part but the period may be missing.

    ``columns`` is what the rules made of the entry, where it was checked already.
    """

    period: Period
    entry: Entry | None
    target: Target | None
    target_reason: str
    comment: str
    columns: Mapping[str, Any] | None = None


def read_row(row: Mapping[str, Any]) -> Row:
    """Read one row; blanks are None or empty text, never zero.

    Raises RefusedError that names the period, the column and what is wrong.
    """
    try:
        period = periods.parse(_text(row, "period"))
    except periods.PeriodError as error:
        raise RefusedError(str(error)) from error
    state = _text(row, "state") or "reported"
    if state not in STATES:
        raise RefusedError(
            f"{period.label}: “{state[:40]}” is not a state. Write one of: {', '.join(STATES)}.",
            column="state",
        )
    entry = Entry(
        period=period,
        value=number(row, "value", period),
        numerator=number(row, "numerator", period),
        denominator=number(row, "denominator", period),
        margin=number(row, "margin", period),
        state=state,
        provisional=_text(row, "provisional").lower() in {"true", "yes", "1"},
        source={"system": _text(row, "source")} if _text(row, "source") else {},
        reason=_text(row, "reason") or None,
    )
    figures = (entry.value, entry.numerator, entry.denominator)
    has_entry = state != "reported" or any(figure is not None for figure in figures)
    return Row(
        period,
        entry if has_entry else None,
        read_target(row, period),
        _text(row, "target_reason"),
        _text(row, "comment"),
    )


def read_target(row: Mapping[str, Any], period: Period) -> Target | None:
    """The target in the columns ``target`` or ``target_low`` and ``target_high``."""
    value = number(row, "target", period)
    low = number(row, "target_low", period)
    high = number(row, "target_high", period)
    if value is None and low is None and high is None:
        return None
    try:
        return Target(value, low, high)
    except ValueError as error:
        raise RefusedError(f"{period.label}: {error}", column="target") from error


def number(row: Mapping[str, Any], column: str, period: Period) -> Decimal | None:
    """The number in a column; None for a blank. Raises RefusedError for anything else."""
    text = _text(row, column)
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise RefusedError(
            f"{period.label}: “{text[:40]}” in {column} is not a number.", column=column
        )
    return value


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()
