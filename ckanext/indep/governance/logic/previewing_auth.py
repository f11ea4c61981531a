"""Who may look at what is pending: whoever may read the request, or see the workspace."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance.drafting import workspace

__all__ = ["indep_request_file", "indep_request_table", "indep_table_report"]


def indep_request_file(context: Any, data_dict: Any) -> Any:
    """Contributors, the data owner, the auditor, and reviewers once it is submitted."""
    return tk.check_access("indep_request_show", context, data_dict) and {"success": True}


def indep_request_table(context: Any, data_dict: Any) -> Any:
    """As for files."""
    return tk.check_access("indep_request_show", context, data_dict) and {"success": True}


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def indep_table_report(next_auth: Any, context: Any, data_dict: Any) -> Any:
    """How a file was read may be seen by all who see its workspace, not by stewards alone."""
    resource = ckan_model.Resource.get(data_dict.get("id"))
    if resource is None or workspace.of_package(str(resource.package_id)) is None:
        return next_auth(context, data_dict)
    tk.check_access("package_show", context, {"id": resource.package_id})
    return {"success": True}
