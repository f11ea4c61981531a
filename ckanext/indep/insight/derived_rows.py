"""Computes a declared rule over tables of the DataStore, by period.

Column names come from the tables themselves and are quoted by SQLAlchemy; values are parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight.derivation import Condition, Denominator, Derivation, Rule
from ckanext.indep.insight.periods import Kind
from ckanext.indep.insight.released_table import Released

__all__ = ["DerivedRow", "check_key", "denominators", "in_force", "rows"]

TIMEOUT = "30s"


@dataclass(frozen=True)
class DerivedRow:
    """What the rows of one period make; ``start`` is its first day."""

    start: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


def rows(
    declared: Derivation, table: Released, joined: Released | None, kind: Kind
) -> list[DerivedRow]:
    """The figure of each period that has rows, in order; of a rate its numerator only.

    Every row of the table counts once: one whose key the joined table does not have has blanks
    for its columns. The keys of the joined table are unique (`check_key`).
    """
    own = table.as_table()
    source, other = own, None
    if declared.join and joined:
        other = joined.as_table()
        matches = (own.c[column] == other.c[key] for column, key in declared.join.on)
        source = own.outerjoin(other, sa.and_(*matches))

    def column(name: str) -> Any:
        if other is not None and declared.is_joined(name):
            return other.c[declared.column_in_join(name)]
        return own.c[name]

    day = column(declared.period_column)
    # A fiscal month or quarter is a calendar one; a fiscal year begins six months before one.
    shift = sa.text("interval '6 months'") if kind is Kind.YEAR else sa.text("interval '0'")
    start = sa.func.date_trunc(kind.value, sa.cast(day, sa.TIMESTAMP) + shift) - shift
    query = (
        sa.select(sa.cast(start, sa.Date).label("start"), *_aggregates(declared, column))
        .select_from(source)
        .where(day.is_not(None))
        .group_by(sa.text("1"))
        .order_by(sa.text("1"))
    )
    if declared.among:
        query = query.where(_equals(declared.among, column))
    found = (DerivedRow(row[0], *map(_decimal, row[1:])) for row in _read(query))
    return [row for row in found if _says_something(declared, row)]


def check_key(joined: Released, keys: Sequence[str]) -> None:
    """Raise RefusedError if two rows of the table have the same key: rows would count twice."""
    table = joined.as_table()
    columns = [table.c[key] for key in keys]
    query = (
        sa.select(*columns)
        .where(*(column.is_not(None) for column in columns))
        .group_by(*columns)
        .having(sa.func.count() > 1)
        .limit(1)
    )
    twice = _read(query)
    if twice:
        named = ", ".join(f"{key} {value}" for key, value in zip(keys, twice[0], strict=True))
        raise RefusedError(f"The joined table has more than one row for {named}.")


def denominators(declared: Denominator, table: Released) -> list[tuple[date, Decimal]]:
    """(from when on it holds, the number), in order; blanks are left out.

    Raises RefusedError for two numbers of the same day, and for one that is not above zero.
    """
    own = table.as_table()
    since, number = own.c[declared.since], own.c[declared.column]
    query = (
        sa.select(sa.cast(since, sa.Date), number)
        .where(since.is_not(None), number.is_not(None))
        .order_by(sa.text("1"))
    )
    if declared.among:
        query = query.where(_equals(declared.among, lambda name: own.c[name]))
    found = [(row[0], Decimal(str(row[1]))) for row in _read(query)]
    for position, (day, value) in enumerate(found):
        if not (value.is_finite() and value > 0):
            raise RefusedError(f"The denominator of {day} is {value}; it must be above zero.")
        if position and found[position - 1][0] == day:
            raise RefusedError(f"There is more than one denominator for {day}.")
    return found


def in_force(known: Sequence[tuple[date, Decimal]], last_day: date) -> tuple[date, Decimal] | None:
    """The newest denominator on that day; None before the first."""
    return max((one for one in known if one[0] <= last_day), default=None)


def _aggregates(declared: Derivation, column: Callable[[str], Any]) -> tuple[Any, Any, Any]:
    nothing, count = sa.null(), sa.func.count()
    number = sa.cast(column(declared.column), sa.Numeric) if declared.column else nothing
    plain = {
        Rule.COUNT: count,
        Rule.SUM: sa.func.sum(number),
        Rule.MEAN: sa.func.avg(number),
        Rule.MEDIAN: sa.func.percentile_cont(0.5).within_group(number.asc()),
    }
    if declared.rule in plain:
        return plain[declared.rule], nothing, nothing
    if declared.rule is Rule.RATE:
        return nothing, sa.func.sum(number) if declared.column else count, nothing
    if declared.rule is Rule.PERCENT_WHERE:
        assert declared.where is not None
        known = column(declared.where.column).is_not(None)
        return nothing, count.filter(_equals(declared.where, column)), count.filter(known)
    first, last = column(declared.start), column(declared.end)
    in_time = sa.cast(last, sa.Date) - sa.cast(first, sa.Date) <= declared.days
    return nothing, count.filter(in_time), count.filter(first.is_not(None))


def _says_something(declared: Derivation, row: DerivedRow) -> bool:
    if declared.rule is Rule.RATE:
        return row.numerator is not None
    return row.value is not None or bool(row.denominator)


def _equals(condition: Condition, column: Callable[[str], Any]) -> Any:
    return sa.cast(column(condition.column), sa.Text) == condition.equals


def _read(query: Any) -> Sequence[Any]:
    with get_read_engine().connect() as connection:
        connection.execute(sa.select(sa.func.set_config("statement_timeout", TIMEOUT, True)))
        return connection.execute(query).all()


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
