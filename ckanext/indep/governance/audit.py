"""The audit log: one hash chain, written in the transaction of the change itself.

A database superuser could still rewrite the whole chain; only a head hash that was
exported before would tell. ``ckan indep audit export`` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import func, select

from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.model import Event, now

__all__ = ["GENESIS", "append", "breaks"]

GENESIS = "0" * 64
LOCK = 0x1DE9_A0D1  # any constant that nothing else in the database uses


def append(event: str, subject: str, actor: str, **data: Any) -> None:
    """Add an event to the caller's transaction; writers queue up until it ends.

    `subject` is the id of the request or package, `actor` a user id or the name of a command.
    """
    session = ckan_model.Session
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    last = session.execute(
        select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    row = Event(
        seq=seq, at=now(), actor=actor, event=event, subject=subject, data=data, previous=previous
    )
    row.hash = _hash(row)
    session.add(row)
    session.flush()


def breaks() -> Iterator[str]:
    """Yield one sentence for each place where the chain does not hold."""
    previous, expected = GENESIS, 1
    for row in ckan_model.Session.execute(select(Event).order_by(Event.seq)).scalars():
        if row.seq != expected:
            yield f"audit: event {expected} is missing before event {row.seq}"
        if row.previous != previous:
            yield f"audit: event {row.seq} does not continue the one before it"
        if row.hash != _hash(row):
            yield f"audit: event {row.seq} ({row.event}) was altered"
        previous, expected = row.hash, row.seq + 1


def _hash(row: Event) -> str:
    return content_hash(
        [row.seq, row.at.isoformat(), row.actor, row.event, row.subject, row.data, row.previous]
    )
