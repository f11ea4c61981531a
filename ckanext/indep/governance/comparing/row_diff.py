"""Which rows of a table were added, removed and changed: counted exactly, shown by samples.

All of it is done by the DataStore's database in one snapshot. With a key the two tables are
joined on it; without one, rows are counted by their whole content, so that a changed row is
one removed and one added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ckanext.indep.governance.comparing import row_key

__all__ = ["SAMPLES", "RowDiff", "compare"]

SAMPLES = 20
LONGEST_CELL = 300
MEMORY = "128MB"
"""What one sort or hash of the comparison may take before it goes to the disk."""

COMPARABLE = ("bigint", "boolean", "date", "integer", "numeric", "smallint", "text", "time")
"""Types with an order and a hash; values of any other are compared as text."""

Column = Mapping[str, Any]
Cells = dict[str, str | None]


@dataclass(frozen=True)
class RowDiff:
    """The difference of two tables over the columns that both have.

    `key` is empty where rows were compared as a whole. `rows` are samples by kind, of at most
    SAMPLES each: cells by column for added and removed rows; for changed ones ``key`` with the
    cells that tell which row it is, and ``cells`` with the values before and after.
    """

    key: tuple[str, ...]
    added: int
    removed: int
    changed: int
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])


def compare(
    engine: sa.Engine,
    old_name: str,
    new_name: str,
    old: Sequence[Column],
    new: Sequence[Column],
    stated_key: str = "",
) -> RowDiff:
    """Compare two tables of the DataStore, whose columns are given as their digests name them."""
    types = _types(new)
    shared = {name: kind for name, kind in types.items() if name in _types(old)}
    same = frozenset(name for name in shared if _types(old)[name] == types[name])
    before, after = _table(old_name, old), _table(new_name, new)
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        connection.execute(sa.select(sa.func.set_config("work_mem", MEMORY, True)))
        keyed = {name: shared[name] for name in shared if name in same and _sorts(shared[name])}
        key = row_key.choose(connection, before, after, keyed, stated_key) if shared else ()
        if key:
            values = [name for name in shared if name not in key]
            pairs = _joined(before, after, key, values, same, types)
        else:
            pairs = _counted(before, after, list(shared))
        found = connection.execute(_sampled(pairs)).all()
        counts = {row.kind: int(row.total) for row in found}
        rows = {
            kind: _rows(connection, before, after, [r for r in found if r.kind == kind], key)
            for kind in counts
        }
    return RowDiff(
        key, counts.get("added", 0), counts.get("removed", 0), counts.get("changed", 0), rows
    )


def _joined(
    before: sa.TableClause,
    after: sa.TableClause,
    key: Sequence[str],
    values: Sequence[str],
    same: frozenset[str],
    types: Mapping[str, str],
) -> sa.Subquery:
    """Select kind, weight and the ids of each row that is not the same in both tables."""
    old, new = before.alias("old_rows"), after.alias("new_rows")
    differs = [
        old.c[name].is_distinct_from(new.c[name])
        if name in same and _sorts(types[name])
        else sa.cast(old.c[name], sa.Text).is_distinct_from(sa.cast(new.c[name], sa.Text))
        for name in values
    ]
    kind = sa.case(
        (old.c["_id"].is_(None), "added"), (new.c["_id"].is_(None), "removed"), else_="changed"
    )
    return (
        sa.select(
            kind.label("kind"),
            sa.literal(1).label("weight"),
            old.c["_id"].label("old_id"),
            new.c["_id"].label("new_id"),
        )
        .select_from(
            old.join(new, sa.and_(*(old.c[name] == new.c[name] for name in key)), full=True)
        )
        .where(sa.or_(old.c["_id"].is_(None), new.c["_id"].is_(None), *differs))
        .subquery()
    )


def _counted(before: sa.TableClause, after: sa.TableClause, shared: Sequence[str]) -> sa.Subquery:
    """The same for tables without a key: rows that one side has more often than the other."""
    old, new = _grouped(before, shared, "old_rows"), _grouped(after, shared, "new_rows")
    more = sa.func.coalesce(new.c.n, 0) - sa.func.coalesce(old.c.n, 0)
    return (
        sa.select(
            sa.case((more > 0, "added"), else_="removed").label("kind"),
            sa.func.abs(more).label("weight"),
            old.c.first_id.label("old_id"),
            new.c.first_id.label("new_id"),
        )
        .select_from(old.join(new, old.c.row_hash == new.c.row_hash, full=True))
        .where(more != 0)
        .subquery()
    )


def _grouped(table: sa.TableClause, shared: Sequence[str], name: str) -> sa.Subquery:
    cells = sa.cast(sa.func.row(*(table.c[c] for c in shared)), sa.Text)
    if not shared:
        # Without a column in common no row can be the same.
        cells = sa.literal(name)
    row_hash = sa.cast(sa.func.md5(cells), sa.Uuid)
    return (
        sa.select(
            row_hash.label("row_hash"),
            sa.func.count().label("n"),
            sa.func.min(table.c["_id"]).label("first_id"),
        )
        .group_by(row_hash)
        .subquery(name)
    )


def _sampled(pairs: sa.Subquery) -> sa.Select[Any]:
    """Select the first pairs of each kind, with how many rows there are of it."""
    by_kind: dict[str, Any] = {"partition_by": pairs.c.kind}
    counted = sa.select(
        pairs,
        sa.func.sum(pairs.c.weight).over(**by_kind).label("total"),
        sa.func.row_number()
        .over(order_by=sa.func.coalesce(pairs.c.new_id, pairs.c.old_id), **by_kind)
        .label("place"),
    ).subquery()
    return sa.select(counted).where(counted.c.place <= SAMPLES).order_by(counted.c.place)


def _rows(
    connection: sa.Connection,
    before: sa.TableClause,
    after: sa.TableClause,
    pairs: Sequence[Any],
    key: Sequence[str],
) -> list[dict[str, Any]]:
    old = _cells(connection, before, [p.old_id for p in pairs])
    new = _cells(connection, after, [p.new_id for p in pairs])
    kind = pairs[0].kind
    if kind == "added":
        return [new[pair.new_id] for pair in pairs]
    if kind == "removed":
        return [old[pair.old_id] for pair in pairs]
    return [_change(old[pair.old_id], new[pair.new_id], key) for pair in pairs]


def _cells(
    connection: sa.Connection, table: sa.TableClause, ids: Sequence[int | None]
) -> dict[int, Cells]:
    """Return the rows with these ids, cells as text, shortened."""
    names = [column.name for column in table.columns if column.name != "_id"]
    values = [sa.func.left(sa.cast(table.c[name], sa.Text), LONGEST_CELL + 1) for name in names]
    query = sa.select(table.c["_id"], *values).where(table.c["_id"].in_([i for i in ids if i]))
    return {
        row[0]: {name: _short(value) for name, value in zip(names, row[1:], strict=True)}
        for row in connection.execute(query)
    }


def _change(old: Cells, new: Cells, key: Sequence[str]) -> dict[str, Any]:
    cells = [
        {"column": name, "before": old[name], "after": value}
        for name, value in new.items()
        if name in old and old[name] != value
    ]
    return {"key": {name: new[name] for name in key}, "cells": cells}


def _short(value: str | None) -> str | None:
    return value if value is None or len(value) <= LONGEST_CELL else f"{value[:LONGEST_CELL]}…"


def _table(name: str, columns: Sequence[Column]) -> sa.TableClause:
    return sa.table(name, sa.column("_id"), *(sa.column(str(c["id"])) for c in columns))


def _types(columns: Sequence[Column]) -> dict[str, str]:
    return {str(column["id"]): str(column["type"]).lower() for column in columns}


def _sorts(kind: str) -> bool:
    return kind.startswith(COMPARABLE)
