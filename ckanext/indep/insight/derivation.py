"""The declaration by which a measure is computed from released datasets (pure).

It is JSON in the measure's field ``derivation``, never SQL::

    {"dataset": "requests-311", "resource": "Requests", "rule": "percent_where",
     "period_column": "open_dt", "where": {"column": "ontime", "equals": "ONTIME"},
     "among": {"column": "case_status", "equals": "Closed"}}

A second table can be joined by its key, and a rate is divided by what a third one counts.
docs/insight.md explains each rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight.periods import Kind

__all__ = ["Condition", "Denominator", "Derivation", "Join", "Rule", "TableName", "read"]

MOST_DAYS = 36_500
MOST_PER = 10_000_000
MOST_KEYS = 5


class Rule(str, Enum):
    """How rows become a figure."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    PERCENT_WHERE = "percent_where"
    PERCENT_WITHIN_DAYS = "percent_within_days"
    RATE = "rate"


_NEEDS: dict[Rule, tuple[str, ...]] = {
    Rule.COUNT: (),
    Rule.SUM: ("column",),
    Rule.MEAN: ("column",),
    Rule.MEDIAN: ("column",),
    Rule.PERCENT_WHERE: ("where",),
    Rule.PERCENT_WITHIN_DAYS: ("from", "to", "days"),
    Rule.RATE: ("denominator", "per"),
}
_MAY = {Rule.RATE: ("column",)}
_TABLE = frozenset({"dataset", "resource", "resource_id"})
_ALWAYS = _TABLE | {"rule", "period", "period_column", "among", "join"}


@dataclass(frozen=True)
class TableName:
    """A released table: either ``resource_id`` is set or ``dataset`` (and ``resource``)."""

    dataset: str = ""
    resource: str = ""
    resource_id: str = ""


@dataclass(frozen=True)
class Condition:
    """Rows whose column holds exactly this text."""

    column: str
    equals: str


@dataclass(frozen=True)
class Join:
    """A table that says more about each row; ``on`` pairs a column with the key it holds.

    Its columns are named ``alias.column``. No two of its rows may have the same key.
    """

    table: TableName
    alias: str
    on: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Denominator:
    """What a rate is divided by: a number that holds from the date in ``since`` on.

    ``per`` is how many of it the rate is told for, such as 1,000 residents.
    """

    table: TableName
    column: str
    since: str
    per: int
    among: Condition | None = None

    @property
    def columns(self) -> set[str]:
        """All columns that it reads."""
        return {self.column, self.since} | ({self.among.column} if self.among else set())


@dataclass(frozen=True)
class Derivation:
    """A valid declaration. ``kind`` is the length of the periods, None for the measure's own."""

    rule: Rule
    table: TableName
    period_column: str
    kind: Kind | None = None
    column: str = ""
    where: Condition | None = None
    among: Condition | None = None
    start: str = ""
    end: str = ""
    days: int = 0
    join: Join | None = None
    denominator: Denominator | None = None

    @property
    def columns(self) -> set[str]:
        """All columns of its table that it reads."""
        keys = {column for column, _key in self.join.on} if self.join else set[str]()
        return {name for name in self._named if not self.is_joined(name)} | keys

    @property
    def joined_columns(self) -> set[str]:
        """All columns of the joined table that it reads, by their names there."""
        if not self.join:
            return set()
        named = {self.column_in_join(name) for name in self._named if self.is_joined(name)}
        return named | {key for _column, key in self.join.on}

    @property
    def tables(self) -> list[TableName]:
        """All tables that it reads, its own first."""
        others = (self.join, self.denominator)
        return [self.table, *(other.table for other in others if other)]

    @property
    def has_parts(self) -> bool:
        """Whether the result has a numerator and a denominator."""
        return self.rule in (Rule.PERCENT_WHERE, Rule.PERCENT_WITHIN_DAYS, Rule.RATE)

    def is_joined(self, name: str) -> bool:
        """Whether a column is one of the joined table."""
        return bool(self.join and name.startswith(f"{self.join.alias}."))

    def column_in_join(self, name: str) -> str:
        """The name in the joined table of one of its columns."""
        return name.partition(".")[2]

    @property
    def _named(self) -> set[str]:
        named = {self.period_column, self.column, self.start, self.end}
        named |= {condition.column for condition in (self.where, self.among) if condition}
        return named - {""}


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
    return Derivation(
        rule=rule,
        table=_table(declared),
        period_column=_required(declared, "period_column"),
        kind=_kind(declared),
        column=_word(declared, "column"),
        where=_condition(declared, "where"),
        among=_condition(declared, "among"),
        start=_word(declared, "from"),
        end=_word(declared, "to"),
        days=_number(declared, "days", 0, MOST_DAYS) if rule is Rule.PERCENT_WITHIN_DAYS else 0,
        join=_join(declared),
        denominator=_denominator(declared) if rule is Rule.RATE else None,
    )


