"""Content that is older than the schema it has to fit: nothing of it is lost on the way.

A dataset from before governance, or from before a change of the vocabularies, may hold
values that its form refuses today. Its workspace starts with them all the same, and the form
and the submission say what has to be corrected.
"""

from __future__ import annotations

from typing import Any

import ckan.lib.plugins as lib_plugins
import ckan.model as ckan_model

from ckanext.indep.schema import fields

__all__ = ["accepted", "put_back", "refused"]

NEEDED = frozenset({"name", "owner_org", "type", "id"})
"""Fields that a workspace cannot be without: an error in them stays an error."""


def refused(
    context: Any, package: dict[str, Any], action: str = "package_create"
) -> dict[str, Any]:
    """Return the errors that saving `package` would give, by field; empty if it may be saved.

    `action` is ``package_create`` or ``package_update``.
    """
    plugin = lib_plugins.lookup_package_plugin(package["type"])
    schema = (
        plugin.create_package_schema()
        if action == "package_create"
        else plugin.update_package_schema()
    )
    _data, errors = lib_plugins.plugin_validate(plugin, context.copy(), package, schema, action)
    return errors


def accepted(package: dict[str, Any], errors: dict[str, Any]) -> dict[str, Any]:
    """Return `package` without the values that the errors are about.

    A title that is refused is replaced by the name until `put_back` has been called.
    """
    result = {k: v for k, v in package.items() if k not in errors or k in NEEDED}
    for key in ("resources", "tags", "extras", "groups"):
        if key in errors:
            result[key] = _items(key, package[key], errors[key])
    if "title" in errors:
        result["title"] = package["name"]
    return result


def put_back(
    source: ckan_model.Package, target: ckan_model.Package, errors: dict[str, Any]
) -> None:
    """Write the refused values of `source` into the row of `target`, as they are stored."""
    known = set(fields.names(source.type)) - NEEDED
    stored = dict(source.extras or {})
    extras = dict(target.extras or {})
    for field in set(errors) & known:
        if field in stored:
            extras[field] = stored[field]
        elif field in ckan_model.package_table.columns:
            setattr(target, field, getattr(source, field))
    target.extras = extras


def _items(
    key: str, items: list[dict[str, Any]], errors: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Leave a refused keyword or extra out; of a resource only the value that is refused."""
    errors = [*errors, *({} for _ in items[len(errors) :])]
    if key != "resources":
        return [item for item, wrong in zip(items, errors, strict=False) if not wrong]
    return [
        {k: v for k, v in item.items() if k not in wrong}
        for item, wrong in zip(items, errors, strict=False)
    ]
