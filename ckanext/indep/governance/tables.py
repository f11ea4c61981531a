"""DataStore tables of workspaces and live resources: digest, copy, swap, drop.

The DataStore is a database of its own, so nothing here is part of CKAN's transaction; the
outbox makes up for it: a swap can be repeated and then does nothing.
"""

from __future__ import annotations

import uuid
from typing import Any

import ckan.model as ckan_model
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_write_engine
from sqlalchemy.orm import Session

from ckanext.indep import own_tables
from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import kept_tables, outbox
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.model import now

__all__ = [
    "check_settled",
    "copy",
    "digest",
    "drop",
    "drop_unclaimed_copies",
    "exists",
    "find",
    "kept_name",
    "swap",
]

MARK = "copied for a change request"
# A waiting lock would make all readers queue up behind it: the next drain tries again.
GIVE_UP_SOON = sa.text("SET LOCAL lock_timeout = '2s'")
COPIES = sa.text(
    "SELECT c.relname FROM pg_class c"
    " JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass"
    " WHERE c.relkind = 'r' AND d.objsubid = 0 AND d.description = :mark"
    " AND c.relnamespace = 'public'::regnamespace AND NOT starts_with(c.relname, '_')"
)


def exists(resource_id: str) -> bool:
    """Whether the resource has a DataStore table."""
    return sa.inspect(get_write_engine()).has_table(resource_id)


def check_settled(live: str) -> None:
    """Refuse while the table of the last release is not in its place.

    Raises ConflictError.
    """
    if any(outbox.is_waiting(kind, live=live) for kind in outbox.TABLES):
        raise ConflictError(
            "The rows of the last release are still being put in place. Try again in a moment."
        )


def digest(resource_id: str) -> dict[str, Any] | None:
    """Return columns, number of rows and a hash over all rows of a table; None without one."""
    engine = get_write_engine()
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(resource_id):
            return None
        columns = [
            {"id": c["name"], "type": str(c["type"]), "info": c.get("comment") or ""}
            for c in sa.inspect(connection).get_columns(resource_id)
            if not c["name"].startswith("_")
        ]
        table = sa.table(resource_id, sa.column("_id"), *(sa.column(c["id"]) for c in columns))
        row_hash = sa.func.md5(
            sa.cast(sa.func.jsonb_build_array(*(table.c[c["id"]] for c in columns)), sa.Text)
        )
        joined = sa.func.string_agg(row_hash, sa.text("'' ORDER BY _id"))
        row = connection.execute(
            sa.select(sa.func.count(), sa.func.md5(sa.func.coalesce(joined, ""))).select_from(table)
        ).one()
    return {"columns": columns, "rows": row[0], "md5": row[1]}


def kept_name(resource_id: str, table: dict[str, Any] | None) -> str:
    """Return the name under which a replaced table is kept, made from its frozen digest.

    A leading underscore hides it from the DataStore. What was no table before has no name.
    """
    return f"_old_{content_hash([resource_id, table])[:48]}" if table else ""


def find(resource_id: str, table: dict[str, Any]) -> str | None:
    """Return the name of a table of the resource that is exactly the frozen one, if it is there."""
    names = (kept_name(resource_id, table), resource_id)
    return next((name for name in names if digest(name) == table), None)


@outbox.handler
def swap(live: str, staging: str, hidden: str = "") -> None:
    """Put the table of `staging` in the place of the table of `live`, in one transaction.

    Readers see the old rows or the new ones. The table that was live is kept for roll back,
    as `hidden`. Without a staging table there is nothing to do.
    """
    with get_write_engine().begin() as connection:
        inspector = sa.inspect(connection)
        if not inspector.has_table(staging):
            return
        connection.execute(GIVE_UP_SOON)
        quote = connection.dialect.identifier_preparer.quote_identifier
        if inspector.has_table(live):
            _retire(connection, live, hidden)
        _free_index_names(connection, staging)
        connection.execute(sa.DDL(f"ALTER TABLE {quote(staging)} RENAME TO {quote(live)}"))
        # The counts that the DataStore remembers are of the table that was there before.
        stats = sa.table("_table_stats", sa.column("resource_id"))
        connection.execute(sa.delete(stats).where(stats.c.resource_id.in_([live, staging])))


@outbox.handler
def analyze(live: str) -> None:
    """Look at the new rows, so that they are counted and questions planned well; nobody waits."""
    with get_write_engine().begin() as connection:
        if sa.inspect(connection).has_table(live):
            connection.execute(sa.text("SELECT update_table_stats(:live)"), {"live": live})


