"""Lists that CKAN makes of everything there is, cut down to what is released."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.governance.logic.guards.writing import must_see
from ckanext.indep.governance.model import Publication

__all__ = ["ACTIONS"]


def _public_tags_only(name: str) -> Any:
    """Return a chained action that leaves out tags which only unreleased packages have."""

    @tk.side_effect_free
    def action(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
        if not isinstance(data_dict.get("fields", {}), dict):
            raise tk.ValidationError({"fields": [tk._("Send an object of names and values.")]})
        result = next_action(context, data_dict)
        public = _public_tags()
        if name == "tag_show":
            if result["name"] not in public:
                raise tk.ObjectNotFound()
            return result
        rows = result["results"] if isinstance(result, dict) else result
        rows = [r for r in rows if (r["name"] if isinstance(r, dict) else r) in public]
        return {**result, "results": rows, "count": len(rows)} if isinstance(result, dict) else rows

    action.__name__ = name
    action.__doc__ = f"CKAN's {name}, of released packages."
    return tk.chained_action(action)


@tk.chained_action
@tk.side_effect_free
def format_autocomplete(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Return formats that released resources have, most frequent first."""
    resource = ckan_model.Resource
    public = set(
        ckan_model.Session.execute(
            select(resource.format)
            .join(Publication, Publication.package_id == resource.package_id)
            .where(Publication.state == "live", resource.state == "active")
            .distinct()
        ).scalars()
    )
    lower = {str(f).lower() for f in public}
    return [f for f in next_action(context, data_dict) if str(f).lower() in lower]


@tk.chained_action
@tk.side_effect_free
def member_list(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Return members of a group; packages only where the asker may know of them."""
    rows = next_action(context, data_dict)
    live = set(
        ckan_model.Session.execute(
            select(Publication.package_id).where(Publication.state == "live")
        ).scalars()
    )
    return [row for row in rows if str(row[1]).lower() != "package" or row[0] in live]


@tk.chained_action
@tk.side_effect_free
def package_autocomplete(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Return what is released; CKAN asks the search engine past the filter of searches."""
    rows = next_action(context, data_dict)
    package = ckan_model.Package
    live = set(
        ckan_model.Session.execute(
            select(package.name)
            .join(Publication, Publication.package_id == package.id)
            .where(Publication.state == "live", package.name.in_([row["name"] for row in rows]))
        ).scalars()
    )
    return [row for row in rows if row["name"] in live]


@tk.chained_action
@tk.side_effect_free
def package_relationships_list(next_action: Any, context: Any, data_dict: dict[str, Any]) -> Any:
    """Return the relationships between packages that the asker may know."""
    must_see(context, tk.get_or_bust(data_dict, "id"))
    if data_dict.get("id2"):
        must_see(context, data_dict["id2"])
    return next_action(context, data_dict)


def _public_tags() -> set[str]:
    tag, link = ckan_model.Tag, ckan_model.PackageTag
    return set(
        ckan_model.Session.execute(
            select(tag.name)
            .join(link, link.tag_id == tag.id)
            .join(Publication, Publication.package_id == link.package_id)
            .where(Publication.state == "live", link.state == "active")
            .distinct()
        ).scalars()
    )


TAG_ACTIONS = ("tag_list", "tag_search", "tag_autocomplete", "tag_show")
ACTIONS: dict[str, Any] = {
    **{name: _public_tags_only(name) for name in TAG_ACTIONS},
    **{
        function.__name__: function
        for function in (
            format_autocomplete,
            member_list,
            package_autocomplete,
            package_relationships_list,
        )
    },
}
