"""What governance hands to CKAN's own functions when it writes a package itself."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model

from ckanext.indep.governance.model import ChangeRequest

__all__ = ["context", "resource", "workspace_package"]

NOT_COLUMNS = frozenset({"id", "file", "table", "views"})
"""What a frozen resource holds that is not a field of it in CKAN."""


def context(user: ckan_model.User, replaced: str | None = None) -> dict[str, Any]:
    """Return the context of a write that the caller commits.

    `replaced` is the id of the package that is updated: CKAN then takes its resources as given.
    Who goes past the permissions adds that, with the reason.
    """
    given: dict[str, Any] = {
        "model": ckan_model,
        "session": ckan_model.Session,
        "user": user.name,
        "auth_user_obj": user,
        "allow_state_change": True,
        "defer_commit": True,
        "return_id_only": True,
    }
    if replaced:
        given["original_package"] = {"id": replaced, "resources": []}
    return given


def resource(frozen: dict[str, Any], own_id: str | None = None) -> dict[str, Any]:
    """Return a frozen resource as the data of the workspace's, with the id that it has there."""
    values = {key: value for key, value in frozen.items() if key not in NOT_COLUMNS}
    values["datastore_active"] = "table" in frozen
    return {**values, "id": own_id} if own_id else values


def workspace_package(
    request: ChangeRequest, content: dict[str, Any], name: str, resources: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return a frozen content as the data of the request's workspace, with these resources."""
    return {
        **content,
        "id": request.workspace_id,
        "name": name,
        "type": request.package_type,
        "state": "draft",
        "private": True,
        "tags": [{"name": tag} for tag in content.get("tags", [])],
        "groups": [{"name": group} for group in content.get("groups", [])],
        "resources": resources,
    }
