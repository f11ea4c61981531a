"""The page of appointments: who holds which office since when, and for administrators the forms."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from flask import Blueprint
from sqlalchemy import select
from werkzeug.wrappers import Response

from ckanext.indep import city_time
from ckanext.indep.callers import signed_in
from ckanext.indep.governance import permissions
from ckanext.indep.refusals import refusals_of

__all__ = ["indep_appointments"]

indep_appointments = Blueprint("indep_appointments", __name__)


@indep_appointments.route("/appointments")
def appointments() -> str:
    """Who holds which office, who did, and who will."""
    return _page([], {})


@indep_appointments.route("/appointments", methods=["POST"])
def appoint() -> Response | tuple[str, int]:
    """Appoint somebody; a refusal is shown with the form as it was filled."""
    form = {key: value for key, value in tk.request.form.items() if not key.startswith("_")}
    given = {key: value.strip() for key, value in form.items() if value.strip()}
    errors = _try("indep_appointment_create", given)
    if errors:
        return _page(errors, form), 409
    tk.h.flash_success(tk._("The appointment is recorded."))
    return tk.redirect_to("indep_appointments.appointments")


@indep_appointments.route("/appointments/<id>/end", methods=["POST"])
def end(id: str) -> Response | tuple[str, int]:
    """End an appointment before its term is over."""
    data = {"id": id, "reason": tk.request.form.get("reason", "")}
    last_day = tk.request.form.get("ends_on", "").strip()
    errors = _try("indep_appointment_end", {**data, "ends_on": last_day} if last_day else data)
    if errors:
        return _page(errors, {}), 409
    tk.h.flash_success(tk._("The end of the appointment is recorded."))
    return tk.redirect_to("indep_appointments.appointments")


def _page(errors: list[str], form: dict[str, str]) -> str:
    context = signed_in()
    rows = tk.get_action("indep_appointment_list")(context, {"past": True})
    today = city_time.today().isoformat()
    may_appoint = tk.h.check_access("indep_appointment_create")
    return tk.render(
        "indep_governance/appointments.html",
        {
            "current": [r for r in rows if not _over(r, today) and r["starts_on"] <= today],
            "coming": [r for r in rows if r["starts_on"] > today],
            "past": [r for r in rows if _over(r, today)],
            "offices": permissions.OFFICES,
            "may_appoint": may_appoint,
            "accounts": _accounts() if may_appoint else [],
            "errors": errors,
            "form": form,
        },
    )


def _over(row: dict[str, Any], today: str) -> bool:
    """Whether an appointment has ended, one that was taken back before it began included."""
    return bool(row["ends_on"]) and row["ends_on"] < today


def _accounts() -> list[tuple[str, str]]:
    """Return the accounts that can be appointed, as name and what is displayed."""
    user = ckan_model.User
    rows = ckan_model.Session.execute(
        select(user.name, user.fullname).where(user.state == "active").order_by(user.name)
    )
    return [(str(name), str(fullname or name)) for name, fullname in rows]


def _try(action: str, data: dict[str, Any]) -> list[str]:
    """Call an action; return its refusals, none where it worked."""
    context = signed_in()
    if not tk.h.check_access(action):
        tk.abort(403, tk._("Only administrators of the portal appoint people to offices."))
    try:
        told = refusals_of(lambda: tk.get_action(action)(context, data))
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such appointment."))
    return [sentence for _field, sentence in told]