def _table(declared: Mapping[str, object]) -> TableName:
    found = TableName(*(_word(declared, key) for key in ("dataset", "resource", "resource_id")))
    if bool(found.resource_id) == bool(found.dataset):
        raise RefusedError("The derivation names either a “resource_id” or a “dataset”.")
    return found


def _join(declared: Mapping[str, object]) -> Join | None:
    if "join" not in declared:
        return None
    inner = _object(declared, "join", _TABLE | {"as", "on"}, ("as", "on"))
    alias = _word(inner, "as")
    if not alias.isidentifier():
        raise RefusedError("The join's “as” must be one word of letters.")
    on: object = inner["on"]
    if not isinstance(on, dict) or not 0 < len(cast("dict[str, object]", on)) <= MOST_KEYS:
        raise RefusedError(f"The join's “on” must pair 1 to {MOST_KEYS} columns with keys.")
    pairs = cast("dict[str, object]", on)
    return Join(
        _table(inner), alias, tuple((column, _word(pairs, column)) for column in sorted(pairs))
    )


def _denominator(declared: Mapping[str, object]) -> Denominator:
    needed = ("column", "since")
    inner = _object(declared, "denominator", _TABLE | {*needed, "among"}, needed)
    return Denominator(
        _table(inner),
        _word(inner, "column"),
        _word(inner, "since"),
        _number(declared, "per", 1, MOST_PER),
        _condition(inner, "among"),
    )


def _object(
    declared: Mapping[str, object], key: str, allowed: Iterable[str], needed: Iterable[str]
) -> Mapping[str, object]:
    value = declared[key]
    if not isinstance(value, dict):
        raise RefusedError(f"The derivation's “{key}” must be a JSON object.")
    inner = cast("dict[str, object]", value)
    _check_names(f"The derivation's “{key}”", inner, allowed, needed)
    return inner


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
    allowed = _ALWAYS | {*_NEEDS[rule], *_MAY.get(rule, ())}
    _check_names(f"The rule “{rule.value}”", declared, allowed, _NEEDS[rule])


def _check_names(
    whose: str, given: Mapping[str, object], allowed: Iterable[str], needed: Iterable[str]
) -> None:
    unknown = sorted(given.keys() - set(allowed))
    if unknown:
        raise RefusedError(
            f"{whose} does not know “{unknown[0]}”. It may have: {', '.join(sorted(allowed))}."
        )
    missing = [key for key in needed if key not in given]
    if missing:
        raise RefusedError(f"{whose} needs “{missing[0]}”.")


def _word(declared: Mapping[str, object], key: str) -> str:
    value = declared.get(key, "")
    if not isinstance(value, str) or (key in declared and not value.strip()):
        raise RefusedError(f"The derivation's “{key}” must be text.")
    return value


def _required(declared: Mapping[str, object], key: str) -> str:
    if key not in declared:
        raise RefusedError(f"The derivation needs “{key}”.")
    return _word(declared, key)


def _number(declared: Mapping[str, object], key: str, least: int, most: int) -> int:
    number = declared.get(key)
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise RefusedError(
            f"The derivation's “{key}” must be a whole number from {least} to {most}."
        )
    return number


def _condition(declared: Mapping[str, object], key: str) -> Condition | None:
    if key not in declared:
        return None
    value: Any = declared[key]
    if not isinstance(value, dict) or set(cast("dict[str, object]", value)) != {"column", "equals"}:
        raise RefusedError(f"The derivation's “{key}” must have “column” and “equals”.")
    inner = cast("dict[str, object]", value)
    return Condition(_word(inner, "column"), _word(inner, "equals"))
