"""Finds out whether a submission is covered by a standing approval, and keeps what it found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import ckan.model as ckan_model
from ckanext.datastore.backend.postgres import get_write_engine
from sqlalchemy import select

from ckanext.indep import city_time
from ckanext.indep.governance import requests, tables
from ckanext.indep.governance.approving import standing
from ckanext.indep.governance.approving.standing import RowCount
from ckanext.indep.governance.comparing import row_diff, table_diff
from ckanext.indep.governance.model import ChangeRequest, Revision, WorkspaceResource

__all__ = ["exceeded", "facts"]

Content = dict[str, Any]


def facts(
    request: ChangeRequest, base: Revision | None, content: Content, user: ckan_model.User
) -> dict[str, Any] | None:
    """Return what the snapshot keeps: base revision, row counts, and why it is not covered.

    None where nobody would expect that it is: no standing approval, or somebody else's work.
    """
    approved = standing.of(base.content) if base else None
    workers = _workers(request) | {user.name}
    if request.kind != "edit" or not base or not approved or workers != {approved.by}:
        return None
    rows = dict(_counted(request, base.content, content))
    reasons = standing.outside(base.content, content, workers, city_time.today(), rows)
    return {
        "revision": base.id,
        "rows": {resource_id: asdict(count) for resource_id, count in rows.items()},
        "outside": list(reasons),
    }


def exceeded(request: ChangeRequest) -> Iterator[str]:
    """Yield why an update is not covered after all, from what was kept; nothing if it is."""
    kept = request.snapshot["standing"]
    base = ckan_model.Session.get(Revision, kept["revision"])
    revision = ckan_model.Session.get(Revision, request.revision_id)
    if not base or not revision or base.content_hash != request.base_hash:
        yield "The standing approval belongs to another revision."
        return
    rows = {key: RowCount(**count) for key, count in kept["rows"].items()}
    day = revision.created_at.date()
    yield from standing.outside(base.content, revision.content, _workers(request), day, rows)


def _counted(
    request: ChangeRequest, base: Content, content: Content
) -> Iterator[tuple[str, RowCount]]:
    """Yield the counts of each table whose rows differ and whose columns are the same."""
    staging = {
        row.live_resource_id: row.resource_id
        for row in ckan_model.Session.execute(
            select(WorkspaceResource).where(WorkspaceResource.request_id == request.id)
        ).scalars()
    }
    before = {resource["id"]: resource.get("table") for resource in base["resources"]}
    for resource in content["resources"]:
        old, new, name = (
            before.get(resource["id"]),
            resource.get("table"),
            staging.get(resource["id"], ""),
        )
        if not old or not new or old == new or old["columns"] != new["columns"]:
            continue
        if not tables.exists(name):
            continue
        key = table_diff.key_of(content, resource["id"])
        found = row_diff.compare(
            get_write_engine(), resource["id"], name, old["columns"], new["columns"], key
        )
        touched = found.added + found.removed + found.changed
        yield resource["id"], RowCount(old["rows"], touched)


def _workers(request: ChangeRequest) -> set[str]:
    ids = requests.contributors(request.id)
    users = select(ckan_model.User.name).where(ckan_model.User.id.in_(ids))
    return set(ckan_model.Session.execute(users).scalars())
