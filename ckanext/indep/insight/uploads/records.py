"""The rows of `indep_history_upload`, each change in a short transaction of its own.

Others must see how far a long check has come while it runs, and what came of it must survive the
roll back of what it tried; so CKAN's session is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import Session, defer

from ckanext.indep.insight.uploads.model import HistoryUpload
from ckanext.indep.insight.uploads.states import State

__all__ = [
    "Received",
    "ask_to_load",
    "begin",
    "expire",
    "find",
    "finish",
    "latest",
    "postpone",
    "progress",
    "receive",
    "waiting",
]

STALE = timedelta(minutes=10)
"""A process that gave no sign for so long is taken for dead."""

MOST_ATTEMPTS = 3
MOST_PROBLEMS = 20_000
"""Problems that are kept for the file of errors; all of them are counted."""


@dataclass(frozen=True)
class Received:
    """A file as it came: for which department, about which measure if only one, and by whom."""

    content: bytes
    file_name: str
    organization: str
    measure_id: str | None
    reason: str
    uploaded_by: str


@contextmanager
def _session() -> Iterator[Session]:
    with Session(model.ensure_engine(), expire_on_commit=False) as session, session.begin():
        yield session


def receive(received: Received) -> str:
    """Keep a file that is to be checked; return the id of the upload."""
    now = _now()
    row = HistoryUpload(
        id=str(uuid4()),
        uploaded_by=received.uploaded_by,
        organization=received.organization,
        measure_id=received.measure_id,
        file_name=received.file_name[:200],
        sha256=hashlib.sha256(received.content).hexdigest(),
        size=len(received.content),
        reason=received.reason,
        state=State.TO_CHECK,
        only_good=False,
        attempts=0,
        rows=0,
        report={},
        problems=[],
        content=received.content,
        uploaded_at=now,
        seen_at=now,
    )
    with _session() as session:
        session.add(row)
    return row.id


def find(upload_id: str) -> HistoryUpload | None:
    """An upload without its content, detached from the database."""
    with _session() as session:
        return session.get(HistoryUpload, upload_id, options=[defer(HistoryUpload.content)])


def latest(organizations: Sequence[str], most: int = 20) -> list[HistoryUpload]:
    """The last uploads of departments, newest first, without problems and content."""
    with _session() as session:
        return list(
            session.scalars(
                sa.select(HistoryUpload)
                .options(defer(HistoryUpload.content), defer(HistoryUpload.problems))
                .where(HistoryUpload.organization.in_(organizations))
                .order_by(HistoryUpload.uploaded_at.desc())
                .limit(most)
            )
        )


def ask_to_load(upload_id: str, only_good: bool, user: str) -> bool:
    """Note that a checked upload is to be loaded; False if it is in another state."""
    with _session() as session:
        row = session.get(HistoryUpload, upload_id, with_for_update=True)
        if row is None or row.state != State.CHECKED:
            return False
        row.state, row.only_good, row.loaded_by = State.TO_LOAD, only_good, user
        row.attempts, row.seen_at = 0, _now()
        return True


def begin(upload_id: str) -> HistoryUpload | None:
    """Take an upload in hand that waits, or whose process died; None if there is nothing to do.

    One that died too often is left as broken: its file may be what kills the process.
    """
    with _session() as session:
        row = session.get(HistoryUpload, upload_id, with_for_update=True)
        if row is None:
            return None
        is_dead = row.state in State.BUSY and row.seen_at <= _now() - STALE
        if row.state not in State.WAITING and not is_dead:
            return None
        row.attempts += 1
        if row.attempts > MOST_ATTEMPTS:
            row.state, row.content, row.finished_at = State.BROKEN, None, _now()
            return None
        if row.state in State.WAITING:
            row.state = State.CHECKING if row.state == State.TO_CHECK else State.LOADING
        row.rows, row.seen_at = 0, _now()
        session.flush()
        _ = row.content
        return row


def progress(upload_id: str, rows: int) -> None:
    """Note how many rows were read; it is the sign of life as well."""
    with _session() as session:
        session.execute(
            sa.update(HistoryUpload)
            .where(HistoryUpload.id == upload_id)
            .values(rows=rows, seen_at=_now())
        )


def finish(
    upload_id: str,
    state: str,
    rows: int,
    report: Mapping[str, Any],
    problems: Sequence[Mapping[str, Any]],
) -> None:
    """Keep what came of a check or a load; the content goes unless it may yet be loaded."""
    with _session() as session:
        row = session.get(HistoryUpload, upload_id, with_for_update=True)
        if row is None or row.state not in State.BUSY:
            return
        row.state, row.rows = state, rows
        row.report = {**report, "problems": len(problems)}
        row.problems = [dict(problem) for problem in problems[:MOST_PROBLEMS]]
        row.seen_at = row.finished_at = _now()
        if state in State.ENDED:
            row.content = None


def postpone(upload_id: str) -> None:
    """Something was away: the upload waits for the next tick, unless it has failed too often."""
    with _session() as session:
        row = session.get(HistoryUpload, upload_id, with_for_update=True)
        if row is not None and row.state in State.BUSY:
            row.state = State.TO_CHECK if row.state == State.CHECKING else State.TO_LOAD
            row.seen_at = _now()


def waiting(left_to_worker: timedelta, at_most: int) -> list[str]:
    """Uploads that no worker has taken for so long, or whose process died; oldest first."""
    now = _now()
    overdue = sa.or_(
        sa.and_(
            HistoryUpload.state.in_(State.WAITING), HistoryUpload.seen_at <= now - left_to_worker
        ),
        sa.and_(HistoryUpload.state.in_(State.BUSY), HistoryUpload.seen_at <= now - STALE),
    )
    query = sa.select(HistoryUpload.id).where(overdue).order_by(HistoryUpload.uploaded_at)
    with _session() as session:
        return list(session.scalars(query.limit(at_most)))


def expire(after: timedelta) -> None:
    """Let go of files that were checked so long ago and never loaded."""
    with _session() as session:
        session.execute(
            sa.update(HistoryUpload)
            .where(HistoryUpload.state == State.CHECKED, HistoryUpload.seen_at <= _now() - after)
            .values(state=State.EXPIRED, content=None)
        )


def _now() -> datetime:
    return datetime.now(timezone.utc)
