"""Minutes drafted from the record of a meeting, and what of them the public may read.

RSMo 610.020.7 asks minutes for date, time, place, members present and absent, and the votes
taken, by name. What is said about a dataset that is not public stays with the committee: the
public reads of it the request's number, its kind and its department.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from ckanext.indep.committee.states import Presence, Section

__all__ = [
    "Item",
    "MeetingRecord",
    "Member",
    "RequestFacts",
    "Vote",
    "draft",
    "for_public",
    "item_dict",
]

BALLOTS = ("for", "against", "abstain", "recuse")


@dataclass(frozen=True)
class Member:
    """Somebody's attendance; times only where they differ from the meeting's."""

    name: str
    office: str
    presence: Presence
    arrived_at: dt.datetime | None = None
    left_at: dt.datetime | None = None


@dataclass(frozen=True)
class Vote:
    """One member's ballot, the last one if it was corrected."""

    name: str
    ballot: str
    reason: str = ""


@dataclass(frozen=True)
class RequestFacts:
    """What an item is about: `title` and `conditions` are the committee's own business."""

    id: str
    number: int
    kind: str
    package_type: str
    department: str
    title: str
    outcome: str = "pending"
    votes: tuple[Vote, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One line of the agenda as it was dealt with; `title` where it is about no request."""

    section: Section
    title: str = ""
    presenter: str = ""
    notes: str = ""
    moved_by: str = ""
    seconded_by: str = ""
    request: RequestFacts | None = None


@dataclass(frozen=True)
class MeetingRecord:
    """All that the minutes are drafted from; moments have a time zone."""

    number: int
    title: str
    opened_at: dt.datetime
    adjourned_at: dt.datetime
    location: str
    online_url: str
    agenda_posted_at: dt.datetime
    good_cause: str
    quorum: int
    members: tuple[Member, ...]
    items: tuple[Item, ...]


def draft(record: MeetingRecord, notes: str = "") -> dict[str, Any]:
    """Return the minutes as plain JSON values; the same record gives the same minutes."""
    by_presence = {
        presence.value: [_member(m) for m in record.members if m.presence is presence]
        for presence in Presence
    }
    return {
        "number": record.number,
        "title": record.title,
        "opened_at": record.opened_at.isoformat(),
        "adjourned_at": record.adjourned_at.isoformat(),
        "location": record.location,
        "online_url": record.online_url,
        "agenda_posted_at": record.agenda_posted_at.isoformat(),
        "good_cause": record.good_cause,
        "quorum": {
            "needed": record.quorum,
            "members": len(record.members),
            "present": len(by_presence[Presence.PRESENT.value]),
        },
        "attendance": by_presence,
        "items": [item_dict(position, item) for position, item in enumerate(record.items, start=1)],
        "notes": notes.strip(),
    }


def item_dict(position: int, item: Item) -> dict[str, Any]:
    """Return one item as plain JSON values, with the votes on it; `position` counts from 1."""
    return {
        "position": position,
        "section": item.section.value,
        "title": item.request.title if item.request else item.title,
        "presenter": item.presenter,
        "notes": item.notes,
        "moved_by": item.moved_by,
        "seconded_by": item.seconded_by,
        "request": _request(item.request) if item.request else None,
    }


def for_public(
    items: Iterable[Mapping[str, Any]], public: Mapping[str, Mapping[str, str]], titles: bool
) -> list[dict[str, Any]]:
    """Return items of an agenda or of minutes as a stranger may read them.

    `public` has the public title and address of each request whose dataset is public now;
    `titles` is the policy's word that titles may be told before release. An item about
    nothing unreleased is kept as it is.
    """
    return [_public_item(item, public, titles) for item in items]


def _public_item(
    item: Mapping[str, Any], public: Mapping[str, Mapping[str, str]], titles: bool
) -> dict[str, Any]:
    if not item.get("request"):
        return dict(item)
    request = cast("Mapping[str, Any]", item["request"])
    released = public.get(str(request["id"]))
    if released:
        return {**item, "request": _told(request, request), **released}
    votes = cast("Sequence[Mapping[str, Any]]", request.get("votes", []))
    untold = {
        "votes": [{"name": v["name"], "ballot": v["ballot"], "reason": ""} for v in votes],
        "conditions": [],
    }
    return {
        **{key: item[key] for key in _PUBLIC_ITEM if key in item},
        "title": item.get("title", "") if titles else "",
        "presenter": "",
        "notes": "",
        "request": _told(request, untold),
    }


_PUBLIC_ITEM = ("position", "section", "moved_by", "seconded_by")
_PUBLIC_REQUEST = ("number", "kind", "type", "department", "outcome", "counts")


def _told(request: Mapping[str, Any], votes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a request: safe facts, and `votes` as they may be told."""
    facts = {key: request[key] for key in _PUBLIC_REQUEST if key in request}
    told = {key: votes[key] for key in ("votes", "conditions") if key in votes}
    return {**facts, **told} if "votes" in request else facts


def _member(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "office": member.office,
        "arrived_at": member.arrived_at.isoformat() if member.arrived_at else None,
        "left_at": member.left_at.isoformat() if member.left_at else None,
    }


def _request(request: RequestFacts) -> dict[str, Any]:
    return {
        "id": request.id,
        "number": request.number,
        "kind": request.kind,
        "type": request.package_type,
        "department": request.department,
        "outcome": request.outcome if request.votes else "not_voted",
        "votes": [vars(vote) for vote in sorted(request.votes, key=_roll)],
        "counts": {b: sum(v.ballot == b for v in request.votes) for b in BALLOTS},
        "conditions": list(request.conditions),
    }


def _roll(vote: Vote) -> tuple[int, str]:
    return BALLOTS.index(vote.ballot), vote.name
