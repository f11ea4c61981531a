"""CKAN's permission checks: a hidden package does not exist, a released one is not edited."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.logic.auth import get_package_object

from ckanext.indep.governance import permissions
from ckanext.indep.governance.drafting import workspace
from ckanext.indep.governance.logic.refusals import released_sentence
from ckanext.indep.governance.model import Publication

__all__ = ["AUTH_FUNCTIONS"]


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def package_show(next_auth: Any, context: Any, data_dict: Any) -> Any:
    """Let nobody tell a hidden package from one that does not exist."""
    result = next_auth(context, data_dict)
    if not result["success"]:
        raise tk.ObjectNotFound()
    return result


@tk.chained_auth_function
@tk.auth_sysadmins_check
def package_update(next_auth: Any, context: Any, data_dict: Any) -> Any:
    """Allow writing to open workspaces only, to sysadmins as well."""
    package = get_package_object(context, data_dict)
    publication = ckan_model.Session.get(Publication, package.id)
    if publication and publication.state == "live":
        return {"success": False, "msg": released_sentence()}
    may_edit = next_auth(context, data_dict)
    if not may_edit["success"]:
        user = context.get("auth_user_obj") or ckan_model.User.get(context.get("user"))
        if not set(permissions.dataset_labels(package)) & set(permissions.user_labels(user)):
            raise tk.ObjectNotFound()
        return may_edit
    if publication:
        return {"success": False, "msg": released_sentence()}
    request = workspace.of_package(package.id)
    refusal = workspace.edit_refusal(request) if request else None
    return {"success": False, "msg": refusal} if refusal else may_edit


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def datastore_search(next_auth: Any, context: Any, data_dict: Any) -> Any:
    """Refuse where the resource is hidden: CKAN's download of a table knows no other answer."""
    try:
        return next_auth(context, data_dict)
    except tk.ObjectNotFound:
        return {"success": False}


def task_status_show(context: Any, data_dict: Any) -> Any:
    """Only sysadmins: what a job says of a file may hold words of the file."""
    return {"success": False}


AUTH_FUNCTIONS: dict[str, Any] = {
    "datastore_search": datastore_search,
    "package_show": package_show,
    "package_update": package_update,
    "task_status_show": task_status_show,
}
