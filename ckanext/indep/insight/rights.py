"""Whose part in INsight somebody has: the department of a measure, or the performance office.

An editor of the measure's organization enters figures, its administrator answers for them. The
members of the performance office (setting ``ckanext.indep.insight.office``) review and publish,
its administrator is the city manager, or stands for that office. A system administrator is none
of these without a role of the kind.
"""

from __future__ import annotations

import ckan.authz as authz
import ckan.model as model
from ckan.types import Context

from ckanext.indep.insight import config

__all__ = [
    "ENTERS",
    "is_city_manager",
    "is_in_office",
    "people",
    "role_for_measure",
    "role_in",
]

ENTERS = frozenset({"editor", "admin"})
"""The roles in a department that may hand in its figures."""


def role_in(context: Context, organization: str | None) -> str | None:
    """Return the signed-in person's role in an organization: member, editor, admin or None."""
    user = context.get("user")
    group = model.Group.get(organization) if organization else None
    if not user or group is None:
        return None
    return authz.users_role_for_group_or_org(group.id, user)


def role_for_measure(context: Context, measure_id: str | None) -> str | None:
    """Return the signed-in person's role in the department that answers for a measure."""
    package = model.Package.get(measure_id) if measure_id else None
    if package is None or package.type != "measure":
        return None
    return role_in(context, package.owner_org)


def is_in_office(context: Context) -> bool:
    """Whether somebody works in the performance office."""
    return role_in(context, config.office()) is not None


def is_city_manager(context: Context) -> bool:
    """Whether somebody decides for the performance office."""
    return role_in(context, config.office()) == "admin"


def people(organization: str, *roles: str) -> set[str]:
    """Ids of the active members of an organization, or of those with one of these roles."""
    group = model.Group.get(organization)
    if group is None:
        return set()
    rows = model.Session.query(model.Member.table_id).filter(
        model.Member.group_id == group.id,
        model.Member.table_name == "user",
        model.Member.state == "active",
    )
    if roles:
        rows = rows.filter(model.Member.capacity.in_(roles))
    return {row.table_id for row in rows}
