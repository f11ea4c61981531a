"""The public calendar, and the pages for its dates, the meetings and what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SolrConnectionError
from flask import Blueprint, Response, make_response

from ckanext.indep import city_time, ics, refusals
from ckanext.indep.insight import caching, config, goals, listing, periods, reader, rights
from ckanext.indep.insight.meetings import book, entries, packet, quarters, sight
from ckanext.indep.insight.meetings.quarters import Quarter
from ckanext.indep.insight.meetings.states import ActionState, MeetingState
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.staff import context, page

__all__ = ["blueprint"]

MEETINGS_SHOWN = 20
LONGEST_NUMBER = 10

STEPS = {
    "hold": "indep_performance_meeting_hold",
    "cancel": "indep_performance_meeting_cancel",
    "agree": "indep_meeting_action_record",
}

blueprint = Blueprint("indep_meetings", __name__, url_prefix="/insight")


@blueprint.route("/calendar")
@caching.by_version
def calendar() -> str:
    """When figures are due, who is late, and which meetings are public."""
    found = _quarters()
    today = city_time.today()
    return tk.render(
        "indep_insight/calendar.html",
        {
            "today": today,
            "coming": [one for one in found if not one.is_over(today)][::-1],
            "past": [one for one in found if one.is_over(today)],
            "meetings": _public_meetings(),
            "zone": city_time.ZONE,
        },
    )


@blueprint.route("/calendar.ics")
@caching.by_version
def calendar_ics() -> Response:
    """The same for everybody's own calendar."""
    url = tk.url_for("indep_meetings.calendar", _external=True, locale="default")
    feed = ics.calendar(
        "insight",
        tk._("INsight: performance of the City"),
        urlsplit(tk.config["ckan.site_url"]).hostname or "localhost",
        entries.entries(_quarters(), book.date_changes(), _public_meetings(), url),
    )
    response = Response(feed, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="insight.ics"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.route("/staff/calendar/<quarter>", methods=["GET", "POST"])
@page
def dates(quarter: str) -> Any:
    """The form with the dates of a quarter."""
    tk.check_access("indep_cycle_dates_set", context(), {})
    period = _quarter(quarter)
    now = reader.cycles().get(period) or config.calendar_rule().dates(period)
    values = dict(
        zip(
            quarters.DATES,
            (day.isoformat() for day in (now.data_due, now.review_on, now.council_on)),
            strict=True,
        )
    )
    errors: refusals.Refusals = []
    if tk.request.method == "POST":
        values = {name: tk.request.form.get(name, "") for name in quarters.DATES}
        errors = _refusals("indep_cycle_dates_set", {"period": period.key, **values})
        if not errors:
            tk.h.flash_success(tk._("Saved. The public calendar shows these dates now."))
            return tk.redirect_to("indep_meetings.dates", quarter=period.key)
    body = tk.render(
        "indep_insight/staff/dates.html",
        {
            "quarter": period,
            "following": period.next(),
            "previous": period.previous(),
            "values": values,
            "errors": errors,
            "by_rule": period not in reader.cycles(),
        },
    )
    return make_response(body, 409 if errors else 200)


@blueprint.route("/staff/meetings", methods=["GET", "POST"])
@page
def meetings() -> Any:
    """The meetings that the reader is invited to; for the office all, and the form for one."""
    in_office = rights.is_in_office(context())
    found = [one for one in book.meetings() if sight.departments(context(), one)]
    if not in_office and not found and not _has_department():
        raise tk.NotAuthorized(
            tk._("These pages are for departments with measures and for the performance office.")
        )
    running = periods.period_of(city_time.today(), Kind.QUARTER)
    values: Mapping[str, Any] = {"quarter": running.previous().label, "is_public": ""}
    errors: refusals.Refusals = []
    if tk.request.method == "POST":
        values = _typed()
        errors = _refusals("indep_performance_meeting_create", values)
        if not errors:
            tk.h.flash_success(tk._("The meeting is planned, and those invited are told."))
            return tk.redirect_to("indep_meetings.meetings")
    return _form_page("meetings", values, errors, meetings=found, in_office=in_office)


@blueprint.route("/staff/meeting/<int:number>")
@page
def meeting(number: int) -> Any:
    """What the meeting has before it, and what was agreed."""
    return _meeting_page(number, {}, [])


@blueprint.route("/staff/meeting/<int:number>/change", methods=["GET", "POST"])
@page
def change(number: int) -> Any:
    """The form to change what is planned."""
    tk.check_access("indep_performance_meeting_update", context(), {"id": number})
    found = book.meeting(number)
    values: Mapping[str, Any] = {
        "quarter": found.quarter.label,
        "starts_at": f"{found.starts_at.astimezone(city_time.ZONE):%Y-%m-%dT%H:%M}",
        "place": found.place,
        "departments": list(_names(found).values()),
        "is_public": "yes" if found.is_public else "",
        "note": found.note,
    }
    errors: refusals.Refusals = []
    if tk.request.method == "POST":
        values = _typed()
        errors = _refusals("indep_performance_meeting_update", {"id": number, **values})
        if not errors:
            tk.h.flash_success(tk._("Saved. Those invited are told of what is new."))
            return tk.redirect_to("indep_meetings.meeting", number=number)
    return _form_page("meeting_change", values, errors, meeting=found)


@blueprint.route("/staff/meeting/<int:number>/<step>", methods=["POST"])
@page
def act(number: int, step: str) -> Any:
    """Hold or cancel the meeting, or record what was agreed; a refusal keeps what was typed."""
    if step not in STEPS:
        raise tk.ObjectNotFound(tk._("There is no such step."))
    tk.check_access(STEPS[step], context(), {"id": number})
    values = tk.request.form.to_dict()
    errors = _refusals(STEPS[step], {**values, "id": number})
    if errors:
        return _meeting_page(number, values, errors)
    tk.h.flash_success(tk._("Saved."))
    return tk.redirect_to("indep_meetings.meeting", number=number)


@blueprint.route("/staff/meeting-action/<int:number>/mark", methods=["POST"])
@page
def mark(number: int) -> Any:
    """Mark what was agreed, and go back to the meeting that the reader looked at."""
    values = tk.request.form.to_dict()
    tk.check_access("indep_meeting_action_mark", context(), {**values, "id": number})
    errors = _refusals("indep_meeting_action_mark", {**values, "id": number})
    shown = values.get("meeting", "")
    usable = shown.isdecimal() and len(shown) < LONGEST_NUMBER
    meeting = int(shown) if usable else book.action(number).meeting
    if errors:
        return _meeting_page(meeting, {}, errors)
    tk.h.flash_success(tk._("Saved."))
    return tk.redirect_to("indep_meetings.meeting", number=meeting)


def _meeting_page(number: int, values: Mapping[str, Any], errors: refusals.Refusals) -> Response:
    tk.check_access("indep_performance_meeting_show", context(), {"id": number})
    found = book.meeting(number)
    try:
        parts = packet.parts(found, sight.departments(context(), found))
    except (SearchError, SolrConnectionError):
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))
    body = tk.render(
        "indep_insight/staff/meeting.html",
        {
            "meeting": found,
            "parts": parts,
            "values": values,
            "errors": errors,
            "names": _names(found),
            "in_office": rights.is_in_office(context()),
            "today": city_time.today(),
            "zone": city_time.ZONE,
            "MeetingState": MeetingState,
            "ActionState": ActionState,
        },
    )
    return make_response(body, 409 if errors else 200)


