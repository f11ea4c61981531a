"""The rows that a submitted revision changes in each table: counted by the worker, once.

The result is kept under the digests of both tables, so that it is still right, and there, when
neither table is any longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import ckan.model as ckan_model
from ckanext.datastore.backend.postgres import get_write_engine
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ckanext.indep.governance import outbox, tables
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.comparing import comparison, row_diff
from ckanext.indep.governance.comparing.comparison import FileChange
from ckanext.indep.governance.model import (
    ChangeRequest,
    Revision,
    TableDiff,
    WorkspaceResource,
)

__all__ = ["ask", "has_rows", "is_waiting", "key_of", "stored", "table_diff"]

Digest = dict[str, Any]


def ask(request: ChangeRequest, revision: Revision) -> None:
    """Have the rows counted after the caller's transaction."""
    if request.base_hash:
        outbox.add("table_diff", revision_id=revision.id, base_hash=request.base_hash)


def is_waiting(revision_id: str) -> bool:
    """Whether the rows of this revision are still to be counted."""
    return outbox.is_waiting("table_diff", revision_id=revision_id)


def stored(file: FileChange, key: str) -> dict[str, Any] | None:
    """Return what `row_diff.RowDiff` holds of a file's tables, or None before it is known."""
    found = ckan_model.Session.get(TableDiff, _identity(file, key)) if has_rows(file) else None
    return found.result if found else None


@outbox.handler
def table_diff(revision_id: str, base_hash: str) -> None:
    """Compare the rows of each table that a revision changes, and keep the result.

    A table that is no longer there as it was frozen is passed over: there is nothing to count.
    """
    session = ckan_model.Session
    session.rollback()
    revision = session.get(Revision, revision_id)
    assert revision, "revisions are never deleted"
    base = session.execute(
        select(Revision.content)
        .where(Revision.content_hash == base_hash, Revision.live_id == revision.live_id)
        .limit(1)
    ).scalar()
    for file, key in _compared(base, revision.content):
        if stored(file, key) is not None:
            continue
        old, new = _digests(file)
        before = tables.find(file.id, old)
        after = next(filter(None, (tables.find(n, new) for n in _names(revision, file))), None)
        if before is None or after is None:
            continue
        result = row_diff.compare(
            get_write_engine(), before, after, old["columns"], new["columns"], key
        )
        session.execute(
            insert(TableDiff)
            .values(**_columns(file, key), result=asdict(result))
            .on_conflict_do_nothing()
        )
        session.commit()


def key_of(content: dict[str, Any], resource_id: str) -> str:
    """Return the columns that the steward named as the key of a file's table."""
    found = (r for r in content["resources"] if r["id"] == resource_id)
    return str(next(found, {}).get("table_key") or "")


def _compared(base: Any, content: dict[str, Any]) -> Iterator[tuple[FileChange, str]]:
    for file in comparison.compare(base, content).files:
        if has_rows(file):
            yield file, key_of(content, file.id)


def has_rows(file: FileChange) -> bool:
    """Whether both sides have a table, with rows that are not the same."""
    if not file.table or not file.table.before or not file.table.after:
        return False
    old, new = _digests(file)
    return (old["md5"], old["rows"]) != (new["md5"], new["rows"])


def _digests(file: FileChange) -> tuple[Digest, Digest]:
    assert file.table, "only tables are compared"
    return dict(file.table.before or {}), dict(file.table.after or {})


def _names(revision: Revision, file: FileChange) -> list[str]:
    """Return the tables that may hold the revision's rows: the workspace's, then the live one."""
    staging = ckan_model.Session.execute(
        select(WorkspaceResource.resource_id).where(
            WorkspaceResource.request_id == revision.request_id,
            WorkspaceResource.live_resource_id == file.id,
        )
    ).scalars()
    return [*staging, file.id]


def _columns(file: FileChange, key: str) -> dict[str, str]:
    old, new = _digests(file)
    return {
        "resource_id": file.id,
        "before": content_hash(old),
        "after": content_hash(new),
        "key": key,
    }


def _identity(file: FileChange, key: str) -> tuple[str, ...]:
    return tuple(_columns(file, key).values())
