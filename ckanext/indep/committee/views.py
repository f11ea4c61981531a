"""Pages of the committee: for everybody what is posted, for its secretary the work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from ckanext.indep import ics
from ckanext.indep.callers import reader, signed_in
from ckanext.indep.committee import clock, forms

__all__ = ["indep_committee"]

indep_committee = Blueprint("indep_committee", __name__, url_prefix="/committee")

# what a form's button is called -> the action, how the form is read, and the page it is on
STEPS: dict[str, tuple[str, forms.Reader, str]] = {
    "change": ("indep_meeting_update", forms.plain, "prepare"),
    "cancel": ("indep_meeting_cancel", forms.plain, "prepare"),
    "build": ("indep_agenda_build", forms.plain, "prepare"),
    "add": ("indep_agenda_item_add", forms.plain, "prepare"),
    "remove": ("indep_agenda_item_remove", forms.plain, "prepare"),
    "move": ("indep_agenda_item_move", forms.plain, "prepare"),
    "post": ("indep_agenda_post", forms.plain, "prepare"),
    "pull": ("indep_agenda_item_pull", forms.plain, "read"),
    "discuss": ("indep_agenda_item_pull", forms.plain, "prepare"),
    "open": ("indep_meeting_open", forms.plain, "run"),
    "attendance": ("indep_attendance_set", forms.attendance, "run"),
    "vote": ("indep_meeting_vote_record", forms.roll_call, "run"),
    "consent": ("indep_meeting_consent_record", forms.consent, "run"),
    "note": ("indep_agenda_item_note", forms.plain, "run"),
    "adjourn": ("indep_meeting_adjourn", forms.plain, "minutes"),
    "draft": ("indep_minutes_draft", forms.plain, "minutes"),
    "approve": ("indep_minutes_approve", forms.plain, "minutes"),
}
STATUS = {
    "planned": "TENTATIVE",
    "cancelled": "CANCELLED",
}


@indep_committee.route("")
def index() -> str:
    """The committee: who sits in it, when it meets, what it did."""
    return tk.render(
        "indep_committee/index.html",
        {
            "committee": _call("indep_committee_show"),
            "coming": _call("indep_meeting_list", which="coming"),
            "past": _call("indep_meeting_list", which="past")[::-1],
            "may_manage": tk.h.check_access("indep_committee_manage"),
        },
    )


@indep_committee.route("/calendar.ics")
def calendar() -> Response:
    """The calendar of meetings as iCalendar, to subscribe to."""
    committee = _call("indep_committee_show")
    host = urlsplit(tk.config["ckan.site_url"]).hostname or "localhost"
    feed = ics.calendar(
        "committee", str(committee["name"]), host, [_entry(m) for m in _call("indep_meeting_list")]
    )
    response = make_response(feed)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="committee.ics"'
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    return response.make_conditional(tk.request.environ)


@indep_committee.route("/plan", methods=["GET", "POST"])
def plan() -> Response | str | tuple[str, int]:
    """The form to plan a meeting."""
    _only_managers()
    if tk.request.method == "GET":
        return _plan_page({}, [])
    form = forms.plain(tk.request.form)[0]
    planned: dict[str, Any] = {}
    errors = forms.refusals(lambda: planned.update(_call("indep_meeting_create", **form)))
    if errors:
        return _plan_page(form, errors), 409
    tk.h.flash_success(tk._("The meeting is planned. Now build its agenda."))
    return tk.redirect_to("indep_committee.prepare", number=planned["number"])


@indep_committee.route("/meetings/<int:number>")
def meeting(number: int) -> str:
    """One meeting: when and where, its agenda, its minutes."""
    return _page("read", number)


@indep_committee.route("/meetings/<int:number>/print")
def printable(number: int) -> str:
    """The agenda of a meeting on one sheet of paper."""
    return _page("print", number)


@indep_committee.route("/meetings/<int:number>/prepare")
def prepare(number: int) -> str:
    """For the secretary: time and place, building and posting the agenda."""
    _only_managers()
    return _page("prepare", number)


@indep_committee.route("/meetings/<int:number>/run")
def run(number: int) -> str:
    """For the secretary: attendance and votes while the meeting is in session."""
    _only_managers()
    return _page("run", number)


@indep_committee.route("/meetings/<int:number>/minutes")
def minutes(number: int) -> str:
    """For the secretary: drafting and approving the minutes."""
    _only_managers()
    return _page("minutes", number)


@indep_committee.route("/meetings/<int:number>/<step>", methods=["POST"])
def act(number: int, step: str) -> Response | tuple[str, int]:
    """Take one step; a refusal is shown on the page it was taken from, with the text kept."""
    signed_in()
    if step not in STEPS:
        tk.abort(404)
    action, read, page = STEPS[step]
    calls = read(tk.request.form)

    def take() -> None:
        for data in calls:
            _call(action, **{**data, "number": number})

    errors = forms.refusals(take)
    if errors:
        return _page(page, number, errors, dict(tk.request.form)), 409
    if calls:
        tk.h.flash_success(tk._("Saved."))
    endpoint = {"read": "meeting"}.get(page, page)
    return tk.redirect_to(f"indep_committee.{endpoint}", number=number)


def _plan_page(form: Mapping[str, Any], errors: list[tuple[str, str]]) -> str:
    committee = _call("indep_committee_show")
    return tk.render(
        "indep_committee/plan.html", {"committee": committee, "form": form, "errors": errors}
    )


def _page(
    name: str,
    number: int,
    errors: list[tuple[str, str]] | None = None,
    form: Mapping[str, Any] | None = None,
) -> str:
    try:
        shown = _call("indep_meeting_show", number=number)
    except (tk.ObjectNotFound, tk.ValidationError):
        tk.abort(404, tk._("There is no such meeting."))
    may = {step: tk.h.check_access(action) for step, (action, _form, _page) in STEPS.items()}
    extra = {
        "in_session": [
            m
            for m in _call("indep_meeting_list")
            if m["state"] == "in_session" and m["number"] != number
        ]
    }
    return tk.render(
        f"indep_committee/{name}.html",
        {"meeting": shown, "may": may, "errors": errors or [], "form": form or {}, **extra},
    )


def _call(action: str, **data: Any) -> Any:
    return tk.get_action(action)(reader(), data)


def _only_managers() -> None:
    if not tk.h.check_access("indep_committee_manage"):
        tk.abort(403, tk._("This page is for the committee's chair and secretary."))


def _entry(shown: Mapping[str, Any]) -> ics.CalendarEntry:
    url = tk.h.url_for(
        "indep_committee.meeting", number=shown["number"], qualified=True, locale="default"
    )
    return ics.CalendarEntry(
        uid=f"committee-meeting-{shown['number']}",
        title=shown["title"],
        starts_at=clock.parse(shown["starts_at"]),
        ends_at=clock.parse(shown["ends_at"]),
        location=shown["location"] or shown["online_url"],
        url=url,
        description=f"Agenda and minutes: {url}",
        status=STATUS.get(shown["state"], "CONFIRMED"),
        sequence=shown["sequence"],
        changed_at=clock.parse(shown["changed_at"]),
    )
