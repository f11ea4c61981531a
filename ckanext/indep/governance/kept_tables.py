"""Tables that a release replaced: kept for roll back, as many and as long as the policy says.

What a table is and since when it is kept is written on the table itself, as its comment, so the
DataStore alone tells what may go. A table without such a comment is none of these.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_write_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ckanext.indep.governance.policy import KeptTables

__all__ = ["Kept", "drop_surplus", "hold", "mark", "surplus"]

MARK = "kept for roll back"
MARKED = sa.text(
    "SELECT c.relname, d.description FROM pg_class c"
    " JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass"
    " WHERE c.relkind = 'r' AND d.objsubid = 0 AND starts_with(d.description, :mark)"
    " AND c.relnamespace = 'public'::regnamespace AND starts_with(c.relname, '_old_')"
)


@dataclass(frozen=True)
class Kept:
    """A kept table: its name, the resource whose table it was, and when it was replaced."""

    name: str
    resource_id: str
    since: dt.datetime


def surplus(kept: Iterable[Kept], rule: KeptTables, moment: dt.datetime) -> list[Kept]:
    """Return the tables that the rule no longer keeps at this moment.

    The newest of each resource stays whatever its age: a release that the committee does not
    ratify is undone with it.
    """
    oldest = moment - dt.timedelta(days=rule.days)
    newer: dict[str, int] = {}
    dropped: list[Kept] = []
    for table in sorted(kept, key=lambda k: k.since, reverse=True):
        place = newer.get(table.resource_id, 0)
        newer[table.resource_id] = place + 1
        if place >= rule.copies or (place > 0 and table.since < oldest):
            dropped.append(table)
    return dropped


def mark(connection: sa.Connection, name: str, resource_id: str, moment: dt.datetime) -> None:
    """Write on a table that it is kept, and since when."""
    comment = f"{MARK} {moment.isoformat()} {resource_id}"
    table = sa.Table(name, sa.MetaData(), comment=comment)
    connection.execute(sa.schema.SetTableComment(table))


def hold(resource_id: str) -> None:
    """Keep all tables of a resource until the transaction of CKAN's session ends."""
    ckan_model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_lock(resource_id))))


def drop_surplus(rule: KeptTables, moment: dt.datetime) -> int:
    """Drop what the rule no longer keeps; return how many tables went.

    A table that is being copied or compared just now is left to the next tick.
    """
    return sum(_drop(table) for table in surplus(_kept(), rule, moment))


def _kept() -> list[Kept]:
    with get_write_engine().connect() as connection:
        rows = connection.execute(MARKED, {"mark": MARK}).all()
    found: list[Kept] = []
    for name, comment in rows:
        since, resource_id = comment.removeprefix(MARK).split(maxsplit=1)
        found.append(Kept(name, resource_id, dt.datetime.fromisoformat(since)))
    return found


def _drop(table: Kept) -> bool:
    with Session(ckan_model.Session.get_bind()) as session:
        lock = sa.func.pg_try_advisory_xact_lock(_lock(table.resource_id))
        if not session.execute(sa.select(lock)).scalar_one():
            return False
        try:
            with get_write_engine().begin() as connection:
                connection.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
                gone = sa.Table(table.name, sa.MetaData())
                connection.execute(sa.schema.DropTable(gone, if_exists=True))
        except OperationalError:
            return False
    return True


def _lock(resource_id: str) -> Any:
    return sa.func.hashtextextended(f"indep kept tables of {resource_id}", 0)
