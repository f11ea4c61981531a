"""The events of the audit log in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["sentence", "sentences"]


def sentences() -> dict[str, str]:
    """Return a sentence for each event, in the reader's language.

    The names in braces are filled by :func:`sentence`: `it` is what the event is about, `person`
    whom it concerns, the others are facts of the event.
    """
    return {
        "agenda_built": tk._("The agenda of meeting {meeting} was built from the queue"),
        "agenda_item_added": tk._("An item was added to the agenda of meeting {meeting}"),
        "agenda_item_moved": tk._("An item of the agenda of meeting {meeting} was moved"),
        "agenda_item_noted": tk._("What was said on an item of meeting {meeting} was noted"),
        "agenda_item_pulled": tk._("An item of meeting {meeting} was taken off the consent agenda"),
        "agenda_item_removed": tk._("An item was removed from the agenda of meeting {meeting}"),
        "agenda_posted": tk._("The agenda of meeting {meeting} was posted"),
        "appointed": tk._("{person} was appointed: {office}"),
        "appointment_ended": tk._("The appointment of {person} was ended: {office}"),
        "approved": tk._("{it} was approved"),
        "approved_with_conditions": tk._("{it} was approved with conditions"),
        "assessed": tk._("{it} was assessed by a reviewer"),
        "assigned": tk._("{it} was given to {person} for a first look"),
        "attendance": tk._("{person} was marked in meeting {meeting}: {presence}"),
        "attested": tk._("{it} was confirmed to be still right"),
        "ballot": tk._("{person} voted on {it}: {ballot}"),
        "ballot_as_data_owner": tk._("{person} decided on {it} as data owner: {ballot}"),
        "break_glass": tk._("{it} was released without the approvals it lacked"),
        "changes_requested": tk._("{it} was sent back for changes"),
        "condition_met": tk._("A condition of {it} was met"),
        "condition_set": tk._("A condition was set for {it}"),
        "condition_withdrawn": tk._("A condition of {it} was taken back"),
        "declined": tk._("{it} was declined"),
        "delegated": tk._("A vote was lent to {person} until {until}"),
        "delegation_ended": tk._("A delegation of a vote was ended"),
        "draft_taken_over": tk._("{it} was taken over as a draft"),
        "escalated": tk._("{it} was escalated: chair, secretary and auditor were told"),
        "expired": tk._("{it} expired, as nobody worked on it"),
        "forwarded": tk._("{it} went on to the committee"),
        "grandfathered": tk._("{it} was public before governance began, and stays so"),
        "meeting_adjourned": tk._("Meeting {meeting} was adjourned"),
        "meeting_cancelled": tk._("Meeting {meeting} was called off"),
        "meeting_changed": tk._("Time or place of meeting {meeting} was changed"),
        "meeting_opened": tk._("Meeting {meeting} was opened"),
        "meeting_planned": tk._("Meeting {meeting} was planned"),
        "minutes_approved": tk._("The minutes of meeting {meeting} were approved"),
        "minutes_drafted": tk._("The minutes of meeting {meeting} were drafted"),
        "policy_loaded": tk._("A new open data policy came into force"),
        "ratification_ballot": tk._("A vote was given on what was done at once with {it}"),
        "ratification_opened": tk._("The committee was asked to ratify what was done with {it}"),
        "ratification_ratified": tk._("The committee ratified what was done with {it}"),
        "ratification_rejected": tk._("The committee rejected what was done with {it}"),
        "rebased": tk._("{it} was brought up to date with what is public"),
        "released": tk._("{it} was released"),
        "request_opened": tk._("{it} was opened"),
        "restored": tk._("{it} was made public again"),
        "roll_back_proposed": tk._("{it} proposes to go back to an earlier version"),
        "scan_answered": tk._("What the scan for personal data found in {it} was answered"),
        "scheduled": tk._("{it} was given a day of release"),
        "stale": tk._("{it} is out of date: what is public changed meanwhile"),
        "submitted": tk._("{it} was submitted"),
        "taken_down": tk._("{it} was taken down"),
        "taken_over": tk._("Governance was turned on for this portal"),
        "turned_off": tk._("Governance was turned off for this portal"),
        "unscheduled": tk._("The day of release of {it} was taken back"),
        "withdrawn": tk._("{it} was withdrawn"),
    }


def sentence(event: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return an event of `indep_event_list` in words; one without words by its own name.

    `words` is what :func:`sentences` returns; `names` has the names of people and the titles of
    datasets by id.
    """
    data = event["data"]
    person = data.get("voter") or data.get("user") or data.get("to") or data.get("member") or ""
    request = event["request"]
    if request:
        it = tk._("Request {number}").format(number=request)
    else:
        it = f"“{names[event['subject']]}”" if event["subject"] in names else tk._("Something")
    facts = {key: str(value).replace("_", " ") for key, value in data.items()}
    if "until" in data:
        facts["until"] = tk.h.indep_date(data["until"])
    filled = {"meeting": "", "office": "", "presence": "", "ballot": "", "until": "", **facts}
    filled |= {"it": it, "person": names.get(str(person), str(person) or tk._("Nobody"))}
    kind = event["event"]
    if kind == "ballot" and data.get("stage") == "data_owner":
        kind = "ballot_as_data_owner"
    template = words.get(kind, event["event"].replace("_", " ").capitalize())
    return template.format_map(filled)
