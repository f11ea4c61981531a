"""Who holds which office, and who may see which package.

The labels are asked for by ``package_show``, the search and everything built on them. They
fail closed: a package that governance knows nothing of is shown to its department only.
"""

from __future__ import annotations

import datetime as dt

import ckan.model as ckan_model
from sqlalchemy import or_, select, true

from ckanext.indep import city_time
from ckanext.indep.governance import audiences
from ckanext.indep.governance.model import (
    Appointment,
    ChangeRequest,
    Contributor,
    Publication,
)
from ckanext.indep.governance.states import EDITABLE

__all__ = [
    "ADVISING_OFFICES",
    "MANAGING_OFFICES",
    "OFFICES",
    "REVIEWING_OFFICES",
    "VOTING_OFFICES",
    "dataset_labels",
    "departments",
    "holders",
    "is_employee",
    "offices",
    "staff_of",
    "user_labels",
    "voters",
]

VOTING_OFFICES = frozenset({"chair", "member"})
MANAGING_OFFICES = frozenset({"chair", "secretary"})
"""Offices that speak for the committee: they run its meetings and see that requests get on."""
STAFF_LABEL = "indep-staff"
AUDITOR_LABEL = "indep-auditor"
"""Who checks how things are done reads drafts too, and changes nothing."""
ADVISING_OFFICES = VOTING_OFFICES | {"privacy_reviewer", "records_custodian"}
"""Offices that set conditions, give their own answers to the checklist, and ask for changes."""
REVIEWING_OFFICES = ADVISING_OFFICES | {"secretary", "auditor"}
OFFICES = tuple(sorted(REVIEWING_OFFICES))


def offices(user_id: str, today: dt.date | None = None) -> set[str]:
    """Return the offices that the user holds on `today`."""
    return set(
        ckan_model.Session.execute(
            select(Appointment.office).where(Appointment.user_id == user_id, *_in_term(today))
        ).scalars()
    )


def voters(today: dt.date | None = None) -> set[str]:
    """Return the ids of all members of the committee who may vote on `today`."""
    return holders(*VOTING_OFFICES, today=today)


def holders(*offices: str, today: dt.date | None = None) -> set[str]:
    """Return the ids of the users, those with a live account, who hold one of the offices."""
    return set(
        ckan_model.Session.execute(
            select(Appointment.user_id)
            .join(ckan_model.User, ckan_model.User.id == Appointment.user_id)
            .where(
                Appointment.office.in_(offices),
                ckan_model.User.state == "active",
                *_in_term(today),
            )
        ).scalars()
    )


def staff_of(department: str, *capacities: str) -> set[str]:
    """Return the ids of the users, those with a live account, who are one of these in it."""
    member, user = ckan_model.Member, ckan_model.User
    rows = ckan_model.Session.execute(
        select(user.id)
        .join(member, member.table_id == user.id)
        .where(
            member.group_id == department,
            member.table_name == "user",
            member.capacity.in_(capacities),
            member.state == "active",
            user.state == "active",
        )
    )
    return {str(row.id) for row in rows}


def departments(user_id: str, *capacities: str) -> set[str]:
    """Return the ids of the organizations in which the user has one of `capacities` (or any)."""
    member, group = ckan_model.Member, ckan_model.Group
    rows = ckan_model.Session.execute(
        select(group.id)
        .join(member, group.id == member.group_id)
        .where(
            member.table_name == "user",
            member.table_id == user_id,
            member.state == "active",
            member.capacity.in_(capacities) if capacities else true(),
            group.is_organization.is_(True),
            group.state == "active",
        )
    )
    return {str(row.id) for row in rows}


def is_employee(user_id: str) -> bool:
    """Whether the user works for the city: in a department, or in an office of the committee.

    An account alone makes nobody an employee: residents have accounts too.
    """
    return bool(departments(user_id) or offices(user_id))


def dataset_labels(package: ckan_model.Package) -> list[str]:
    """Return the labels of a package; a reader needs one of them."""
    publication = ckan_model.Session.get(Publication, package.id)
    if publication:
        active = package.state == "active"
        if publication.state == audiences.LIVE and active and not package.private:
            return ["public"]
        labels = [f"indep-department-{package.owner_org}", "indep-reviewer"]
        return [STAFF_LABEL, *labels] if publication.state == audiences.STAFF and active else labels
    request = ckan_model.Session.execute(
        select(ChangeRequest).where(ChangeRequest.workspace_id == package.id)
    ).scalar()
    labels = [f"indep-owner-{package.owner_org}", AUDITOR_LABEL]
    if request:
        contributors = ckan_model.Session.execute(
            select(Contributor.user_id).where(Contributor.request_id == request.id)
        ).scalars()
        labels += [f"indep-user-{user_id}" for user_id in contributors]
        if request.state not in EDITABLE:
            labels.append("indep-reviewer")
    return labels


def user_labels(user: ckan_model.User | None) -> list[str]:
    """Return the labels that a user holds; anonymous visitors hold 'public' only."""
    if user is None or user.is_anonymous:
        return ["public"]
    labels = ["public", f"indep-user-{user.id}"]
    labels += [f"indep-owner-{org}" for org in sorted(departments(user.id, "admin"))]
    labels += [f"indep-department-{org}" for org in sorted(departments(user.id, "admin", "editor"))]
    held = offices(user.id)
    if held & REVIEWING_OFFICES:
        labels.append("indep-reviewer")
    if "auditor" in held:
        labels.append(AUDITOR_LABEL)
    if held or departments(user.id):
        labels.append(STAFF_LABEL)
    return labels


def _in_term(today: dt.date | None):
    day = today or city_time.today()
    return (
        Appointment.starts_on <= day,
        or_(Appointment.ends_on.is_(None), Appointment.ends_on >= day),
    )
