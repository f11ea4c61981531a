"""Writing a merged content into a workspace that is there already, in one transaction."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
from ckan.logic.action.update import package_update
from sqlalchemy import delete, select

from ckanext.indep.governance import files, outbox, tables
from ckanext.indep.governance.comparing.merge import DATA
from ckanext.indep.governance.drafting import ckan_writes
from ckanext.indep.governance.model import ChangeRequest, ResourceFile, WorkspaceResource

__all__ = ["write"]

Content = dict[str, Any]


def write(
    request: ChangeRequest, merged: Content, public: Content, mine: Content, user: ckan_model.User
) -> None:
    """Make the workspace of `request` hold `merged`; commits nothing.

    Files that are as in `public` point at its bytes and share its tables; the others keep what
    the workspace has, which is `mine`. Permission was checked by the action.
    """
    session = ckan_model.Session
    own = _own_ids(request, mine)
    released = {r["id"]: r for r in public.get("resources", [])}
    for resource in merged["resources"]:
        if resource["id"] in own and resource["id"] in released:
            _take_data(request, own[resource["id"]], resource, released[resource["id"]])
    _update(request, merged, own, user)
    session.flush()
    session.expire_all()
    written = session.execute(
        select(ckan_model.Resource.id)
        .where(
            ckan_model.Resource.package_id == request.workspace_id,
            ckan_model.Resource.state == "active",
        )
        .order_by(ckan_model.Resource.position)
    ).scalars()
    for resource_id, resource in zip(written, merged["resources"], strict=True):
        if resource["id"] not in own:
            _register(request, resource_id, resource)
        _set_views(resource_id, resource.get("views", []))
    session.flush()


@outbox.handler
def drop_replaced(resource_id: str) -> None:
    """Drop the table of a workspace's file that shares the public one again."""
    mapping = ckan_model.Session.get(WorkspaceResource, resource_id)
    if mapping and mapping.shares_table:
        tables.drop(resource_id)


def _own_ids(request: ChangeRequest, mine: Content) -> dict[str, str]:
    """Return the id in the workspace of each file that is in it, by its id in the content."""
    mapped: dict[str, str] = {
        row.live_resource_id: row.resource_id
        for row in ckan_model.Session.execute(
            select(WorkspaceResource).where(WorkspaceResource.request_id == request.id)
        ).scalars()
    }
    return {r["id"]: mapped.get(r["id"]) or r["id"] for r in mine["resources"]}


def _take_data(
    request: ChangeRequest, resource_id: str, resource: Content, released: Content
) -> None:
    """Point a file at the public bytes and table, if that is what the merge took."""
    if any(resource.get(key) != released.get(key) for key in DATA):
        return
    session = ckan_model.Session
    _set_file(request, resource_id, resource)
    mapping = session.get(WorkspaceResource, resource_id)
    if mapping:
        if not mapping.shares_table:
            outbox.add("drop_replaced", resource_id=resource_id)
        mapping.shares_table = "table" in resource
        session.flush()


def _register(request: ChangeRequest, resource_id: str, resource: Content) -> None:
    """Note which public file a new one of the workspace stands for."""
    session = ckan_model.Session
    session.execute(
        delete(WorkspaceResource).where(
            WorkspaceResource.request_id == request.id,
            WorkspaceResource.live_resource_id == resource["id"],
        )
    )
    session.add(
        WorkspaceResource(
            resource_id=resource_id,
            request_id=request.id,
            live_resource_id=resource["id"],
            shares_table="table" in resource,
        )
    )
    _set_file(request, resource_id, resource)


def _set_file(request: ChangeRequest, resource_id: str, resource: Content) -> None:
    package_id = request.workspace_id
    if "file" in resource:
        files.set_file(resource_id, package_id, resource["file"]["sha256"], resource["url"])
        return
    ckan_model.Session.execute(
        delete(ResourceFile).where(
            ResourceFile.resource_id == resource_id, ResourceFile.package_id == package_id
        )
    )


def _update(
    request: ChangeRequest, merged: Content, own: dict[str, str], user: ckan_model.User
) -> None:
    """Run CKAN's own update on the workspace, past the guard of what is frozen."""
    workspace = ckan_model.Session.get(ckan_model.Package, request.workspace_id)
    assert workspace, "an open request has its workspace"
    resources = [ckan_writes.resource(r, own.get(r["id"])) for r in merged["resources"]]
    context: Any = {
        **ckan_writes.context(user, replaced=request.workspace_id),
        "ignore_auth": True,
    }
    package_update(
        context, ckan_writes.workspace_package(request, merged, workspace.name, resources)
    )


def _set_views(resource_id: str, views: list[Content]) -> None:
    session, view = ckan_model.Session, ckan_model.ResourceView
    session.execute(delete(view).where(view.resource_id == resource_id))
    for order, frozen in enumerate(views):
        session.add(view(resource_id=resource_id, order=order, **frozen))
