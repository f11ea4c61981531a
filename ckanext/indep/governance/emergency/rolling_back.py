"""Back to an earlier release: the same content, files and tables, approved as such.

Who worked on the earlier release may decide on its return: that content has been approved
before. Who asks for the return may not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import (
    audit,
    files,
    kept_tables,
    outbox,
    policies,
    tables,
)
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.drafting import prepared, workspace
from ckanext.indep.governance.emergency import excuses
from ckanext.indep.governance.model import (
    ChangeRequest,
    Publication,
    Ratification,
    Revision,
    WorkspaceResource,
)
from ckanext.indep.governance.publishing import history, releasing
from ckanext.indep.governance.states import State
from ckanext.indep.governance.submission import submitting

__all__ = ["propose", "undo"]


def propose(package_id: str, version: int, user: ckan_model.User, reason: str) -> ChangeRequest:
    """Open a request to go back to a version, and submit it.

    Where a table is not kept any longer it is read from its file again; the request is then a
    draft, to be submitted once that is done. Raises ConflictError without such a version or a
    reason, or where it is not released now.
    """
    if not reason.strip():
        raise ConflictError("Say why: going back needs a written reason.", field="reason")
    policies.in_force()
    request, complete = _open(package_id, version, user, reason, prepared.check_target)
    ckan_model.Session.commit()
    outbox.wake()
    return submitting.submit(request.id, user) if complete else request


def undo(ratification: Ratification, user: ckan_model.User) -> None:
    """Release again what stood before a broken glass that the committee rejected.

    The committee's vote is the decision, so no further approval is asked for. Without an earlier
    release, or after a later one, nothing is done.
    """
    session = ckan_model.Session
    package_id = ratification.package_id
    versions = history.versions(package_id)
    broken = [v for v in versions if v.revision_id == ratification.revision_id]
    if not broken or broken[0].version == 1 or broken[0] != versions[-1]:
        return
    request, _complete = _open(package_id, broken[0].version - 1, user, "Not ratified.")
    target = session.get(Revision, request.snapshot["target"])
    assert target, "revisions are never deleted"
    prepared.check_stores(request, target.content)
    revision = Revision(
        request_id=request.id,
        number=1,
        live_id=package_id,
        content=target.content,
        content_hash=content_hash(target.content),
        created_by=user.id,
    )
    session.add(revision)
    session.flush()
    request.revision_id = revision.id
    request.snapshot = {**request.snapshot, excuses.REJECTED: ratification.id}
    request.state = State.APPROVED.value
    session.flush()
    releasing.perform(request, revision, user, "release")


def _open(
    package_id: str,
    version: int,
    user: ckan_model.User,
    reason: str,
    check: Callable[[Publication, Revision], None] | None = None,
) -> tuple[ChangeRequest, bool]:
    """Open the request in this transaction; say whether all its tables are there."""
    session = ckan_model.Session
    session.rollback()
    publication = session.get(Publication, package_id)
    if not publication:
        raise ConflictError("This is not released, so there is nothing to go back from.")
    known = {v.version: v for v in history.versions(package_id)}
    if version not in known:
        raise ConflictError(
            f"There is no version {version}; there are 1 to {len(known)}.", field="version"
        )
    target = session.get(Revision, known[version].revision_id)
    assert target, "revisions are never deleted"
    if check:
        check(publication, target)
    if target.content_hash == publication.content_hash:
        raise ConflictError(f"Version {version} is what is released now.", field="version")
    request = workspace.open_copy(package_id, user, target)
    request.snapshot = {"target": target.id, "version": version, "reason": reason.strip()}
    session.flush()
    audit.append("roll_back_proposed", request.id, user.id, version=version, reason=reason.strip())
    return request, _bring_tables(request, publication, target)


def _bring_tables(request: ChangeRequest, publication: Publication, target: Revision) -> bool:
    """Give the workspace the earlier tables; ask for those that have to be read again."""
    session = ckan_model.Session
    present = session.get(Revision, publication.revision_id)
    assert present, "a publication names its revision"
    now_live = {r["id"]: r.get("table") for r in present.content.get("resources", [])}
    frozen = {r["id"]: r for r in target.content.get("resources", [])}
    complete = True
    for mapping in session.execute(
        select(WorkspaceResource).where(WorkspaceResource.request_id == request.id)
    ).scalars():
        resource = frozen[mapping.live_resource_id]
        table = resource.get("table")
        if table is None or table == now_live.get(mapping.live_resource_id):
            continue
        mapping.shares_table = False
        kept_tables.hold(mapping.live_resource_id)
        kept = tables.find(mapping.live_resource_id, table)
        if kept:
            tables.copy(kept, mapping.resource_id)
        else:
            complete = False
            sha256 = _stored_file(resource)
            outbox.add("file_stored", resource_id=mapping.resource_id, sha256=sha256)
    session.flush()
    return complete


def _stored_file(resource: dict[str, Any]) -> str:
    """Return the hash of the file that a table can be read from again; ConflictError without."""
    sha256 = resource.get("file", {}).get("sha256")
    if sha256 and files.blob_path(sha256).is_file():
        return sha256
    name = resource.get("name") or resource.get("url")
    raise ConflictError(
        f"The table of '{name}' is no longer kept, and there is no stored file to read it from "
        "again. Propose a change with the earlier data instead.",
        field="version",
    )
