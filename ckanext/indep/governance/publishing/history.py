"""The releases of a package, numbered from 1."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.governance.drafting import prepared
from ckanext.indep.governance.model import ChangeRequest, Revision
from ckanext.indep.governance.states import State

__all__ = ["Version", "versions"]


@dataclass(frozen=True)
class Version:
    """One release: which request and revision it was, and under which rules it was decided."""

    version: int
    request_id: str
    number: int
    kind: str
    revision_id: str
    content_hash: str
    released_at: dt.datetime
    snapshot: dict[str, Any]


def versions(package_id: str) -> list[Version]:
    """Return the releases of a package, oldest first. Its retirement is none."""
    rows = ckan_model.Session.execute(
        select(ChangeRequest, Revision.content_hash)
        .join(Revision, Revision.id == ChangeRequest.revision_id)
        .where(
            ChangeRequest.live_id == package_id,
            ChangeRequest.state == State.RELEASED.value,
            ChangeRequest.kind != prepared.RETIRE,
        )
        .order_by(ChangeRequest.changed_at)
    ).all()
    return [
        Version(
            version=number,
            request_id=request.id,
            number=request.number,
            kind=request.kind,
            revision_id=request.revision_id or "",
            content_hash=sha256,
            released_at=request.changed_at,
            snapshot=request.snapshot,
        )
        for number, (request, sha256) in enumerate(rows, start=1)
    ]