def _names(meeting: book.Meeting) -> dict[str, str]:
    """The names of a meeting's departments, by id."""
    rows = model.Session.query(model.Group).filter(model.Group.id.in_(meeting.departments))
    return {row.id: row.name for row in rows}


def _form_page(
    template: str, values: Mapping[str, Any], errors: refusals.Refusals, **more: Any
) -> Response:
    choices = goals.group_by_department(_summaries())
    variables = {
        "values": values,
        "errors": errors,
        "choices": [(one.key, one.title) for one in choices],
        "zone": city_time.ZONE,
        "MeetingState": MeetingState,
        **more,
    }
    body = tk.render(f"indep_insight/staff/{template}.html", variables)
    return make_response(body, 409 if errors else 200)


def _refusals(action: str, data: Mapping[str, Any]) -> refusals.Refusals:
    """Act; what is refused comes back, but who may not do it is sent away."""
    try:
        tk.get_action(action)(context(), dict(data))
    except tk.ValidationError as error:
        return refusals.by_field(error.error_dict)
    except (SearchError, SolrConnectionError):
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))
    return []


def _typed() -> dict[str, Any]:
    form = tk.request.form
    names = ("quarter", "starts_at", "place", "is_public", "note")
    return {
        **{name: form.get(name, "") for name in names},
        "departments": form.getlist("departments"),
    }


def _has_department() -> bool:
    names = {one.department for one in listing.definitions()}
    return any(rights.role_in(context(), name) in rights.ENTERS for name in names)


def _quarters() -> list[Quarter]:
    late = quarters.late_departments(_summaries())
    return quarters.quarters(listing.today(), reader.published_quarters(), late)


def _summaries() -> Any:
    try:
        return listing.summaries()
    except (SearchError, SolrConnectionError):
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))


def _public_meetings() -> list[book.Meeting]:
    return [one for one in book.meetings() if one.is_public][:MEETINGS_SHOWN]


def _quarter(text: str) -> Period:
    try:
        period = periods.parse(text)
    except periods.PeriodError:
        period = None
    if period is None or period.kind is not Kind.QUARTER:
        raise tk.ObjectNotFound(tk._("There is no such quarter."))
    return period
