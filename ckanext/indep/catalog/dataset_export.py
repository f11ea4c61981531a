"""Exports of one public dataset, as an anonymous visitor sees it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.catalog.exporters import DatasetFormat
from ckanext.indep.catalog.reading import anonymous
from ckanext.indep.catalog.site import current_site
from ckanext.indep.catalog.table_schema import table_schema

__all__ = ["build", "resource_schema"]

Fields = list[dict[str, Any]]


def build(format_: DatasetFormat, name: str) -> bytes:
    """The export of the dataset ``name`` (or id).

    :raises ObjectNotFound: if there is no such dataset that everyone may see
    """
    package = _public_package(name)
    tables: dict[str, Fields] = {}
    for resource in package["resources"]:
        fields = _fields(resource)
        if fields:
            tables[resource["id"]] = fields
    return format_.build(package, tables, current_site([package]))


def resource_schema(name: str, resource_id: str) -> dict[str, Any]:
    """The Table Schema of a resource of the dataset ``name`` (or id).

    :raises ObjectNotFound: if there is none that everyone may see
    """
    for resource in _public_package(name)["resources"]:
        fields = _fields(resource) if resource["id"] == resource_id else None
        if fields:
            return table_schema(fields)
    raise tk.ObjectNotFound()


def _public_package(name: str) -> dict[str, Any]:
    try:
        package: dict[str, Any] = tk.get_action("package_show")(anonymous(), {"id": name})
    except tk.NotAuthorized:
        raise tk.ObjectNotFound() from None
    if package["type"] != "dataset":
        raise tk.ObjectNotFound()
    return package


def _fields(resource: dict[str, Any]) -> Fields | None:
    """The fields of the resource's table, or None if it has no table."""
    if resource.get("datastore_active") is not True:
        return None
    query = {"resource_id": resource["id"], "include_meta": False}
    try:
        return tk.get_action("datastore_info")(anonymous(), query)["fields"]
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
