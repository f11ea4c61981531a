"""DataStore tables that the portal keeps itself, from a record of its own.

Such a table is written by the portal alone, belongs to no file and to no released revision, and
can be made again from the record at any time. What it is stands on the table as its comment,
which nobody can write through CKAN.
"""

from __future__ import annotations

import sqlalchemy as sa

__all__ = ["mark", "marked", "note"]

_MARK = "kept by the portal: "
_MARKED = sa.text(
    "SELECT c.relname FROM pg_class c"
    " JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass"
    " WHERE c.relkind = 'r' AND d.objsubid = 0 AND starts_with(d.description, :mark)"
    " AND c.relnamespace = 'public'::regnamespace"
)


def mark(connection: sa.Connection, table: str, note: str) -> None:
    """Write on a table that the portal keeps it, with a note of the part that does."""
    commented = sa.Table(table, sa.MetaData(), comment=f"{_MARK}{note}")
    connection.execute(sa.schema.SetTableComment(commented))


def marked(connection: sa.Connection, beginning: str) -> set[str]:
    """The names of the tables that the portal keeps and whose note begins so."""
    return set(connection.execute(_MARKED, {"mark": f"{_MARK}{beginning}"}).scalars())


def note(connection: sa.Connection, table: str) -> str | None:
    """The note on a table that the portal keeps; None for any other and where there is none."""
    inspector = sa.inspect(connection)
    if not inspector.has_table(table):
        return None
    comment = str(inspector.get_table_comment(table)["text"] or "")
    return comment.removeprefix(_MARK) if comment.startswith(_MARK) else None
