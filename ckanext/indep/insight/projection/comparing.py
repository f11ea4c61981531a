"""Tells, row by row, where a table and the record differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_read_engine

from ckanext.indep.insight.projection import places, service
from ckanext.indep.insight.projection.tables import Row, Table

__all__ = ["differences"]


def differences() -> Iterator[str]:
    """Yield a sentence for each difference; nothing where all tables show what is published.

    The tables are read as the DataStore reads them for a stranger.
    """
    version, summaries = service.snapshot()
    for name, table in places.released().items():
        with get_read_engine().connect() as connection:
            if not sa.inspect(connection).has_table(name):
                yield f"{table.name} ({name}): the table is missing."
                continue
            if service.is_foreign(connection, name):
                yield f"{table.name} ({name}): the resource came with a table of its own."
                continue
            shown = service.version_of(connection, name)
            if shown != version:
                yield f"{table.name} ({name}): it shows version {shown}, not {version}."
            present = _rows(connection, name, table)
        for sentence in _compared(table, present, table.rows(summaries)):
            yield f"{table.name} ({name}): {sentence}"


def _rows(connection: sa.Connection, name: str, table: Table) -> list[Row]:
    rows = sa.table(name, sa.column("_id"), *(sa.column(column) for column in table.names))
    query = sa.select(*(rows.c[column] for column in table.names)).order_by(rows.c["_id"])
    return [tuple(row) for row in connection.execute(query)]


def _compared(table: Table, present: Sequence[Row], wanted: Sequence[Row]) -> Iterator[str]:
    places_of_key = [table.names.index(column) for column in table.key]

    def key(row: Row) -> str:
        return " ".join(str(row[place]) for place in places_of_key)

    found, right = {key(row): row for row in present}, {key(row): row for row in wanted}
    if len(found) != len(present):
        yield "a row is there twice."
    for missing in sorted(right.keys() - found.keys()):
        yield f"the row of {missing} is missing."
    for surplus in sorted(found.keys() - right.keys()):
        yield f"the row of {surplus} is not published."
    for both in sorted(found.keys() & right.keys()):
        for column, is_, should in zip(table.names, found[both], right[both], strict=True):
            if is_ != should:
                yield f"{column} of {both} is {is_!r}, published is {should!r}."
