"""Which released data is to be looked at again, and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import ckan.model as ckan_model
from sqlalchemy import func, select

from ckanext.indep import city_time
from ckanext.indep.governance import policies
from ckanext.indep.governance.maintenance.due import Lateness, due_on, lateness
from ckanext.indep.governance.maintenance.model import Attestation
from ckanext.indep.governance.model import Publication, Revision

__all__ = ["Review", "due"]

RELEASED = ("live", "staff")


@dataclass(frozen=True)
class Review:
    """One released package: when it was last checked, and when it is to be checked again."""

    package_id: str
    name: str
    title: str
    owner_org: str
    frequency: str
    checked_on: dt.date
    due_on: dt.date
    lateness: Lateness


def due(today: dt.date, departments: Collection[str] | None = None) -> list[Review]:
    """Return what is due or overdue on this day, the oldest first; of all departments if None."""
    late = (r for r in _all(today, departments) if r.lateness is not Lateness.IN_TIME)
    return sorted(late, key=lambda review: (review.due_on, review.title))


def _all(today: dt.date, departments: Collection[str] | None) -> list[Review]:
    _version, policy = policies.in_force()
    package, attested = ckan_model.Package, func.max(Attestation.attested_at)
    query = (
        select(
            package.id,
            package.name,
            package.title,
            package.owner_org,
            Revision.content["update_frequency"].astext.label("frequency"),
            func.greatest(Publication.released_at, attested).label("checked_at"),
        )
        .join(Publication, Publication.package_id == package.id)
        .join(Revision, Revision.id == Publication.revision_id)
        .outerjoin(Attestation, Attestation.package_id == package.id)
        .where(Publication.state.in_(RELEASED), package.type == "dataset")
        .group_by(package.id, Publication.package_id, Revision.id)
    )
    if departments is not None:
        query = query.where(package.owner_org.in_(departments))
    found: list[Review] = []
    for row in ckan_model.Session.execute(query):
        checked = row.checked_at.astimezone(city_time.ZONE).date()
        frequency = row.frequency or ""
        day = due_on(checked, policy.review_days(frequency))
        found.append(
            Review(
                package_id=row.id,
                name=row.name,
                title=row.title,
                owner_org=row.owner_org or "",
                frequency=frequency,
                checked_on=checked,
                due_on=day,
                lateness=lateness(day, today, policy.deadlines.escalate_days),
            )
        )
    return found
