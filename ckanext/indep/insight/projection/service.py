"""The sole writer of the tables of published figures.

They are a copy: lost or wrong, they are made again from the append-only record. All of them are
replaced in one transaction, so a reader sees the figures of one version of INsight, and every
table says which on itself.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager

import ckan.model as model
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.indep import own_tables
from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import listing, reader, steady
from ckanext.indep.insight.projection import places
from ckanext.indep.insight.projection.tables import Table, spelled
from ckanext.indep.insight.summary import Summary
from ckanext.indep.tabular import store

__all__ = ["forget", "is_foreign", "rebuild", "snapshot", "update", "version_of"]

log = logging.getLogger(__name__)

NOTE = "INsight, version "
ATTEMPTS = 5
# One rebuild at a time. The number is arbitrary.
LOCK = 0x1D5168


def update() -> bool:
    """Bring the tables up to date if one of them lags behind; whether one did."""
    wanted = set(places.released())
    with get_write_engine().connect() as connection:
        kept = own_tables.marked(connection, NOTE)
        missing = {name for name in wanted - kept if not is_foreign(connection, name)}
        shown = {version_of(connection, name) for name in kept}
    if kept <= wanted and not missing and shown <= {reader.current_version()}:
        return False
    rebuild()
    return True


def rebuild() -> tuple[int, int]:
    """Make all tables again, and drop those whose link is public no longer.

    Returns the version that they show and how many tables there are. Safe to run at any time,
    twice, and beside another: older figures never replace newer ones. Raises ConflictError
    while figures are published faster than they can be read.
    """
    for _attempt in range(ATTEMPTS):
        wanted = places.released()
        version, summaries = snapshot()
        with _writing() as connection:
            # Whoever waited for the lock may hold what is out of date by now.
            if reader.current_version() == version:
                for name in own_tables.marked(connection, NOTE) - wanted.keys():
                    sa.Table(name, sa.MetaData()).drop(connection)
                return version, _replace(connection, wanted, summaries, version)
        model.Session.expire_all()
    raise ConflictError("Figures are being published just now. Try again in a minute.")


def snapshot() -> tuple[int, list[Summary]]:
    """All public measures as of one version of INsight, and its number."""
    return steady.read(listing.summaries)


def forget(measure_id: str) -> None:
    """Take the rows of one measure out at once, without waiting for the next rebuild."""
    package = model.Package.get(measure_id)
    if package is None:
        return
    with _writing() as connection:
        for name in own_tables.marked(connection, NOTE):
            rows = sa.table(name, sa.column("measure"))
            connection.execute(sa.delete(rows).where(rows.c.measure == package.name))


def version_of(connection: sa.Connection, name: str) -> int | None:
    """The version that a table shows; None where it is none of ours."""
    note = own_tables.note(connection, name)
    return int(note.removeprefix(NOTE)) if note and note.startswith(NOTE) else None


def is_foreign(connection: sa.Connection, name: str) -> bool:
    """Whether a resource has a table that came with it and was approved with it."""
    return sa.inspect(connection).has_table(name) and version_of(connection, name) is None


def _replace(
    connection: sa.Connection,
    wanted: Mapping[str, Table],
    summaries: Iterable[Summary],
    version: int,
) -> int:
    replaced = 0
    for name, table in wanted.items():
        if is_foreign(connection, name):
            log.warning("The resource %s has a table of its own; it is left alone", name)
            continue
        store.replace_table(
            connection,
            name,
            {column.name: column.type for column in table.columns},
            {
                column.name: {"_info": {"label": column.label, "notes": column.notes}}
                for column in table.columns
            },
            ([spelled(cell) for cell in row] for row in table.rows(summaries)),
        )
        own_tables.mark(connection, name, f"{NOTE}{version}")
        replaced += 1
    return replaced


@contextmanager
def _writing() -> Generator[sa.Connection]:
    with get_write_engine().begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        yield connection
