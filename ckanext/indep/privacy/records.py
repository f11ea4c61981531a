"""The rows of `indep_scan`, each change in a short transaction of its own.

A page must be able to say "being scanned" while a long scan runs, so CKAN's session, whose
transaction ends later, is not used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ckanext.indep.privacy.model import Scan
from ckanext.indep.privacy.report import Report
from ckanext.indep.privacy.sources import Source

__all__ = [
    "VERSION",
    "begin",
    "fail",
    "find",
    "finish",
    "newest",
    "of_all_versions",
    "request",
    "waiting",
]

VERSION = 1
"""Version of the detectors; raise it when they change, and contents are scanned anew."""


@contextmanager
def _session() -> Iterator[Session]:
    with Session(model.ensure_engine(), expire_on_commit=False) as session, session.begin():
        yield session


def find(subjects: Collection[str]) -> dict[str, Scan]:
    """The scans of these contents by the present detectors, by subject."""
    query = sa.select(Scan).where(Scan.subject.in_(subjects), Scan.version == VERSION)
    with _session() as session:
        return {scan.subject: scan for scan in session.scalars(query)}


def of_all_versions(subjects: Collection[str]) -> list[Scan]:
    """The scans of these contents by all detectors there have been, the newest last.

    Read in CKAN's transaction: who asks may hold locks, and must not wait for another connection.
    """
    query = sa.select(Scan).where(Scan.subject.in_(subjects)).order_by(Scan.version)
    return list(model.Session.scalars(query, execution_options={"populate_existing": True}))


def newest(subjects: Collection[str]) -> dict[str, Scan]:
    """The scans of these contents by the newest detectors that were asked, by subject."""
    return {scan.subject: scan for scan in of_all_versions(subjects)}


def request(subject: str, source: Source) -> bool:
    """Note that a content is to be scanned.

    :returns: False if it has been, or a scan of it is under way.
    """
    fresh = {"state": "pending", "source": source.as_dict(), "requested_at": _now()}
    with _session() as session:
        statement = insert(Scan).values(subject=subject, version=VERSION, **fresh)
        done = session.execute(
            statement.on_conflict_do_update(
                index_elements=["subject", "version"],
                set_=fresh,
                where=Scan.state.in_(["pending", "failed"]),
            )
        )
        return bool(done.rowcount)  # pyright: ignore[reportAttributeAccessIssue]


def begin(subject: str) -> None:
    """A worker has taken the content in hand."""
    _change(subject, state="scanning", started_at=_now(), finished_at=None)


def finish(subject: str, report: Report) -> None:
    """Keep the outcome."""
    _change(
        subject,
        state="done",
        report=report.as_dict(),
        findings=len(report.findings),
        cells=report.cells,
        finished_at=_now(),
    )


def fail(subject: str) -> None:
    """The scan broke off by an error of the portal's own; it can be asked for again."""
    _change(subject, state="failed", finished_at=_now())


def waiting(pending_for: timedelta, scanning_for: timedelta, at_most: int) -> list[Scan]:
    """Scans that were asked for, or begun, so long ago and have not ended."""
    now = _now()
    overdue = sa.or_(
        sa.and_(Scan.state == "pending", Scan.requested_at <= now - pending_for),
        sa.and_(Scan.state == "scanning", Scan.started_at <= now - scanning_for),
    )
    query = sa.select(Scan).where(Scan.version == VERSION, overdue).order_by(Scan.requested_at)
    with _session() as session:
        return list(session.scalars(query.limit(at_most)))


def _change(subject: str, **values: object) -> None:
    """Change a scan that is not done; of two workers that have it in hand the first one ends it."""
    chosen = (Scan.subject == subject) & (Scan.version == VERSION) & (Scan.state != "done")
    with _session() as session:
        session.execute(sa.update(Scan).where(chosen).values(**values))


def _now() -> datetime:
    return datetime.now(timezone.utc)
