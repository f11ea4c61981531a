"""Appointments to the offices of the committee: who holds which, from when to when."""

from __future__ import annotations

import datetime as dt

import ckan.model as ckan_model

from ckanext.indep.governance import audit
from ckanext.indep.governance.model import Appointment

__all__ = ["appoint"]


def appoint(
    user_id: str, office: str, starts_on: dt.date, ends_on: dt.date | None, actor: str
) -> Appointment:
    """Record an appointment and its audit event, and commit both."""
    row = Appointment(
        user_id=user_id, office=office, starts_on=starts_on, ends_on=ends_on, appointed_by=actor
    )
    ckan_model.Session.add(row)
    ckan_model.Session.flush()
    audit.append("appointed", row.id, actor, user=user_id, office=office)
    ckan_model.Session.commit()
    return row
