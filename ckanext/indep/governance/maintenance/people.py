"""Whom to write to: a department's people, and who holds an office now."""

from __future__ import annotations

from collections.abc import Collection

import ckan.model as ckan_model
from sqlalchemy import or_, select

from ckanext.indep import city_time
from ckanext.indep.governance.model import Appointment

__all__ = ["holding", "of_department"]


def of_department(owner_org: str) -> frozenset[str]:
    """Return the ids of a department's stewards and owners whose accounts are active."""
    member, user = ckan_model.Member, ckan_model.User
    rows = ckan_model.Session.execute(
        select(user.id)
        .join(member, member.table_id == user.id)
        .where(
            member.group_id == owner_org,
            member.table_name == "user",
            member.capacity.in_(["admin", "editor"]),
            member.state == "active",
            user.state == "active",
        )
    )
    return frozenset(str(row.id) for row in rows)


def holding(offices: Collection[str]) -> frozenset[str]:
    """Return the ids of all who hold one of these offices today and whose accounts are active."""
    today, user = city_time.today(), ckan_model.User
    rows = ckan_model.Session.execute(
        select(user.id)
        .join(Appointment, Appointment.user_id == user.id)
        .where(
            Appointment.office.in_(offices),
            Appointment.starts_on <= today,
            or_(Appointment.ends_on.is_(None), Appointment.ends_on >= today),
            user.state == "active",
        )
    )
    return frozenset(str(row.id) for row in rows)
