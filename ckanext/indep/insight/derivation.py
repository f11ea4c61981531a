"""The declaration by which a measure is computed from a dataset (pure).

It is JSON in the measure's field ``derivation``, never SQL::

    {"dataset": "requests-311", "resource": "Requests", "rule": "percent_where",
     "period_column": "open_dt", "where": {"column": "ontime", "equals": "ONTIME"},
     "among": {"column": "case_status", "equals": "Closed"}}

docs/insight.md explains each rule.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight.periods import Kind

__all__ = ["Condition", "Derivation", "Rule", "read"]

MOST_DAYS = 36_500


class Rule(str, Enum):
    """How rows become a figure."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    PERCENT_WHERE = "percent_where"
    PERCENT_WITHIN_DAYS = "percent_within_days"


_NEEDS: dict[Rule, tuple[str, ...]] = {
    Rule.COUNT: (),
    Rule.SUM: ("column",),
    Rule.MEAN: ("column",),
    Rule.MEDIAN: ("column",),
    Rule.PERCENT_WHERE: ("where",),
    Rule.PERCENT_WITHIN_DAYS: ("from", "to", "days"),
}
_ALWAYS = frozenset(
    {"rule", "dataset", "resource", "resource_id", "period", "period_column", "among"}
)


@dataclass(frozen=True)
class Condition:
    """Rows whose column holds exactly this text."""

    column: str
    equals: str


@dataclass(frozen=True)
class Derivation:
    """A valid declaration. Either ``resource_id`` is set or ``dataset`` (and ``resource``).

    ``kind`` is the length of the periods, None for that of the measure.
    """

    rule: Rule
    period_column: str
    kind: Kind | None = None
    dataset: str = ""
    resource: str = ""
    resource_id: str = ""
    column: str = ""
    where: Condition | None = None
    among: Condition | None = None
    start: str = ""
    end: str = ""
    days: int = 0

    @property
    def columns(self) -> set[str]:
        """All columns that it reads."""
        named = {self.period_column, self.column, self.start, self.end}
        named |= {condition.column for condition in (self.where, self.among) if condition}
        return named - {""}

    @property
    def is_percent(self) -> bool:
        """Whether the result has a numerator and a denominator."""
        return self.rule in (Rule.PERCENT_WHERE, Rule.PERCENT_WITHIN_DAYS)


def read(text: str) -> Derivation:
    """Read a declaration. Raises RefusedError that names the key and what it should hold."""
    try:
        loaded: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RefusedError("The derivation is not JSON.") from error
    if not isinstance(loaded, dict):
        raise RefusedError("The derivation must be a JSON object.")
    declared = cast("Mapping[str, object]", loaded)
    rule = _rule(declared)
    _check_keys(declared, rule)
    resource_id, dataset = _word(declared, "resource_id"), _word(declared, "dataset")
    if bool(resource_id) == bool(dataset):
        raise RefusedError("The derivation names either a “resource_id” or a “dataset”.")
    return Derivation(
        rule=rule,
        period_column=_required(declared, "period_column"),
        kind=_kind(declared),
        dataset=dataset,
        resource=_word(declared, "resource"),
        resource_id=resource_id,
        column=_word(declared, "column"),
        where=_condition(declared, "where"),
        among=_condition(declared, "among"),
        start=_word(declared, "from"),
        end=_word(declared, "to"),
        days=_days(declared) if rule is Rule.PERCENT_WITHIN_DAYS else 0,
    )


def _rule(declared: Mapping[str, object]) -> Rule:
    try:
        return Rule(declared.get("rule"))
    except ValueError as error:
        known = ", ".join(rule.value for rule in Rule)
        raise RefusedError(f"The derivation's “rule” must be one of: {known}.") from error


def _kind(declared: Mapping[str, object]) -> Kind | None:
    if "period" not in declared:
        return None
    try:
        return Kind(declared["period"])
    except ValueError as error:
        raise RefusedError("The derivation's “period” must be month, quarter or year.") from error


def _check_keys(declared: Mapping[str, object], rule: Rule) -> None:
    allowed = _ALWAYS | set(_NEEDS[rule])
    unknown = sorted(declared.keys() - allowed)
    if unknown:
        raise RefusedError(
            f"The rule “{rule.value}” does not know “{unknown[0]}”. "
            f"It may have: {', '.join(sorted(allowed))}."
        )
    missing = [key for key in _NEEDS[rule] if key not in declared]
    if missing:
        raise RefusedError(f"The rule “{rule.value}” needs “{missing[0]}”.")


def _word(declared: Mapping[str, object], key: str) -> str:
    value = declared.get(key, "")
    if not isinstance(value, str) or (key in declared and not value.strip()):
        raise RefusedError(f"The derivation's “{key}” must be text.")
    return value


def _required(declared: Mapping[str, object], key: str) -> str:
    if key not in declared:
        raise RefusedError(f"The derivation needs “{key}”.")
    return _word(declared, key)


def _days(declared: Mapping[str, object]) -> int:
    days = declared.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
        raise RefusedError(f"The derivation's “days” must be a whole number to {MOST_DAYS}.")
    return days


def _condition(declared: Mapping[str, object], key: str) -> Condition | None:
    if key not in declared:
        return None
    value: Any = declared[key]
    if not isinstance(value, dict) or set(cast("dict[str, object]", value)) != {"column", "equals"}:
        raise RefusedError(f"The derivation's “{key}” must have “column” and “equals”.")
    inner = cast("dict[str, object]", value)
    return Condition(_word(inner, "column"), _word(inner, "equals"))
