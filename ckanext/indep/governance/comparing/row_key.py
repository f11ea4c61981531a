"""Which columns tell the rows of two tables apart, so that a changed row can be found again.

A steward may have named them. Otherwise the first column is taken whose values are all there
and all different, in both tables, or else the first such pair of columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import sqlalchemy as sa

__all__ = ["candidates", "choose", "named"]

SAMPLE = 1000
PAIRED = 8
"""Columns among which pairs are looked for, from the left."""
TRIED = 6
"""Candidates that are checked on all rows before it is given up."""
AMOUNTS = ("numeric", "double", "float", "real", "money")
"""Types that measure something: that amounts differ by chance makes no key of them."""

Row = Sequence[Any]


def named(key: str, columns: Sequence[str]) -> tuple[str, ...] | None:
    """Return the columns of a comma list, or None where one of them is not in the tables."""
    wanted = tuple(dict.fromkeys(name.strip() for name in key.split(",") if name.strip()))
    return wanted if wanted and set(wanted) <= set(columns) else None


def candidates(columns: Sequence[str], *samples: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Yield columns, then pairs, whose values are all there and all different in each sample.

    A sample has a value for each of `columns` in each row, None where there is none.
    """
    whole = [
        n
        for n in range(len(columns))
        if all(row[n] is not None for rows in samples for row in rows)
    ]
    alone = [n for n in whole if all(_differ(rows, (n,)) for rows in samples)]
    yield from ((columns[n],) for n in alone)
    for pair in combinations([n for n in whole if n not in alone][:PAIRED], 2):
        if all(_differ(rows, pair) for rows in samples):
            yield tuple(columns[n] for n in pair)


def choose(
    connection: sa.Connection,
    old: sa.TableClause,
    new: sa.TableClause,
    types: dict[str, str],
    stated: str,
) -> tuple[str, ...]:
    """Return the key of two tables, empty where there is none.

    `types` are the columns that both have, with the type as words; `stated` is the steward's
    comma list, which counts only if it tells all rows apart.
    """
    columns = list(types)
    wanted = named(stated, columns)
    if wanted and _is_key(connection, old, wanted) and _is_key(connection, new, wanted):
        return wanted
    usable = [name for name in columns if not types[name].startswith(AMOUNTS)]
    samples = [_sample(connection, table, usable) for table in (old, new)]
    if not usable or not all(samples):
        return ()
    for tried, key in enumerate(candidates(usable, *samples)):
        if tried == TRIED:
            break
        if _is_key(connection, old, key) and _is_key(connection, new, key):
            return key
    return ()


def _differ(rows: Sequence[Row], positions: Sequence[int]) -> bool:
    return len({tuple(row[n] for n in positions) for row in rows}) == len(rows)


def _sample(connection: sa.Connection, table: sa.TableClause, columns: Sequence[str]) -> list[Row]:
    """Return digests of the values of the first rows: whether they are equal is enough."""
    values = [sa.func.md5(sa.cast(table.c[name], sa.Text)) for name in columns]
    query = sa.select(*values).select_from(table).order_by(table.c["_id"]).limit(SAMPLE)
    return [tuple(row) for row in connection.execute(query)]


def _is_key(connection: sa.Connection, table: sa.TableClause, key: Sequence[str]) -> bool:
    parts = [table.c[name] for name in key]
    empty = (
        sa.select(sa.literal(1))
        .select_from(table)
        .where(sa.or_(*(part.is_(None) for part in parts)))
    )
    twice = sa.select(sa.literal(1)).select_from(table).group_by(*parts).having(sa.func.count() > 1)
    return all(connection.execute(query.limit(1)).first() is None for query in (empty, twice))
