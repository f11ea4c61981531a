"""Turning governance off: a plain CKAN that shows strangers the same as before, and no more.

Exporting and giving files back may be repeated at any time. The rest is one transaction,
noted in the audit log. Our tables stay, so that governance can be turned on again where it
stood.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ckan.model as ckan_model
import sqlalchemy as sa
from sqlalchemy import func, select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audit, outbox
from ckanext.indep.governance.adoption import (
    guard_switch,
    hidden_drafts,
    portal_lock,
    stock_files,
)
from ckanext.indep.governance.model import ChangeRequest, Event, Publication, Revision
from ckanext.indep.governance.states import OPEN
from ckanext.indep.schema.fields import PACKAGE_TYPES, staff_only

__all__ = ["Standing", "export", "has_tables", "is_off", "standing", "turn_off"]


@dataclass(frozen=True)
class Standing:
    """What turning off has to deal with, in numbers."""

    public: int
    hidden: int
    open_requests: int
    waiting: int
    is_off: bool


def has_tables() -> bool:
    """Whether governance has its tables in this database."""
    return sa.inspect(ckan_model.Session.connection()).has_table(Publication.__tablename__)


def standing() -> Standing:
    """Return where things stand; reads only."""

    def count(query: sa.Select[tuple[str]]) -> int:
        return ckan_model.Session.execute(
            select(func.count()).select_from(query.subquery())
        ).scalar_one()

    return Standing(
        public=count(select(Publication.package_id).where(Publication.state == "live")),
        hidden=count(select(Publication.package_id).where(Publication.state != "live")),
        open_requests=count(select(ChangeRequest.id).where(ChangeRequest.state.in_(OPEN))),
        waiting=outbox.waiting(),
        is_off=is_off(),
    )


def export(folder: Path) -> list[Path]:
    """Write what only governance knows as JSON lines into `folder`; return the files.

    ``audit.jsonl`` is the audit log with its hashes, ``staff-fields.jsonl`` the fields for
    staff only of each released dataset, and there is one file for each table of ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = [
        name
        for name in sa.inspect(ckan_model.Session.connection()).get_table_names()
        if name.startswith("indep_")
    ]
    return [
        _write(folder / "audit.jsonl", audit.lines()),
        _write(folder / "staff-fields.jsonl", _staff_fields()),
        *(_write(folder / f"{name}.jsonl", _rows(name)) for name in sorted(tables)),
    ]


def turn_off(actor: str) -> dict[str, int]:
    """Give files and drafts back to CKAN and switch the guards off; return what was done.

    Raises ConflictError while released tables have not taken their places. Called again, it
    does nothing, and says so by zeros: CKAN may have newer files in their places by then.
    """
    if is_off():
        return {"files": 0, "guards": 0, "drafts": 0}
    outbox.drain()
    if outbox.is_waiting("swap") or outbox.is_waiting("retire"):
        raise ConflictError(
            "A released table has not taken its place yet. Run 'ckan indep tick' until nothing "
            "is waiting, then turn governance off. Nothing was changed."
        )
    done = {"files": stock_files.give_back()}
    session = ckan_model.Session
    session.rollback()
    portal_lock.lock()
    done["guards"] = guard_switch.switch(on=False)
    done["drafts"] = hidden_drafts.give_back()
    audit.append(portal_lock.OFF, portal_lock.SUBJECT, actor, **done)
    session.commit()
    return done


def is_off() -> bool:
    """Whether governance was turned off and not turned on since."""
    last = ckan_model.Session.execute(
        select(Event.event)
        .where(Event.subject == portal_lock.SUBJECT)
        .order_by(Event.seq.desc())
        .limit(1)
    ).scalar()
    return last == portal_lock.OFF


def _staff_fields() -> Iterable[str]:
    rows = ckan_model.Session.execute(
        select(Publication.package_id, Publication.package_type, Revision.id, Revision.content)
        .join(Revision, Revision.id == Publication.revision_id)
        .order_by(Publication.package_id)
    )
    for package_id, package_type, revision_id, content in rows:
        hidden = staff_only(package_type) if package_type in PACKAGE_TYPES else frozenset()
        kept = {name: content[name] for name in sorted(hidden) if name in content}
        if kept:
            yield json.dumps(
                {"id": package_id, "revision": revision_id, "fields": kept}, ensure_ascii=False
            )


def _rows(table: str) -> Iterable[str]:
    """Yield each row of a table as PostgreSQL writes it in JSON."""
    row = sa.table(table).alias("row")
    query = select(sa.cast(func.row_to_json(sa.literal_column("row")), sa.Text)).select_from(row)
    yield from ckan_model.Session.execute(
        query, execution_options={"stream_results": True}
    ).scalars()


def _write(path: Path, lines: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path
