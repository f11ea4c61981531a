"""The sample's meetings of the committee: opened, voted in, adjourned by its secretary."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.model as ckan_model

from ckanext.indep import city_time
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.states import State
from ckanext.indep.sample.acting import act
from ckanext.indep.sample.calendar import Calendar

__all__ = ["hold", "number"]

SECRETARY = "committee-secretary"
MEMBERS = ("committee-chair", "committee-member", "committee-member-2")
Told = dict[str, Any]


def number(starts_at: dt.datetime | dt.date) -> int:
    """Return the number of the meeting that begins at this moment."""
    for meeting in act(SECRETARY, "indep_meeting_list"):
        if dt.datetime.fromisoformat(meeting["starts_at"]) == starts_at:
            return meeting["number"]
    raise ValueError(f"No meeting of the sample begins on {starts_at.isoformat()}.")


def hold(told: Told, days: Calendar) -> None:
    """Hold a meeting from its opening to its end.

    `attendance` names who is not present, `votes` (by dataset, then member) who does not vote for a
    matter under discussion, `notes` what was said on other matters. It ends `minutes` after
    it began; where that was interrupted, it goes on.
    """
    here = number(days.exactly(told["meeting"]))
    meeting = act(SECRETARY, "indep_meeting_show", number=here)
    if meeting["state"] == "agenda_posted":
        meeting = act(SECRETARY, "indep_meeting_open", number=here)
    if meeting["state"] != "in_session":
        return
    present = _call_the_roll(here, told.get("attendance", {}))
    if "approves_minutes_of" in told:
        _approve_minutes(here, number(days.exactly(told["approves_minutes_of"])))
    items = meeting["agenda"]
    _consent(here, [item for item in items if item["section"] == "consent"], told)
    for item in items:
        if item["section"] == "discussion":
            _discuss(here, item, present, told)
        elif item["title"] in told.get("notes", {}):
            note = told["notes"][item["title"]]
            act(SECRETARY, "indep_agenda_item_note", number=here, item=item["id"], notes=note)
    with city_time.set_to(city_time.now() + dt.timedelta(minutes=told["minutes"])):
        act(SECRETARY, "indep_meeting_adjourn", number=here)


def _call_the_roll(here: int, missing: dict[str, str]) -> list[str]:
    for member in MEMBERS:
        presence = missing.get(member, "present")
        act(SECRETARY, "indep_attendance_set", number=here, member=member, presence=presence)
    return [member for member in MEMBERS if member not in missing]


def _approve_minutes(here: int, of: int) -> None:
    minutes = act(SECRETARY, "indep_meeting_show", number=of)
    if minutes["state"] == "minutes_drafted":
        version = minutes["minutes"]["version"]
        act(SECRETARY, "indep_minutes_approve", number=of, version=version, at_meeting=here)


def _consent(here: int, items: list[dict[str, Any]], told: Told) -> None:
    waiting = [one for one in map(_request, items) if one.state == State.IN_REVIEW.value]
    if waiting:
        act(
            SECRETARY,
            "indep_meeting_consent_record",
            number=here,
            revisions=[{"request": one.id, "revision_id": one.revision_id} for one in waiting],
            moved_by=told["moved_by"],
            seconded_by=told["seconded_by"],
        )


def _discuss(here: int, item: dict[str, Any], present: list[str], told: Told) -> None:
    request = _request(item)
    if request.state != State.IN_REVIEW.value:
        return
    said = told.get("votes", {}).get(request.slug, {})
    act(
        SECRETARY,
        "indep_meeting_vote_record",
        number=here,
        request=request.id,
        revision_id=request.revision_id,
        votes=[{"member": member, "ballot": said.get(member, "for")} for member in present],
        moved_by=told["moved_by"],
        seconded_by=told["seconded_by"],
    )


def _request(item: dict[str, Any]) -> ChangeRequest:
    found = ckan_model.Session.get(ChangeRequest, item["request"]["id"])
    assert found, "what is on an agenda is never deleted"
    return found
