"""Actions of the catalog."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import Context, DataDict

from ckanext.indep.catalog import service
from ckanext.indep.catalog.errors import CatalogUnavailableError
from ckanext.indep.catalog.exporters import catalog_formats
from ckanext.indep.catalog.records import Refusal
from ckanext.indep.catalog.wording import sentence

__all__ = ["indep_catalog_problems"]


@tk.side_effect_free
def indep_catalog_problems(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the public datasets that exports leave out because harvesters would refuse them.

    A sysadmin sees all of them, everyone else those of the departments they edit for.

    :returns: a list of dictionaries with ``id``, ``name``, ``title``, ``owner_org``,
        ``format`` (the name of the export) and ``reasons`` (sentences in plain words)
    :raises ValidationError: if the catalog can not be read at the moment
    """
    tk.check_access("indep_catalog_problems", context, data_dict)
    departments = _departments(context)
    try:
        return [
            _as_dict(refusal, name)
            for name, format_ in sorted(catalog_formats().items())
            for refusal in service.refusals(format_)
            if departments is None or refusal.owner_org in departments
        ]
    except CatalogUnavailableError as error:
        raise tk.ValidationError({"catalog": [error.message]}) from error


def _departments(context: Context) -> frozenset[str] | None:
    """Ids of the departments that the user edits for; None means all of them."""
    user = context.get("user", "")
    if authz.is_sysadmin(user):
        return None
    listed = tk.get_action("organization_list_for_user")(
        {"user": user}, {"permission": "update_dataset"}
    )
    return frozenset(organization["id"] for organization in listed)


def _as_dict(refusal: Refusal, format_name: str) -> dict[str, Any]:
    return {
        "id": refusal.package_id,
        "name": refusal.name,
        "title": refusal.title,
        "owner_org": refusal.owner_org,
        "format": format_name,
        "reasons": [sentence(problem) for problem in refusal.problems],
    }
