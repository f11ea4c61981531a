"""The scan for personal data of what was submitted: asked for by the outbox, read on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.governance import files
from ckanext.indep.governance.model import ChangeRequest, Revision, WorkspaceResource
from ckanext.indep.privacy import service
from ckanext.indep.privacy.sources import FileSource, Source, TableSource

__all__ = ["findings", "is_clean", "request", "scan_now"]


def request(revision_id: str) -> None:
    """Have the files and tables of a frozen revision scanned; those known already are not."""
    content, source_of = _frozen(revision_id)
    service.request_revision(content, source_of)


def scan_now(revision_id: str) -> None:
    """Scan a frozen revision here and now, where no worker is waited for."""
    content, source_of = _frozen(revision_id)
    service.scan_revision(content, source_of)


def findings(revision: Revision) -> list[dict[str, Any]]:
    """Return what is known of the description and of each resource: name, state and report."""
    return [
        {"name": scan.name, "state": scan.state, "report": dict(scan.report)}
        for scan in service.of_revision(revision.content)
    ]


def is_clean(content: Mapping[str, Any]) -> bool:
    """Whether all that can be scanned of a frozen revision has been, and nothing was found."""
    reports = [scan.report for scan in service.of_revision(content)]
    found = [part for report in reports for part in report.get("parts", []) if part["findings"]]
    return service.is_finished(content) and not found


def _frozen(revision_id: str) -> tuple[dict[str, Any], service.SourceOf]:
    """Return the content of a revision, and what tells where each part of it is."""
    session = ckan_model.Session
    session.rollback()
    revision = session.get(Revision, revision_id)
    assert revision, "revisions are never deleted"
    change = session.get(ChangeRequest, revision.request_id)
    assert change, "requests are never deleted"
    staged = _staged(change)
    return revision.content, lambda resource: _source(resource, staged)


def _staged(change: ChangeRequest) -> dict[str, str]:
    """Return, by the id it has in the live package, where a resource's own table is now."""
    rows = ckan_model.Session.execute(
        select(WorkspaceResource.live_resource_id, WorkspaceResource.resource_id).where(
            WorkspaceResource.request_id == change.id,
            WorkspaceResource.shares_table.is_(False),
        )
    )
    return {row.live_resource_id: row.resource_id for row in rows}


def _source(resource: Mapping[str, Any], staged: Mapping[str, str]) -> Source | None:
    if "file" in resource:
        path = files.blob_path(resource["file"]["sha256"])
        return FileSource(str(path), str(resource.get("format", "")), str(resource["url"]))
    if "table" in resource:
        return TableSource(staged.get(resource["id"], resource["id"]))
    return None
