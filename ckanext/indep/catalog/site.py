"""What exports need to know of this portal, from settings, vocabularies and departments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ckan.model as model
from sqlalchemy import select

from ckanext.indep.catalog import config
from ckanext.indep.catalog.readers import Package, Site
from ckanext.indep.schema import vocabularies

__all__ = ["current_site", "department_titles"]


def current_site(packages: Iterable[Package]) -> Site:
    """The `Site` for an export of ``packages``."""
    return Site(
        url=config.site_url(),
        city=config.city_name(),
        labels={name: _labels(name) for name in vocabularies.names()},
        licenses={
            value: vocabularies.url("license", value) or ""
            for value in vocabularies.values("license")
        },
        departments=department_titles(),
        titles={
            str(package["identifier"]): str(package.get("title") or "")
            for package in packages
            if package.get("identifier")
        },
    )


def department_titles() -> dict[str, str]:
    """Id → title of each department.

    Read from the database because a dataset in the search index keeps the title that its
    department had when the dataset was last indexed. Names of departments are public.
    """
    rows = model.Session.execute(
        select(model.Group.id, model.Group.title)
        .where(model.Group.is_organization, model.Group.state == model.State.ACTIVE)
        .order_by(model.Group.id)
    )
    return {row.id: row.title or "" for row in rows}


def _labels(vocabulary: str) -> Mapping[str, str]:
    return {
        value: vocabularies.label(vocabulary, value) for value in vocabularies.values(vocabulary)
    }
