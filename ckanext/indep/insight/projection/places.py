"""Where the tables stand: behind each released link to one of INsight's files of figures.

The dataset around the link goes through review and release like any other; nothing here makes
anything public.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.indep.insight.projection.tables import TABLES, Table
from ckanext.indep.tabular import store

__all__ = ["address", "in_package", "released", "with_table"]


def address(table: Table) -> str:
    """The address of a table as a file."""
    return f"{str(tk.config['ckan.site_url']).rstrip('/')}/insight/{table.name}.csv"


def released() -> dict[str, Table]:
    """The table of each public resource that links to one, by the resource's id."""
    return dict(_links(None))


def in_package(package_id: str) -> bool:
    """Whether a public package has such a link."""
    return any(_links(package_id))


def with_table(resource: dict[str, Any]) -> dict[str, Any]:
    """Say of such a link that it has a table, once it has one.

    The resource in the database is as it was released and cannot say so itself.
    """
    links = {address(table) for table in TABLES}
    if resource.get("url") in links and store.table_exists(resource["id"]):
        resource["datastore_active"] = True
    return resource


def _links(package_id: str | None) -> Iterator[tuple[str, Table]]:
    tables = {address(table): table for table in TABLES}
    query = (
        sa.select(model.Resource.id, model.Resource.url)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(
            model.Resource.url.in_(list(tables)),
            model.Resource.state == "active",
            model.Package.state == "active",
            model.Package.private.is_(False),
        )
        .order_by(model.Resource.id)
    )
    if package_id:
        query = query.where(model.Package.id == package_id)
    for resource_id, url in model.Session.execute(query):
        yield resource_id, tables[url]
