"""From a workspace to the content of a revision: what reviewers read and vote on."""

from __future__ import annotations

from typing import Any

import ckan.lib.plugins as lib_plugins
import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.governance import audiences, files, tables
from ckanext.indep.governance.model import Blob, ChangeRequest, WorkspaceResource

__all__ = ["complete_errors", "content"]

# What CKAN computes, or what belongs to the workspace and not to what it describes.
COMPUTED = frozenset(
    {
        "id", "name", "state", "private", "type", "creator_user_id", "metadata_created",
        "metadata_modified", "num_resources", "num_tags", "organization", "isopen",
        "license_title", "license_url", "relationships_as_object", "relationships_as_subject",
        "tag_string", "plugin_data", "resources", "tags", "groups",
    }
)  # fmt: skip
COMPUTED_OF_RESOURCE = frozenset(
    {
        "id", "package_id", "position", "state", "created", "metadata_modified", "cache_url",
        "cache_last_updated", "last_modified", "mimetype_inner", "resource_type", "url",
        "tracking_summary", "revision_id", "hash", "size", "datastore_active",
        "datastore_contains_all_records_of_source_file",
    }
)  # fmt: skip


def content(request: ChangeRequest) -> dict[str, Any]:
    """Return the content of the request's workspace as plain JSON values.

    Resources carry the id that they have, or will have, in the live package, so that two
    revisions can be compared; ``file`` and ``table`` are digests, taken now.
    """
    package = show(request.workspace_id)
    result = {key: value for key, value in package.items() if key not in COMPUTED}
    result["tags"] = sorted(tag["name"] for tag in package.get("tags", []))
    result["groups"] = sorted(group["name"] for group in package.get("groups", []))
    result["resources"] = [_resource(request, r) for r in package["resources"]]
    # What names no audience is for everyone, as it was before there was a choice.
    if result.get("audience") == audiences.PUBLIC:
        del result["audience"]
    return _without_empty(result)


def show(package_id: str) -> dict[str, Any]:
    """Return a package as it is in the database, past all caches and permissions.

    Freezing must see what is there whoever submits, hence no authorization.
    """
    return tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": package_id}
    )


def complete_errors(request: ChangeRequest) -> dict[str, Any]:
    """Return the errors by field that keep the workspace from being submitted."""
    package = show(request.workspace_id)
    plugin = lib_plugins.lookup_package_plugin(request.package_type)
    context: Any = {
        "model": ckan_model,
        "session": ckan_model.Session,
        "user": "",
        "ignore_auth": True,
        "package": ckan_model.Package.get(request.workspace_id),
        "indep_complete": True,
    }
    _data, errors = lib_plugins.plugin_validate(
        plugin, context, package, plugin.update_package_schema(), "package_update"
    )
    if request.package_type == "dataset" and not package["resources"]:
        errors.setdefault("resources", []).append(
            tk._("Add at least one file or link before you submit.")
        )
    return errors


def _resource(request: ChangeRequest, resource: dict[str, Any]) -> dict[str, Any]:
    session = ckan_model.Session
    mapping = session.get(WorkspaceResource, resource["id"])
    result = {k: v for k, v in resource.items() if k not in COMPUTED_OF_RESOURCE}
    result["id"] = mapping.live_resource_id if mapping else resource["id"]
    file = files.file_of(resource["id"], request.workspace_id)
    if resource.get("url_type") == "upload" and file:
        result["url"] = file.filename
        blob = session.get(Blob, file.sha256)
        result["file"] = {"sha256": file.sha256, "size": blob.size if blob else None}
    else:
        result["url"] = resource.get("url", "")
    shares = bool(mapping and mapping.shares_table)
    if shares:
        tables.check_settled(result["id"])
    table = tables.digest(result["id"] if shares else resource["id"])
    if table:
        result["table"] = table
    views = session.execute(
        select(ckan_model.ResourceView)
        .where(ckan_model.ResourceView.resource_id == resource["id"])
        .order_by(ckan_model.ResourceView.order)
    ).scalars()
    result["views"] = [
        {
            "view_type": view.view_type,
            "title": view.title or "",
            "description": view.description or "",
            "config": view.config or {},
        }
        for view in views
    ]
    return _without_empty(result)


def _without_empty(value: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in value.items() if v not in (None, "", [], {}) or k == "resources"}
