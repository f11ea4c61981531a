"""DataStore tables: written to in workspaces, read where their package may be read."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import tables
from ckanext.indep.governance.logic.guards.resources import WORKSPACES, of_workspace
from ckanext.indep.governance.logic.guards.table_words import in_words
from ckanext.indep.governance.logic.guards.writing import must_see, refuse_released, write
from ckanext.indep.governance.model import WorkspaceResource

__all__ = ["ACTIONS"]

WRITERS = (
    "datastore_create",
    "datastore_upsert",
    "datastore_delete",
    "datastore_records_delete",
)
READERS = ("datastore_search", "datastore_info")


def _writer(name: str) -> Any:
    """Return a chained action that writes to tables of workspaces only."""

    def check(context: Any, data_dict: dict[str, Any]) -> None:
        new = data_dict.get("resource")
        resource_id = data_dict.get("resource_id") or data_dict.get("id")
        if name == "datastore_create" and isinstance(new, dict) and not resource_id:
            # CKAN makes the resource itself, by the guarded resource_create.
            refuse_released(must_see(context, new.get("package_id")).id)
        else:
            resource_id = of_workspace(context, resource_id or _missing()).id
        if data_dict.get("aliases"):
            raise tk.ValidationError(
                {"aliases": [tk._("Aliases are not supported: use the resource's id.")]}
            )
        if resource_id:
            tk.check_access(name, context, {**data_dict, "resource_id": resource_id})
            _own_table(resource_id)

    def action(next_action: Any, context: Any, data_dict: Any) -> Any:
        check(context, data_dict)
        return in_words(lambda: write(next_action, context, data_dict))

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, {WORKSPACES}"
    return tk.chained_action(action)


def _reader(name: str) -> Any:
    """Return a chained action that reads the shared table of an unchanged workspace file."""

    @tk.side_effect_free
    def action(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        resource_id = data_dict.get("resource_id") or data_dict.get("id") or ""
        if not isinstance(resource_id, str) or resource_id.startswith("_"):
            raise tk.ObjectNotFound()
        _refuse_odd_language(data_dict.get("language"))
        mapping = ckan_model.Session.get(WorkspaceResource, resource_id)
        try:
            if not (mapping and mapping.shares_table):
                return in_words(lambda: next_action(context, data_dict))
            tk.check_access(name, context, {**data_dict})
            key = "resource_id" if "resource_id" in data_dict else "id"
            # The table is the released one's; whether it may be read was decided just now.
            shared = {**data_dict, key: mapping.live_resource_id}
            result = in_words(lambda: next_action({**context, "ignore_auth": True}, shared))
        except (tk.ObjectNotFound, tk.NotAuthorized) as error:
            raise tk.ObjectNotFound() from error
        if "resource_id" in result:
            result["resource_id"] = resource_id
        return result

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}; what may not be known does not exist."
    return tk.chained_action(action)


def _refuse_odd_language(language: Any) -> None:
    """Refuse what names no language; the database would look for a number among its own parts."""
    if language and not str(language).isidentifier():
        raise tk.ValidationError({"language": [tk._("This is not the name of a language.")]})


def _missing() -> Any:
    raise tk.ValidationError({"resource_id": [tk._("Missing value")]})


def _own_table(resource_id: str) -> None:
    """Give a workspace file its own copy of the released table before it is written to."""
    mapping = ckan_model.Session.get(WorkspaceResource, resource_id)
    if mapping and mapping.shares_table:
        try:
            tables.check_settled(mapping.live_resource_id)
        except ConflictError as error:
            raise tk.ValidationError({"resource_id": [error.message]}) from error
        tables.copy(mapping.live_resource_id, resource_id)
        mapping.shares_table = False
        ckan_model.Session.commit()


ACTIONS: dict[str, Any] = {
    **{name: _writer(name) for name in WRITERS},
    **{name: _reader(name) for name in READERS},
}
