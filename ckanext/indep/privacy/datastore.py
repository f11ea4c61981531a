"""The rows of a DataStore table, read as a stream, so that a large table needs little memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.indep.privacy.table import Table
from ckanext.indep.tabular.notes import NotedError

__all__ = ["open_rows"]

_FETCHED = 5000


@contextmanager
def open_rows(resource_id: str) -> Iterator[Table]:
    """All rows of a resource's table, in its order; at hand until the context ends.

    :raises NotedError: ``table_missing``.
    """
    with get_write_engine().connect() as connection:
        inspector = sa.inspect(connection)
        if not inspector.has_table(resource_id):
            raise NotedError("table_missing")
        names = [
            column["name"]
            for column in inspector.get_columns(resource_id)
            if not column["name"].startswith("_")
        ]
        table = sa.table(resource_id, sa.column("_id"), *map(sa.column, names))
        query = sa.select(*(sa.cast(table.c[name], sa.Text) for name in names))
        streaming = connection.execution_options(yield_per=_FETCHED)
        rows = streaming.execute(query.order_by(table.c["_id"]))
        yield Table("DataStore", names, (tuple(row) for row in rows))
