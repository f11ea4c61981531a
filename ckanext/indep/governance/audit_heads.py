"""Heads of the audit log, kept outside of the database: they tell if its end was cut off.

A chain proves itself but for its end: without the last events it still holds. Once a day the
number and hash of the last event are written as a line into the file that
`ckanext.indep.audit_heads_file` names; keep that file where the database's owner cannot write.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import UnreadableError
from ckanext.indep.governance.model import Event

__all__ = ["Head", "missing", "present", "read", "record_daily"]


@dataclass(frozen=True)
class Head:
    """The last event on a day: its number, and its hash, which stands for all before it."""

    day: str
    seq: int
    hash: str


def present(today: dt.date) -> Head | None:
    """Return the head of the log as it is now, None while the log is empty."""
    last = ckan_model.Session.execute(
        select(Event.seq, Event.hash).order_by(Event.seq.desc()).limit(1)
    ).first()
    return Head(today.isoformat(), last.seq, last.hash) if last else None


def record_daily(path: Path, today: dt.date) -> bool:
    """Append today's head to the file, unless it has one for today; return whether it did.

    Raises UnreadableError where the file holds something else, OSError where it cannot be written.
    """
    if path.exists() and any(head.day == today.isoformat() for head in read(path)):
        return False
    head = present(today)
    if head is None:
        return False
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(head)) + "\n")
    return True


def read(path: Path) -> list[Head]:
    """Return the heads of a file; raises UnreadableError with the line that is none."""
    heads: list[Head] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            heads.append(Head(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise UnreadableError(f"{path}: line {number} is not a head of the log.") from error
    return heads


def missing(heads: Iterable[Head]) -> Iterator[str]:
    """Yield one sentence for each head that the log does not have any longer."""
    for head in heads:
        found = ckan_model.Session.get(Event, head.seq)
        if found is None:
            yield f"audit: event {head.seq}, the last one on {head.day}, is gone"
        elif found.hash != head.hash:
            yield f"audit: event {head.seq} is not what it was on {head.day}"
