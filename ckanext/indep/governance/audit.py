"""The audit log: one hash chain, written in the transaction of the change itself.

A database superuser could still rewrite the whole chain; only a head hash that was
exported before would tell. ``ckan indep audit export`` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import func, select

from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.model import Event, now

__all__ = ["GENESIS", "append", "append_all", "breaks", "lines"]

GENESIS = "0" * 64
LOCK = 0x1DE9_A0D1  # any constant that nothing else in the database uses


def append(event: str, subject: str, actor: str, **data: Any) -> None:
    """Add an event to the caller's transaction; writers queue up until it ends.

    `subject` is the id of the request or package, `actor` a user id or the name of a command.
    """
    append_all(event, actor, [(subject, data)])


def append_all(event: str, actor: str, facts: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Add one event for each subject with its data, as `append` does, in one go."""
    session = ckan_model.Session
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    last = session.execute(
        select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)
    ).first()
    end, previous = (last.seq, last.hash) if last else (0, GENESIS)
    for seq, (subject, data) in enumerate(facts, start=end + 1):
        row = Event(
            seq=seq,
            at=now(),
            actor=actor,
            event=event,
            subject=subject,
            data=data,
            previous=previous,
        )
        row.hash = previous = _hash(row)
        session.add(row)
    session.flush()


def lines() -> Iterator[str]:
    """Yield each event as one line of JSON; the last line's hash stands for all before it."""
    for row in ckan_model.Session.execute(select(Event).order_by(Event.seq)).scalars():
        yield json.dumps(
            {
                "seq": row.seq,
                "at": row.at.isoformat(),
                "actor": row.actor,
                "event": row.event,
                "subject": row.subject,
                "data": row.data,
                "previous": row.previous,
                "hash": row.hash,
            },
            sort_keys=True,
            ensure_ascii=False,
        )


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
