"""Writing a table into the DataStore: all of it in one transaction, or nothing.

The rows go into a table with a name of its own by `COPY`, which then takes the place of
the earlier one. `datastore_create` with records would write them through many small
statements and commit before they were complete. Table, column comments and index are
still made by the DataStore's own functions, so that everything that reads it works.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
import sqlalchemy as sa
from ckan.types import Context
from ckanext.datastore.backend import DatastoreBackend
from ckanext.datastore.backend.postgres import (
    create_indexes,
    create_table,
    get_write_engine,
    identifier,
)
from sqlalchemy.engine import Connection

from ckanext.indep.tabular.infer import ColumnType

__all__ = [
    "SQL_TYPES",
    "locked",
    "override_types",
    "replace_table",
    "stored_dictionary",
    "table_exists",
]

SQL_TYPES: dict[ColumnType, str] = {
    "text": "text",
    "integer": "int8",
    "numeric": "numeric",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "bool",
}
_COPY_BUFFER = 1 << 16
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@contextmanager
def locked(resource_id: str) -> Iterator[Connection]:
    """A transaction on the DataStore in which nobody else loads this resource.

    The lock is PostgreSQL's, so it holds between workers on different machines and ends
    with the transaction. A second loader waits.
    """
    with get_write_engine().begin() as connection:
        connection.execute(
            sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"indep_table_load:{resource_id}"},
        )
        yield connection


def table_exists(resource_id: str) -> bool:
    """Whether the DataStore has a table of this resource."""
    return DatastoreBackend.get_active_backend().resource_exists(resource_id)


def stored_dictionary(resource_id: str) -> dict[str, dict[str, Any]]:
    """Column name → everything the data dictionary keeps about it; empty without a table."""
    return DatastoreBackend.get_active_backend().resource_plugin_data(resource_id)


def override_types(dictionary: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Column name → type that a steward chose in the data dictionary."""
    chosen: dict[str, str] = {}
    for name, kept in dictionary.items():
        override = (kept.get("_info") or {}).get("type_override")
        if override:
            chosen[name] = override
    return chosen


def replace_table(
    connection: Connection,
    resource_id: str,
    columns: Mapping[str, ColumnType],
    dictionary: Mapping[str, dict[str, Any]],
    rows: Iterable[Sequence[str | None]],
) -> None:
    """Put a new table in the place of the resource's present one, if it has one.

    The columns are in order, the rows in PostgreSQL's own spelling of their types. What the
    dictionary says of a column with that name, such as its label and notes, goes with it.
    Readers of the earlier table wait only for the exchange at the end.
    """
    loading = f"_indep_load_{resource_id}"
    context: Context = {"connection": connection}
    names = list(columns)
    fields = [{"id": name, "type": SQL_TYPES[type_]} for name, type_ in columns.items()]
    kept = {
        position: dict(dictionary[name])
        for position, name in enumerate(names)
        if name in dictionary
    }
    create_table(context, {"resource_id": loading, "fields": fields}, kept)
    connection.execute(
        sa.text(
            f"CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON {identifier(loading)} "
            "FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()"
        )
    )
    _copy(connection, loading, names, rows)
    _exchange(connection, loading, resource_id)
    create_indexes(context, {"resource_id": resource_id})
    connection.execute(
        sa.text("DELETE FROM _table_stats WHERE resource_id = :id"), {"id": resource_id}
    )
    connection.execute(sa.text("SELECT update_table_stats(:id)"), {"id": resource_id})


def _copy(
    connection: Connection,
    table: str,
    names: Sequence[str],
    rows: Iterable[Sequence[str | None]],
) -> None:
    listed = ", ".join(identifier(name) for name in names)
    statement = f"COPY {identifier(table)} ({listed}) FROM STDIN"
    # `copy_expert` is psycopg2's own; the type that SQLAlchemy declares does not know it.
    cursor: Any = connection.connection.cursor()
    stream = _CopyStream(rows)
    with cursor:
        try:
            cursor.copy_expert(statement, stream, size=_COPY_BUFFER)
        except psycopg2.Error:
            # psycopg2 reports an error of the rows' own as a cancelled query.
            if stream.error is not None:
                raise stream.error from None
            raise


def _exchange(connection: Connection, loading: str, resource_id: str) -> None:
    for statement in (
        "SET LOCAL lock_timeout = '30s'",
        f"DROP TABLE IF EXISTS {identifier(resource_id)}",
        f"ALTER TABLE {identifier(loading)} RENAME TO {identifier(resource_id)}",
    ):
        connection.execute(sa.text(statement))


class _CopyStream:
    """Rows as the file that `COPY … FROM STDIN` reads, in PostgreSQL's text format."""

    def __init__(self, rows: Iterable[Sequence[str | None]]) -> None:
        self._lines = (self._line(row) for row in rows)
        self._rest = b""
        self.error: Exception | None = None

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at the end. An error of the rows is kept and raised."""
        try:
            return self._read(size)
        except Exception as error:
            self.error = error
            raise

    def _read(self, size: int) -> bytes:
        parts = [self._rest]
        length = len(self._rest)
        while length < size:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line)
            length += len(line)
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]

    @staticmethod
    def _line(row: Sequence[str | None]) -> bytes:
        cells = (r"\N" if cell is None else cell.translate(_ESCAPES) for cell in row)
        return ("\t".join(cells) + "\n").encode("utf-8")
