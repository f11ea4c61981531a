"""Departments, groups and memberships: they say where a dataset stands, so they are part of it."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance.logic.guards.writing import checked, translated

__all__ = ["ACTIONS"]


def _member_writer(name: str) -> Any:
    """Return a chained action that asks for permission before it says what there is."""

    def check(context: Any, data_dict: dict[str, Any]) -> None:
        group = ckan_model.Group.get(tk.get_or_bust(data_dict, "id"))
        if group is None:
            raise tk.ObjectNotFound()
        within: Any = {**context, "group": group}
        tk.check_access(name, within, {**data_dict, "id": group.id})
        if str(data_dict.get("object_type")) not in ("package", "user", "group"):
            raise tk.ValidationError({"object_type": [tk._("Use package, user or group.")]})

    return checked(name, "which cannot change what is released.", check)


def _must_name_both(_context: Any, data_dict: dict[str, Any]) -> None:
    group = ckan_model.Group.get(tk.get_or_bust(data_dict, "id"))
    if group is None or not (data_dict.get("username") or data_dict.get("user_id")):
        raise tk.ObjectNotFound()


TRANSLATED = (
    "bulk_update_delete",
    "bulk_update_private",
    "bulk_update_public",
    "group_create",
    "group_delete",
    "group_purge",
    "group_update",
    "organization_delete",
    "organization_purge",
    "organization_update",
    "package_owner_org_update",
    "tag_delete",
    "vocabulary_delete",
    "vocabulary_update",
)
ACTIONS: dict[str, Any] = {
    **{name: translated(name) for name in TRANSLATED},
    **{name: _member_writer(name) for name in ("member_create", "member_delete")},
    **{
        name: checked(name, "of a group and a person that exist.", _must_name_both)
        for name in ("group_member_delete", "organization_member_delete")
    },
}
