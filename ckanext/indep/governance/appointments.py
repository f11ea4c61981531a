"""Appointments to the offices of the committee: who holds which, from when to when.

An appointment takes effect for requests that are submitted later; who had a vote on a request
when it was submitted is noted there.
"""

from __future__ import annotations

import datetime as dt

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import func, or_, select

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.governance import audit
from ckanext.indep.governance.model import Appointment

__all__ = ["appoint", "end", "listed"]

LOCK = 0x1DE9_A990  # any constant that nothing else in the database uses
SINGLE = frozenset({"chair"})
"""Offices that one person holds at a time."""


def appoint(
    user_id: str, office: str, starts_on: dt.date, ends_on: dt.date | None, actor: str
) -> Appointment:
    """Record an appointment and its audit event, and commit both.

    Raises RefusedError for an appointment of oneself, and ConflictError where the same person
    holds the office in these days already, or another one holds an office for one only.
    """
    if user_id == actor:
        raise RefusedError("Nobody appoints himself or herself; another administrator has to.")
    if ends_on and ends_on < starts_on:
        raise ConflictError("The last day lies before the first.", field="ends_on")
    session = ckan_model.Session
    session.rollback()
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    for other in _overlapping(office, starts_on, ends_on):
        if other.user_id == user_id:
            raise ConflictError("This person holds this office in these days already.")
        if office in SINGLE:
            raise ConflictError(
                f"There is a {office} in these days already; end that appointment first."
            )
    row = Appointment(
        user_id=user_id, office=office, starts_on=starts_on, ends_on=ends_on, appointed_by=actor
    )
    session.add(row)
    session.flush()
    audit.append("appointed", row.id, actor, user=user_id, office=office)
    session.commit()
    return row


def end(appointment_id: str, last_day: dt.date, reason: str, actor: str) -> Appointment:
    """End an appointment early; with yesterday as the last day it ends at once.

    The past is not rewritten: a last day before yesterday is refused, as is a later one than
    the appointment has.
    """
    session = ckan_model.Session
    session.rollback()
    row = session.execute(
        select(Appointment).where(Appointment.id == appointment_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar()
    if not row:
        raise tk.ObjectNotFound(tk._("Appointment not found"))
    if not reason.strip():
        raise ConflictError(
            "Say why: ending an appointment needs a written reason.", field="reason"
        )
    yesterday = city_time.today() - dt.timedelta(days=1)
    if row.ends_on and row.ends_on <= last_day:
        raise ConflictError("This appointment ends by that day already.", field="ends_on")
    if last_day < yesterday:
        raise ConflictError("An appointment ends yesterday at the earliest.", field="ends_on")
    row.ends_on = last_day
    audit.append(
        "appointment_ended",
        row.id,
        actor,
        user=row.user_id,
        office=row.office,
        last_day=last_day.isoformat(),
        reason=reason.strip(),
    )
    session.commit()
    return row


def listed(day: dt.date | None) -> list[tuple[Appointment, ckan_model.User]]:
    """Return appointments with their persons, by office and name.

    Those in term on `day`, or all that ever were where it is None; accounts that were deleted
    are left out.
    """
    query = (
        select(Appointment, ckan_model.User)
        .join(ckan_model.User, ckan_model.User.id == Appointment.user_id)
        .where(ckan_model.User.state == "active")
        .order_by(Appointment.office, ckan_model.User.fullname, Appointment.starts_on)
    )
    if day:
        query = query.where(
            Appointment.starts_on <= day,
            or_(Appointment.ends_on.is_(None), Appointment.ends_on >= day),
        )
    return [(row, user) for row, user in ckan_model.Session.execute(query)]


def _overlapping(office: str, starts_on: dt.date, ends_on: dt.date | None) -> list[Appointment]:
    query = (
        select(Appointment)
        .join(ckan_model.User, ckan_model.User.id == Appointment.user_id)
        .where(
            ckan_model.User.state == "active",
            Appointment.office == office,
            or_(Appointment.ends_on.is_(None), Appointment.ends_on >= starts_on),
        )
    )
    if ends_on:
        query = query.where(Appointment.starts_on <= ends_on)
    return list(ckan_model.Session.execute(query).scalars())
