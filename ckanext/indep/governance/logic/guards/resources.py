"""Files and views: they belong to the revision that was approved."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance.drafting import workspace
from ckanext.indep.governance.logic.guards.writing import (
    checked,
    must_see,
    refuse_frozen,
    refuse_released,
    translated,
)

__all__ = ["ACTIONS", "WORKSPACES", "of_workspace"]

WORKSPACES = "for workspaces only."


def of_workspace(context: Any, resource_id: Any) -> ckan_model.Resource:
    """Return a resource that may be written to now.

    Raises ObjectNotFound where there is none that the user may know, NotAuthorized where it
    is released, ValidationError where its request is frozen.
    """
    session = ckan_model.Session
    found = session.get(ckan_model.Resource, resource_id) if isinstance(resource_id, str) else None
    if found is None:
        raise tk.ObjectNotFound()
    package = must_see(context, found.package_id)
    refuse_released(package.id)
    request = workspace.of_package(package.id)
    if request:
        refuse_frozen(request)
    return found


def _view_writer(name: str, key: str) -> Any:
    """Return a chained action that writes to views of workspaces only."""

    def check(context: Any, data_dict: dict[str, Any]) -> None:
        of_workspace(context, tk.get_or_bust(data_dict, key))

    return checked(name, WORKSPACES, check)


def _view_of_workspace(context: Any, data_dict: dict[str, Any]) -> None:
    key = tk.get_or_bust(data_dict, "id")
    view = ckan_model.Session.get(ckan_model.ResourceView, key) if key else None
    of_workspace(context, view.resource_id if view else None)


@tk.chained_action
def resource_view_clear(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse to delete views everywhere at once: those of released files are released too."""
    tk.check_access("resource_view_clear", context, data_dict)
    raise tk.NotAuthorized(tk._("Views are deleted one by one, in a change request."))


ACTIONS: dict[str, Any] = {
    "resource_delete": translated("resource_delete"),
    "resource_view_create": _view_writer("resource_view_create", "resource_id"),
    "resource_view_reorder": _view_writer("resource_view_reorder", "id"),
    "resource_view_update": checked("resource_view_update", WORKSPACES, _view_of_workspace),
    "resource_view_delete": checked("resource_view_delete", WORKSPACES, _view_of_workspace),
    "resource_view_clear": resource_view_clear,
}
