"""Whose proposals somebody may see."""

from __future__ import annotations

from ckan.types import Context

from ckanext.indep.insight import listing, rights
from ckanext.indep.insight.definition import Definition

__all__ = ["visible"]


def visible(context: Context) -> list[Definition]:
    """The public measures of somebody's departments, of all for the office; by title."""
    found = sorted(listing.definitions(), key=lambda one: one.title.lower())
    if rights.is_in_office(context):
        return found
    departments = {one.department for one in found}
    own = {name for name in departments if rights.role_in(context, name) in rights.ENTERS}
    return [one for one in found if one.department in own]