@outbox.handler
def retire(live: str, staging: str, hidden: str = "") -> None:
    """Hide the table of a live resource whose new file is no table; it is kept for roll back.

    One that the portal keeps itself was no part of the resource, and stays.
    """
    with get_write_engine().begin() as connection:
        connection.execute(GIVE_UP_SOON)
        present = sa.inspect(connection).has_table(live)
        if present and own_tables.note(connection, live) is None:
            _retire(connection, live, hidden)
    drop(staging)


def _retire(connection: sa.Connection, live: str, hidden: str) -> None:
    """Rename the live table; one with the same rows that was kept before makes place for it."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    name = hidden or f"_old_{uuid.uuid4().hex}"
    _free_index_names(connection, live)
    connection.execute(sa.DDL(f"DROP TABLE IF EXISTS {quote(name)}"))
    connection.execute(sa.DDL(f"ALTER TABLE {quote(live)} RENAME TO {quote(name)}"))
    kept_tables.mark(connection, name, live, now())


def _free_index_names(connection: sa.Connection, table: str) -> None:
    """Rename the indexes of a table that is to have another name.

    Their names are made from the resource's id and stay with the table; a later table under the
    same id would want them again.
    """
    quote = connection.dialect.identifier_preparer.quote_identifier
    for index in sa.inspect(connection).get_indexes(table):
        old = quote(str(index["name"]))
        connection.execute(sa.DDL(f"ALTER INDEX {old} RENAME TO {quote(uuid.uuid4().hex)}"))


def copy(source: str, target: str, rows: bool = True) -> None:
    """Copy a table with its dictionary, and its rows, under the id of another resource.

    The copy is there before the caller's transaction ends. Until then a lock of that transaction
    says so; without the lock and without the resource, `drop_unclaimed_copies` takes it away.
    """
    ckan_model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock(target))))
    drop(target)
    with get_write_engine().begin() as connection:
        quote = connection.dialect.identifier_preparer.quote_identifier
        old, new = quote(source), quote(target)
        last = connection.execute(
            sa.select(sa.func.coalesce(sa.func.max(sa.column("_id")), 0)).select_from(
                sa.table(source)
            )
        ).scalar_one()
        for statement in (
            f"CREATE TABLE {new} (LIKE {old} INCLUDING COMMENTS)",
            # Identifiers are quoted by the dialect; there is nothing else from outside in it.
            f"INSERT INTO {new} SELECT * FROM {old} {'' if rows else 'LIMIT 0'}",  # noqa: S608
            f"ALTER TABLE {new} ADD PRIMARY KEY (_id)",
            f"ALTER TABLE {new} ALTER COLUMN _id"
            f" ADD GENERATED BY DEFAULT AS IDENTITY (START WITH {int(last) + 1})",
            f"CREATE INDEX ON {new} USING gin (_full_text)",
            f"CREATE TRIGGER zfulltext BEFORE INSERT OR UPDATE ON {new}"
            " FOR EACH ROW EXECUTE PROCEDURE populate_full_text_trigger()",
            f"COMMENT ON TABLE {new} IS '{MARK}'",
        ):
            connection.execute(sa.DDL(statement))


def drop(resource_id: str) -> None:
    """Drop the table of a resource, if there is one."""
    with get_write_engine().begin() as connection:
        quote = connection.dialect.identifier_preparer.quote_identifier
        connection.execute(sa.DDL(f"DROP TABLE IF EXISTS {quote(resource_id)} CASCADE"))


def drop_unclaimed_copies() -> int:
    """Drop copies whose change request never came to be, as after a kill; return how many."""
    with get_write_engine().connect() as connection:
        copies = set(connection.execute(COPIES, {"mark": MARK}).scalars())
    dropped = 0
    for name in copies - _claimed(copies):
        # A connection of its own, so that the lock goes with it and the caller's work is untouched.
        with Session(ckan_model.Session.get_bind()) as session:
            free = session.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_lock(name))))
            # Who held the lock just now may have committed: only what is read under it counts.
            if free.scalar_one() and not session.get(ckan_model.Resource, name):
                drop(name)
                dropped += 1
    return dropped


def _claimed(names: set[str]) -> set[str]:
    resource = ckan_model.Resource
    with Session(ckan_model.Session.get_bind()) as session:
        return set(session.execute(sa.select(resource.id).where(resource.id.in_(names))).scalars())


def _lock(name: str) -> Any:
    return sa.func.hashtextextended(f"indep table {name}", 0)
