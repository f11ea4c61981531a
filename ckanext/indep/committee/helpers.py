"""Template helpers of the committee."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from babel.dates import format_date, format_datetime, format_time

from ckanext.indep import city_time
from ckanext.indep.committee import clock

__all__ = [
    "indep_agenda_subject",
    "indep_ballot_label",
    "indep_meeting_clock",
    "indep_meeting_field",
    "indep_meeting_state",
    "indep_meeting_time",
    "indep_motion_outcome",
    "indep_presence_label",
]


def indep_meeting_time(moment: str | None) -> str:
    """Return an ISO moment as day and time in the city, in the reader's language."""
    if not moment:
        return ""
    local = clock.parse(moment).astimezone(city_time.ZONE)
    day = format_date(local, "full", locale=tk.h.lang())
    return f"{day}, {format_time(local, 'short', tzinfo=city_time.ZONE, locale=tk.h.lang())}"


def indep_meeting_clock(moment: str | None) -> str:
    """Return the time of day of an ISO moment in the city."""
    if not moment:
        return ""
    return format_time(clock.parse(moment), "short", tzinfo=city_time.ZONE, locale=tk.h.lang())


def indep_meeting_field(moment: str | None) -> str:
    """Return an ISO moment as a form's field for date and time takes it."""
    if not moment:
        return ""
    local = clock.parse(moment).astimezone(city_time.ZONE)
    return format_datetime(local, "yyyy-MM-dd'T'HH:mm", tzinfo=city_time.ZONE, locale="en")


def indep_meeting_state(state: str) -> dict[str, str]:
    """Return the words for a meeting's state and the class of its pill."""
    labels = {
        "planned": (tk._("Planned"), "none"),
        "agenda_posted": (tk._("Agenda posted"), "good"),
        "in_session": (tk._("In session"), "warn"),
        "adjourned": (tk._("Held"), "none"),
        "minutes_drafted": (tk._("Held"), "none"),
        "minutes_approved": (tk._("Minutes published"), "good"),
        "cancelled": (tk._("Cancelled"), "bad"),
    }
    label, kind = labels[state]
    return {"label": label, "kind": kind}


def indep_presence_label(presence: str) -> str:
    """Return the words for somebody's attendance."""
    return {
        "present": tk._("Present"),
        "excused": tk._("Excused"),
        "absent": tk._("Absent"),
    }[presence]


def indep_ballot_label(ballot: str) -> str:
    """Return the words for a ballot."""
    return {
        "for": tk._("For"),
        "against": tk._("Against"),
        "abstain": tk._("Abstained"),
        "recuse": tk._("Recused"),
    }[ballot]


def indep_motion_outcome(outcome: str) -> str:
    """Return what a vote came to, in words."""
    return {
        "carried": tk._("Carried: it is approved."),
        "lost": tk._("Lost: it is declined."),
        "pending": tk._("Not decided: the votes of members who are missing could still decide it."),
        "impossible": tk._("Not decided: too many members recused themselves for a quorum."),
        "not_voted": tk._("No vote was taken."),
    }[outcome]


def indep_agenda_subject(item: dict[str, Any]) -> str:
    """Return what an item is about: its title, or number, kind and department of its request."""
    request = item.get("request")
    if not request:
        return str(item["title"])
    if item.get("title"):
        words = tk._("Request {number}: {title}")
    elif request["kind"] == "create" and request["type"] == "measure":
        words = tk._("Request {number}: a new measure of {department}")
    elif request["kind"] == "create":
        words = tk._("Request {number}: a new dataset of {department}")
    elif request["type"] == "measure":
        words = tk._("Request {number}: a change to a measure of {department}")
    else:
        words = tk._("Request {number}: a change to a dataset of {department}")
    return words.format(
        number=request["number"], title=item.get("title"), department=request["department"]
    )
