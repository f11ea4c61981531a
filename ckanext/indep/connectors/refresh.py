"""Brings rows to a released file, as a steward does: by a change request, never past it.

Only actions are called, in the name of an account, so that all of governance's rules hold:
who may open a request, how many may be open, and that nothing becomes public by itself.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import PurePath
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.indep.connectors import quarantine
from ckanext.indep.connectors.quarantine import Harvest
from ckanext.indep.errors import ConflictError, RefusedError

__all__ = ["propose"]


def propose(harvest: Harvest, dataset: str, resource: str, user: str) -> dict[str, Any] | None:
    """Open a change request in which the rows are the new content of a released file.

    The request stays a draft: the steward looks at it and submits it.

    :param dataset: name or id of the released dataset.
    :param resource: name of the file in it.
    :param user: name of the steward's account.
    :returns: the request, or None where the public file is already the same, byte by byte.
    :raises UnreadableError: the harvest is one that should not be brought in.
    :raises ConflictError: there is no such file, or more than one.
    :raises RefusedError: there is no such account.
    :raises ValidationError: a request is open already, or CKAN refuses the file.
    """
    quarantine.check(harvest)
    content = quarantine.as_csv(harvest)
    context = _context(user)
    public = _act(context, "package_show", id=dataset)
    released = _file(public, resource)
    if released.get("hash") == hashlib.sha256(content).hexdigest():
        return None
    request = _act(context, "indep_request_open", id=public["id"])
    try:
        workspace = _act(context, "package_show", id=request["workspace_id"])
        _act(
            context,
            "resource_patch",
            id=_file(workspace, resource)["id"],
            format="CSV",
            upload=FileStorage(io.BytesIO(content), filename=_file_name(released)),
        )
    except Exception:
        # A request without the rows would only stand in the way of the next attempt.
        _act(context, "indep_request_withdraw", id=request["id"])
        raise
    return request


def _context(user: str) -> Context:
    account = ckan_model.User.get(user)
    if account is None or not account.is_active:
        raise RefusedError(f"There is no active account “{user}”.")
    return {"user": account.name, "auth_user_obj": account}


def _act(context: Context, action: str, /, **data: Any) -> Any:
    """Call an action with a context of its own, since CKAN writes into it."""
    fresh: Context = {**context}
    return tk.get_action(action)(fresh, data)


def _file(package: dict[str, Any], name: str) -> dict[str, Any]:
    found = [resource for resource in package["resources"] if resource.get("name") == name]
    if len(found) != 1:
        raise ConflictError(
            f"“{package['title']}” has {len(found)} files named “{name}”; there must be one."
        )
    return found[0]


def _file_name(resource: dict[str, Any]) -> str:
    """The public file's own name, as CSV."""
    return PurePath(resource["url"]).with_suffix(".csv").name
