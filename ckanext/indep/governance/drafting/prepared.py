"""Requests whose content is not edited but follows from the records: roll back and retirement.

Their workspace, if they have one, is for looking at. What they freeze is made here, at each
submission again, so that nothing else can take their shorter ways through review.
"""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audiences, files, tables
from ckanext.indep.governance.model import (
    ChangeRequest,
    Publication,
    Revision,
    WorkspaceResource,
)

__all__ = ["FACTS", "KINDS", "RETIRE", "RETIRE_REASON", "ROLL_BACK", "check_stores", "content"]

ROLL_BACK = "roll_back"
RETIRE = "retire"
KINDS = frozenset({ROLL_BACK, RETIRE})
RETIRE_REASON = "retire_reason"
FACTS = ("target", "version", "reason")
"""What a prepared request's snapshot holds from its opening on."""


def content(request: ChangeRequest) -> dict[str, Any]:
    """Return what a prepared request freezes.

    Raises ConflictError where it is not released any longer, or where the stores do not hold
    every file and every table of the earlier release, bit for bit.
    """
    session = ckan_model.Session
    publication = session.get(Publication, request.live_id)
    if not publication or publication.state not in audiences.SHOWN:
        raise ConflictError("This is not released now, so a change request has to bring it back.")
    if request.kind == RETIRE:
        present = session.get(Revision, publication.revision_id)
        assert present, "a publication names its revision"
        return {**present.content, RETIRE_REASON: request.snapshot["reason"]}
    earlier = session.get(Revision, request.snapshot["target"])
    assert earlier, "revisions are never deleted"
    check_target(publication, earlier)
    check_stores(request, earlier.content)
    return earlier.content


def check_target(publication: Publication, earlier: Revision) -> None:
    """Raise ConflictError where a roll back to the earlier revision would be no roll back."""
    if publication.state not in audiences.SHOWN:
        raise ConflictError("This is not released now, so a change request has to bring it back.")
    if publication.state == audiences.STAFF != audiences.of(earlier.content):
        raise ConflictError(
            "It is for city staff only now; a change request makes it public again, a roll back "
            "does not."
        )


def check_stores(request: ChangeRequest, frozen: dict[str, Any]) -> None:
    """Raise ConflictError where a file or table of the frozen content is not there as it was."""
    staging = {
        row.live_resource_id: (row.live_resource_id if row.shares_table else row.resource_id)
        for row in ckan_model.Session.execute(
            select(WorkspaceResource).where(WorkspaceResource.request_id == request.id)
        ).scalars()
    }
    for resource in frozen.get("resources", []):
        name = resource.get("name") or resource.get("url")
        if "file" in resource and not files.blob_path(resource["file"]["sha256"]).is_file():
            raise ConflictError(f"The file '{name}' of that release is not in the storage.")
        if "table" in resource and tables.digest(staging[resource["id"]]) != resource["table"]:
            raise ConflictError(
                f"The table of '{name}' is not there as it was released. If it is still being "
                "read, try again in a moment; otherwise propose a change with the earlier file."
            )
