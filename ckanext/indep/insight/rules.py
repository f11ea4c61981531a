"""What a result must be before it may stand in the record (pure)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import Entry
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Aggregation

__all__ = ["check_period", "check_sizes", "observation_columns"]

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
