"""The rows of `indep_table_load`, each change in a short transaction of its own.

They must be seen by others while a long load is still running, and they must survive the
roll back of whatever the caller is in the middle of; so CKAN's session is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import Session

from ckanext.indep.tabular.model import TableLoad
from ckanext.indep.tabular.report import State, TableReport

__all__ = ["begin", "find", "finish", "forget", "postpone", "request", "waiting"]


@contextmanager
def _session() -> Iterator[Session]:
    with Session(model.ensure_engine(), expire_on_commit=False) as session, session.begin():
        yield session


def find(resource_id: str) -> TableLoad | None:
    """The latest load of a resource's file, detached from the database."""
    with _session() as session:
        return session.get(TableLoad, resource_id)


def request(resource_id: str, sha256: str | None, again: bool = False) -> bool:
    """Note that a file is to be loaded.

    :param again: load it even if this very file is loaded or has failed.
    :returns: False if there is nothing to do.
    """
    with _session() as session:
        row = session.get(TableLoad, resource_id, with_for_update=True)
        if row is None:
            row = TableLoad(resource_id=resource_id, state=State.PENDING, report={})
            session.add(row)
        elif not again and sha256 and row.sha256 == sha256 and row.state != State.PENDING:
            return False
        row.state = State.PENDING
        row.sha256 = sha256
        row.requested_at = _now()
        return True


def begin(resource_id: str, sha256: str | None) -> None:
    """A worker has taken the file with this digest in hand."""
    with _session() as session:
        row = session.get(TableLoad, resource_id, with_for_update=True)
        if row is None:
            row = TableLoad(resource_id=resource_id, report={})
            session.add(row)
        row.state = State.LOADING
        row.sha256 = sha256
        row.started_at = _now()
        row.finished_at = None


def finish(resource_id: str, sha256: str | None, report: TableReport, has_table: bool) -> None:
    """Keep the outcome. A newer file that was stored meanwhile stays pending.

    :param has_table: False if the DataStore has no table of this resource any more.
    """
    with _session() as session:
        row = session.get(TableLoad, resource_id, with_for_update=True)
        if row is None:
            return
        if report.state == State.LOADED:
            row.loaded_sha256 = sha256
        elif not has_table:
            row.loaded_sha256 = None
        if row.state == State.PENDING:
            return
        row.state = report.state
        row.sha256 = sha256
        row.report = report.as_dict()
        row.finished_at = _now()


def postpone(resource_id: str) -> None:
    """A service was away: the load waits for the next tick."""
    with _session() as session:
        row = session.get(TableLoad, resource_id, with_for_update=True)
        if row is not None:
            row.state = State.PENDING
            row.requested_at = _now()


def forget(resource_id: str) -> None:
    """The resource exists no longer."""
    with _session() as session:
        session.execute(sa.delete(TableLoad).where(TableLoad.resource_id == resource_id))


def waiting(pending_for: timedelta, loading_for: timedelta, at_most: int) -> list[str]:
    """Resources whose load was asked for, or begun, so long ago and has not ended."""
    now = _now()
    overdue = sa.or_(
        sa.and_(TableLoad.state == State.PENDING, TableLoad.requested_at <= now - pending_for),
        sa.and_(TableLoad.state == State.LOADING, TableLoad.started_at <= now - loading_for),
    )
    query = sa.select(TableLoad.resource_id).where(overdue).order_by(TableLoad.requested_at)
    with _session() as session:
        return list(session.scalars(query.limit(at_most)))


def _now() -> datetime:
    return datetime.now(timezone.utc)
