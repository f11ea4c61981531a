"""Reads all public datasets, whole or not at all, as an anonymous visitor sees them.

The search index gives them in bulk; the database says which there must be. Where the two
differ, the database is right: what it does not hold public is dropped, and what the index
lacks or has in an older state is read one by one through ``package_show``.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SolrConnectionError
from ckan.types import Context

from ckanext.indep.catalog.errors import CatalogUnavailableError
from ckanext.indep.catalog.readers import Package
from ckanext.indep.catalog.version import public_datasets

__all__ = ["all_public", "anonymous"]

_PAGE = 1000
_READ_SINGLY = 200
"""So many datasets may be read one by one; a larger gap means a broken search index."""


def anonymous() -> Context:
    """A context for actions called on behalf of nobody, whoever sent the request."""
    return {"user": "", "auth_user_obj": None, "ignore_auth": False}


def all_public() -> list[Package]:
    """Every public dataset as ``package_show`` gives it, in the order of their ids.

    :raises CatalogUnavailableError: if the search does not answer, or lags too far behind
    """
    expected = public_datasets()
    found: dict[str, Package] = {
        package["id"]: package
        for package in _search()
        if expected.get(package["id"]) == package["metadata_modified"]
    }
    behind = sorted(expected.keys() - found.keys())
    if len(behind) > _READ_SINGLY:
        raise CatalogUnavailableError(
            f"The search index lacks {len(behind)} of {len(expected)} public datasets. "
            "Rebuild it with 'ckan search-index rebuild'.",
            missing=len(behind),
        )
    for id_ in behind:
        package = _show(id_)
        if package is not None:
            found[id_] = package
    return [found[id_] for id_ in sorted(found)]


def _search() -> list[dict[str, Any]]:
    """All pages of the search, by id: a dataset that comes or goes meanwhile shifts none.

    Asked until a page is empty, for a setting may make the pages shorter.
    """
    packages: list[dict[str, Any]] = []
    search = tk.get_action("package_search")
    after = "*"
    while True:
        query = {
            "fq": f"+dataset_type:dataset +id:{{{after} TO *]",
            "sort": "id asc",
            "rows": _PAGE,
            "facet": "false",
        }
        try:
            page: list[dict[str, Any]] = search(anonymous(), query)["results"]
        except (SearchError, SolrConnectionError, tk.ValidationError) as error:
            raise CatalogUnavailableError("The search does not answer.") from error
        if not page:
            return packages
        packages.extend(page)
        after = _quoted(page[-1]["id"])


def _quoted(term: str) -> str:
    """``term`` as a phrase of Solr's query language."""
    escaped = term.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _show(id_: str) -> Package | None:
    """One dataset, or None if an anonymous visitor may not see it after all."""
    try:
        return tk.get_action("package_show")(anonymous(), {"id": id_})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
