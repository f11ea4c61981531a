"""What a result must be before it may stand in the record (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import Entry
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.status import Aggregation, Direction, Target

__all__ = [
    "Standing",
    "change",
    "check_period",
    "check_sizes",
    "check_target",
    "observation_columns",
]

# Powers of ten that a figure may reach.
LARGEST_MAGNITUDE = 14
SMALLEST_MAGNITUDE = -12


def observation_columns(definition: Definition, entry: Entry) -> dict[str, Any]:
    """The columns of an observation that the result gives; the value of a ratio is computed.

    Raises RefusedError, with the period in its facts, for what the measure cannot have.
    """
    check_period(definition, entry.period)
    check_sizes(entry.period, entry.value, entry.numerator, entry.denominator, entry.margin)
    value = entry.value
    if entry.state != "reported":
        if value is not None or entry.numerator is not None or entry.denominator is not None:
            raise RefusedError(
                f"{entry.period.label} has a figure, yet is marked “{entry.state}”. "
                "Leave one of them out.",
                period=entry.period.key,
            )
    elif definition.aggregation is Aggregation.RATIO and entry.numerator is not None:
        value = _ratio(definition, entry)
    if entry.state == "reported" and value is None:
        raise RefusedError(
            f"{entry.period.label} has no figure. Give one, or mark it as not collected.",
            period=entry.period.key,
        )
    return {
        "state": entry.state,
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "value": value,
        "margin": entry.margin,
        "provisional": entry.provisional,
        "source": dict(entry.source),
    }


def _ratio(definition: Definition, entry: Entry) -> Decimal:
    assert entry.numerator is not None
    if not entry.denominator or entry.denominator <= 0:
        raise RefusedError(
            f"{entry.period.label} needs a denominator above zero. "
            "Where there was nothing to count, mark the period as not collected.",
            period=entry.period.key,
        )
    value = definition.ratio(entry.numerator, entry.denominator)
    half_step = Decimal("0.5").scaleb(-definition.precision)
    if entry.value is not None and abs(entry.value - value) > half_step:
        raise RefusedError(
            f"{entry.period.label}: {entry.numerator} of {entry.denominator} makes "
            f"{value:.{definition.precision}f}, not {entry.value}.",
            period=entry.period.key,
        )
    return value


def check_sizes(period: Period, *numbers: Decimal | None) -> None:
    """Refuse what cannot be a city's figure, before arithmetic or the database chokes on it."""
    for number in numbers:
        if number and not (
            number.is_finite() and SMALLEST_MAGNITUDE <= number.adjusted() <= LARGEST_MAGNITUDE
        ):
            raise RefusedError(
                f"{period.label} has a number that is too large or too small.", period=period.key
            )


def check_period(definition: Definition, period: Period) -> None:
    """Raise RefusedError unless the measure is reported by periods of this length."""
    if not definition.accepts(period.kind):
        expected = definition.kind.value if definition.kind else "quarter or year"
        raise RefusedError(
            f"“{definition.title}” is reported by {expected}; {period.label} is not one.",
            period=period.key,
        )


def check_target(definition: Definition, period: Period, target: Target) -> None:
    """Raise RefusedError unless the measure can have this target for the period."""
    if period.kind is not Kind.YEAR:
        check_period(definition, period)
    check_sizes(period, target.value, target.low, target.high)
    is_range = target.value is None
    if definition.direction is Direction.NONE:
        raise RefusedError(f"“{definition.title}” informs only and has no target.")
    if is_range != (definition.direction is Direction.RANGE):
        raise RefusedError(
            f"“{definition.title}” needs one target value, not a range."
            if is_range
            else f"“{definition.title}” needs a range with a lower and an upper end."
        )
    if target.value == 0 and definition.tolerance is None:
        raise RefusedError(
            f"A target of zero needs a tolerance in the definition of “{definition.title}”."
        )


@dataclass(frozen=True)
class Standing:
    """The latest observation of a measure and period; ``public`` if any of them is."""

    revision: int
    public: bool
    state: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    margin: Decimal | None
    provisional: bool
    source: Mapping[str, Any]


def change(
    definition: Definition,
    entry: Entry,
    standing: Standing | None,
    checked: Mapping[str, Any] | None = None,
) -> dict[str, Any] | None:
    """The columns of the observation that a result from a file makes; None if it is no news.

    ``checked`` is what `observation_columns` gave for it, if it was asked before.
    Raises RefusedError for what the measure cannot have, and ConflictError for a change of a
    public figure without a reason.
    """
    columns = checked or observation_columns(definition, entry)
    if standing is not None:
        if _says_the_same(definition, columns, standing):
            return None
        if standing.public and not entry.reason:
            raise ConflictError(
                f"{entry.period.label} of “{definition.title}” is already public. "
                "Say why it is corrected.",
                period=entry.period.key,
            )
    return {
        "period": entry.period.key,
        "revision": standing.revision + 1 if standing else 1,
        "correction_reason": entry.reason if standing else None,
        **columns,
    }


def _says_the_same(definition: Definition, columns: Mapping[str, Any], standing: Standing) -> bool:
    """Whether a file repeats what stands; it may round a ratio, or leave the source out."""
    if columns["source"] and columns["source"] != standing.source:
        return False
    if any(columns[name] != getattr(standing, name) for name in ("state", "provisional")):
        return False
    if columns["margin"] != standing.margin:
        return False
    value, before = columns["value"], standing.value
    parts_repeat = (columns["numerator"], columns["denominator"]) == (
        standing.numerator,
        standing.denominator,
    )
    if parts_repeat:
        return value == before
    rounds = columns["numerator"] is None and columns["denominator"] is None
    if not rounds or value is None or before is None:
        return False
    return abs(value - before) <= Decimal("0.5").scaleb(-definition.precision)
