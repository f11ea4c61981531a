"""Meetings as plain dictionaries: for the public, and for who prepares and reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from ckanext.indep import city_time
from ckanext.indep.committee import drafting, reading, rules, states
from ckanext.indep.committee.drafting import Item
from ckanext.indep.committee.model import AgendaItem, Meeting, Minutes
from ckanext.indep.committee.states import MeetingState, Presence, Section
from ckanext.indep.governance import requests
from ckanext.indep.governance.model import ChangeRequest

__all__ = ["for_public", "for_staff", "minutes_for_public", "minutes_for_staff", "summary"]


def summary(row: Meeting) -> dict[str, Any]:
    """Return what everybody may know of a meeting; moments in the city's time."""
    return {
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "starts_at": _local(row.starts_at),
        "ends_at": _local(row.ends_at),
        "location": row.location,
        "online_url": row.online_url,
        "agenda_posted_at": _local(row.agenda_posted_at),
        "good_cause": row.good_cause,
        "cancel_reason": row.cancel_reason,
        "opened_at": _local(row.opened_at),
        "adjourned_at": _local(row.adjourned_at),
        "minutes_approved_at": _local(row.minutes_approved_at),
        "minutes_approved_at_meeting": row.minutes_approved_at_meeting,
        "sequence": row.sequence,
        "changed_at": _local(row.changed_at),
    }


def for_public(row: Meeting) -> dict[str, Any]:
    """Return a meeting with its posted agenda, which names no dataset before its release."""
    items: list[dict[str, Any]] = []
    if MeetingState(row.state) in states.ANNOUNCED:
        posted = [i for i in reading.agenda(row.id) if i.posted_at]
        items = _told([_without_votes(item) for item in _agenda(row, posted)])
    return {**summary(row), "agenda": items, "minutes": minutes_for_public(row)}


def for_staff(row: Meeting) -> dict[str, Any]:
    """Return a meeting with all of its agenda, attendance, votes so far, and newest minutes."""
    rows = reading.agenda(row.id)
    attendance = reading.attendance(row.id)
    return {
        **summary(row),
        "agenda": _agenda(row, rows),
        "quorum": row.quorum,
        "present": len(reading.present(attendance.values())),
        "attendance": [
            _attendance(member, attendance.get(member["user_id"])) for member in row.members
        ],
        "minutes": minutes_for_staff(row),
    }


def minutes_for_public(row: Meeting) -> dict[str, Any] | None:
    """Return the approved minutes without what is said of datasets that are not public."""
    minutes = reading.approved_minutes(row)
    if not minutes:
        return None
    content = {**minutes.content, "items": _told(minutes.content["items"])}
    return {**_version(row, minutes), "content": content}


def minutes_for_staff(row: Meeting) -> dict[str, Any] | None:
    """Return the newest version of the minutes, approved or not, as it was drafted."""
    minutes = reading.approved_minutes(row) or reading.latest_minutes(row.id)
    return {**_version(row, minutes), "content": minutes.content} if minutes else None


def _told(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    about = [item["request"]["id"] for item in items if item["request"]]
    return drafting.for_public(items, reading.told(about), rules.in_force().public_titles)


def _without_votes(item: dict[str, Any]) -> dict[str, Any]:
    """Leave the votes to the minutes, where the committee has checked them."""
    request = item["request"]
    untold = {"votes", "counts", "outcome", "conditions"}
    return {
        **item,
        "moved_by": "",
        "seconded_by": "",
        "notes": "",
        "request": request and {k: v for k, v in request.items() if k not in untold},
    }


def _agenda(row: Meeting, items: Sequence[AgendaItem]) -> list[dict[str, Any]]:
    about = reading.requests_of(items)
    return [
        {
            **_line(item, place, about.get(item.request_id or ""), row),
            "id": item.id,
            "posted": item.posted_at is not None,
        }
        for place, item in enumerate(items, start=1)
    ]


def _line(
    item: AgendaItem, place: int, request: ChangeRequest | None, row: Meeting
) -> dict[str, Any]:
    facts = reading.request_facts(request, row.id) if request else None
    line = drafting.item_dict(
        place,
        Item(
            section=Section(item.section),
            title=item.title,
            presenter=item.presenter,
            notes=item.notes,
            moved_by=item.moved_by or "",
            seconded_by=item.seconded_by or "",
            request=facts,
        ),
    )
    if request:
        line["request"] |= {
            "state": request.state,
            "revision_id": request.revision_id,
            "contributors": sorted(requests.contributors(request.id)),
        }
    return line


def _attendance(member: dict[str, Any], row: Any) -> dict[str, Any]:
    return {
        **member,
        "presence": row.presence if row else Presence.ABSENT.value,
        "recorded": row is not None,
        "arrived_at": _local(row.arrived_at) if row else None,
        "left_at": _local(row.left_at) if row else None,
    }


def _version(row: Meeting, minutes: Minutes) -> dict[str, Any]:
    known = reading.names({minutes.drafted_by, row.minutes_approved_by or ""})
    approved = row.minutes_seq == minutes.seq
    return {
        "version": minutes.version,
        "drafted_at": _local(minutes.drafted_at),
        "drafted_by": known.get(minutes.drafted_by, ""),
        "approved_at": _local(row.minutes_approved_at) if approved else None,
        "approved_by": known.get(row.minutes_approved_by or "", "") if approved else "",
        "approved_at_meeting": row.minutes_approved_at_meeting if approved else None,
    }


def _local(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(city_time.ZONE).isoformat() if moment else None
