"""Reads what a department proposes (pure): all problems are told at once, each at its field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ckanext.indep.errors import IndepError
from ckanext.indep.insight import periods, rules
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.status import Target
from ckanext.indep.insight.uploads import figures
from ckanext.indep.insight.uploads.problems import ProblemError

__all__ = [
    "FIELDS",
    "LONGEST_TEXT",
    "MOST_TARGETS",
    "WantedBaseline",
    "WantedTarget",
    "WrongError",
    "baseline",
    "targets",
]

FIELDS = ("target", "low", "high")
LONGEST_TEXT = 2000
MOST_TARGETS = 40


class WrongError(IndepError):
    """What was proposed cannot be; ``errors`` are sentences by field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(next(iter(errors.values()))[0])
        self.errors = errors


@dataclass(frozen=True)
class WantedTarget:
    """A target of a period or a fiscal year."""

    period: Period
    target: Target


@dataclass(frozen=True)
class WantedBaseline:
    """A baseline; without a value it is being set."""

    first: Period
    last: Period
    value: Decimal | None


def targets(
    measure: Definition,
    values: Mapping[str, Mapping[str, Any]],
    reason: str,
    in_force: Mapping[Period, Target],
    open_places: Collection[str],
    today: date,
) -> list[WantedTarget]:
    """Read ``values[period][field]``, numbers as people type them; blanks are left alone.

    Raises WrongError with all problems.
    """
    errors = _reason_errors(reason)
    found: list[WantedTarget] = []
    if len(values) > MOST_TARGETS:
        raise WrongError({"targets": [f"Propose at most {MOST_TARGETS} targets at once."]})
    for key, fields in values.items():
        before = len(errors)
        wanted = _target(measure, key, fields, errors)
        if wanted is None or len(errors) > before:
            continue
        problem = _misplaced(measure, wanted, in_force, open_places, today)
        if problem:
            errors.setdefault(f"{key}.{_first_field(wanted.target)}", []).append(problem)
        elif any(one.period == wanted.period for one in found):
            errors.setdefault(f"{key}.target", []).append(f"{wanted.period.label} is there twice.")
        else:
            found.append(wanted)
    if not found and not errors:
        errors["targets"] = ["Give a target for at least one period or for a fiscal year."]
    if errors:
        raise WrongError(errors)
    return found


def baseline(
    measure: Definition, values: Mapping[str, Any], reason: str, open_places: Collection[str]
) -> WantedBaseline:
    """Read ``first``, ``last`` and either ``value`` or ``being_set``.

    Raises WrongError with all problems.
    """
    errors = _reason_errors(reason)
    ends: dict[str, Period] = {}
    for name in ("first", "last"):
        try:
            ends[name] = periods.parse(_text(values, name))
            rules.check_period(measure, ends[name])
        except (periods.PeriodError, IndepError) as error:
            errors[name] = [str(error)]
    if len(ends) == 2 and ends["first"].start > ends["last"].start:
        errors.setdefault("last", []).append("The last period is before the first.")
    being_set = _text(values, "being_set").lower() in {"true", "yes", "1", "on"}
    value = _number(measure, _text(values, "value"), "value", "The baseline", errors)
    if "value" not in errors:
        if (value is None) != being_set:
            errors["value"] = [
                "Leave the value out if the baseline is being set."
                if being_set
                else "Give the value, or say that the baseline is being set."
            ]
        elif "first" in ends:
            try:
                rules.check_sizes(ends["first"], value)
            except IndepError as error:
                errors["value"] = [error.message]
    if "baseline" in open_places:
        errors.setdefault("first", []).append(
            "A baseline is proposed already. Withdraw that proposal first, or wait for it."
        )
    if errors:
        raise WrongError(errors)
    return WantedBaseline(ends["first"], ends["last"], value)


def _target(
    measure: Definition, key: str, fields: Mapping[str, Any], errors: dict[str, list[str]]
) -> WantedTarget | None:
    try:
        period = periods.parse(key)
    except periods.PeriodError as error:
        errors[f"{key[:40]}.target"] = [str(error)]
        return None
    before = len(errors)
    numbers = {
        name: _number(measure, _text(fields, name), f"{key}.{name}", period.label, errors)
        for name in FIELDS
    }
    if len(errors) > before or all(number is None for number in numbers.values()):
        return None
    try:
        target = Target(numbers["target"], numbers["low"], numbers["high"])
        rules.check_target(measure, period, target)
    except ValueError as error:
        name = "target" if numbers["target"] is not None else "low"
        errors[f"{key}.{name}"] = [f"{period.label}: {error}"]
    except IndepError as error:
        name = "target" if numbers["target"] is not None else "low"
        errors[f"{key}.{name}"] = [error.message]
    else:
        return WantedTarget(period, target)
    return None


def _misplaced(
    measure: Definition,
    wanted: WantedTarget,
    in_force: Mapping[Period, Target],
    open_places: Collection[str],
    today: date,
) -> str:
    """What speaks against this target at this time; empty if nothing does."""
    period = wanted.period
    if period.end < today:
        return f"{period.label} has ended; its target can no longer be set."
    if period.kind is Kind.YEAR and measure.kind is not Kind.YEAR:
        name = f"the annual goal of {period.label}"
    else:
        name = f"the target of {period.label}"
    if in_force.get(period) == wanted.target:
        return f"This is {name} already."
    if period.key in open_places:
        return f"There is an open proposal for {name}. Withdraw it first, or wait for it."
    return ""


def _number(
    measure: Definition, text: str, field: str, what: str, errors: dict[str, list[str]]
) -> Decimal | None:
    try:
        number = figures.read(text, figures.Units.of(measure.unit))
    except ProblemError as error:
        errors[field] = [f"{what}: {error.problem} {error.remedy}"]
        return None
    return number.value if number else None


def _reason_errors(reason: str) -> dict[str, list[str]]:
    if not reason.strip():
        return {"reason": ["Say why: residents read the reason beside the figure."]}
    if len(reason) > LONGEST_TEXT or "\0" in reason:
        return {"reason": [f"Write at most {LONGEST_TEXT} characters."]}
    return {}


def _first_field(target: Target) -> str:
    return "low" if target.value is None else "target"


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None else str(value).strip()
