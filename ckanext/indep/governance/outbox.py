"""Work that a committed change asks for: index, swap tables, tell others, clean up.

Rows are written in the transaction of the change. They are done at least once, by whoever
comes first: the process that made the change, the job it wakes, or ``ckan indep tick``.
PostgreSQL keeps the queue; Redis only wakes the worker.

What fails, or is being done elsewhere, keeps nothing else waiting, but for the work that has to
come after it: a workspace must not be removed before its table was swapped in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from ckanext.indep import waking
from ckanext.indep.governance.model import Outbox, now

__all__ = ["AT_ONCE", "TABLES", "add", "drain", "handler", "is_waiting", "waiting", "wake"]

log = logging.getLogger(__name__)

Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}
WOKEN_SECONDS = 10
"""After so long a job that has not begun counts as lost, and another one is asked for."""
AT_ONCE = ("swap", "retire", "index")
"""Kinds that the public sees at once, and so are done before the answer is given."""
AFTER = "after"
TABLES = ("swap", "retire")
"""Kinds that settle which table a resource has, the one that their payload calls `live`."""


def handler(function: Handler) -> Handler:
    """Register `function` to do the work of the kind that has its name."""
    HANDLERS[function.__name__] = function
    return function


def add(kind: str, after: Sequence[str] = (), **payload: Any) -> None:
    """Ask for work, in the caller's transaction.

    `after` are ids of resources whose tables have to be settled first, as far as that was asked for
    before.
    """
    waits = {AFTER: list(after)} if after else {}
    ckan_model.Session.add(Outbox(kind=kind, payload=payload | waits))


def drain(*kinds: str) -> int:
    """Do all work that is waiting (of `kinds`, or all); return how many pieces failed.

    A piece that fails stays in the queue with its error and is tried again by the next drain.
    Pieces that another process is doing are left to it. A drain of everything, such as each
    tick, stands for the job that was asked for: the next change asks for another.
    """
    if not kinds:
        waking.begun(drain)
    failed, after = 0, 0
    with Session(ckan_model.Session.get_bind()) as queue:
        while True:
            wanted = select(Outbox).where(
                Outbox.done_at.is_(None), Outbox.seq > after, ~_comes_too_early()
            )
            if kinds:
                wanted = wanted.where(Outbox.kind.in_(kinds))
            row = queue.execute(
                wanted.order_by(Outbox.seq).limit(1).with_for_update(skip_locked=True)
            ).scalar()
            if row is None:
                return failed
            after = row.seq
            row.attempts += 1
            try:
                HANDLERS[row.kind](**{k: v for k, v in row.payload.items() if k != AFTER})
                row.done_at, row.last_error = now(), None
            except Exception as error:
                # Whatever failed, the queue must go on: it is recorded and tried again.
                log.exception("outbox: %s %s failed", row.kind, row.payload)
                ckan_model.Session.rollback()
                row.last_error = f"{type(error).__name__}: {error}"[:1000]
                failed += 1
            queue.commit()


def _comes_too_early() -> ColumnElement[bool]:
    """Whether a piece of work has to come after one that is not done yet."""
    earlier = aliased(Outbox)
    return exists().where(
        earlier.done_at.is_(None),
        earlier.kind.in_(TABLES),
        earlier.seq < Outbox.seq,
        Outbox.payload[AFTER].has_key(earlier.payload["live"].astext),  # type: ignore[attr-defined]
    )


def wake() -> None:
    """Have the worker drain the queue; without Redis the next tick does it."""
    waking.wake(drain, "indep outbox", lost_after=WOKEN_SECONDS)


def is_waiting(kind: str, **payload: Any) -> bool:
    """Whether this very piece of work is still to be done; `payload` may be a part of it."""
    return bool(
        ckan_model.Session.execute(
            select(Outbox.seq)
            .where(Outbox.kind == kind, Outbox.done_at.is_(None), Outbox.payload.contains(payload))
            .limit(1)
        ).first()
    )


def waiting() -> int:
    """Return how many pieces of work are waiting."""
    return ckan_model.Session.execute(
        select(func.count()).select_from(Outbox).where(Outbox.done_at.is_(None))
    ).scalar_one()
