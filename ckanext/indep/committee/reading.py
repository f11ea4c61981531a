"""What the record says of meetings: rows, the queue, the votes, the names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep import city_time
from ckanext.indep.committee import rules
from ckanext.indep.committee.agenda import Waiting, low_risk
from ckanext.indep.committee.drafting import Item, MeetingRecord, Member, RequestFacts, Vote
from ckanext.indep.committee.model import AgendaItem, Attendance, Meeting, Minutes
from ckanext.indep.committee.states import Presence, Section
from ckanext.indep.governance import permissions
from ckanext.indep.governance.approving import ballots, conditions
from ckanext.indep.governance.model import (
    Appointment,
    Ballot,
    ChangeRequest,
    Publication,
    Revision,
)
from ckanext.indep.governance.states import EDITABLE, State
from ckanext.indep.governance.submission import scanning

__all__ = [
    "agenda",
    "approved_minutes",
    "attendance",
    "committee",
    "item",
    "latest_minutes",
    "meeting",
    "meetings",
    "names",
    "present",
    "queue",
    "record",
    "request_facts",
    "requests_of",
    "told",
]


def meeting(number: int) -> Meeting:
    """Return a meeting by its number; raises ObjectNotFound."""
    found = ckan_model.Session.execute(select(Meeting).where(Meeting.number == number)).scalar()
    if not found:
        raise tk.ObjectNotFound(tk._("There is no such meeting."))
    return found


def meetings(after: dt.datetime | None = None) -> Sequence[Meeting]:
    """Return all meetings, or those that end later than `after`, in the order of time."""
    query = select(Meeting).order_by(Meeting.starts_at, Meeting.number)
    if after:
        query = query.where(Meeting.ends_at > after)
    return ckan_model.Session.execute(query).scalars().all()


def agenda(meeting_id: str) -> Sequence[AgendaItem]:
    """Return a meeting's items: those for consent, those to discuss, then the rest."""
    rows = ckan_model.Session.execute(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting_id)
    ).scalars()
    order = [section.value for section in Section]
    return sorted(rows, key=lambda i: (order.index(i.section), i.position, i.id))


def item(meeting_id: str, item_id: str) -> AgendaItem:
    """Return one item of a meeting; raises ObjectNotFound."""
    found = ckan_model.Session.get(AgendaItem, item_id)
    if not found or found.meeting_id != meeting_id:
        raise tk.ObjectNotFound(tk._("There is no such item on this agenda."))
    return found


def attendance(meeting_id: str) -> dict[str, Attendance]:
    """Return what is recorded of who took part, by user id."""
    rows = ckan_model.Session.execute(
        select(Attendance).where(Attendance.meeting_id == meeting_id)
    ).scalars()
    return {row.user_id: row for row in rows}


def present(rows: Iterable[Attendance]) -> set[str]:
    """Return who is in the room: marked present, and not gone."""
    return {
        row.user_id for row in rows if row.presence == Presence.PRESENT.value and not row.left_at
    }


def latest_minutes(meeting_id: str) -> Minutes | None:
    """Return the newest version of a meeting's minutes."""
    return ckan_model.Session.execute(
        select(Minutes)
        .where(Minutes.meeting_id == meeting_id)
        .order_by(Minutes.version.desc())
        .limit(1)
    ).scalar()


def approved_minutes(of: Meeting) -> Minutes | None:
    """Return the version that was approved, None before that."""
    return ckan_model.Session.get(Minutes, of.minutes_seq) if of.minutes_seq else None


def queue() -> list[Waiting]:
    """Return the requests that wait for the committee."""
    policy = rules.in_force()
    rows = ckan_model.Session.execute(
        select(ChangeRequest, Revision.content)
        .join(Revision, Revision.id == ChangeRequest.revision_id)
        .where(
            ChangeRequest.state == State.IN_REVIEW.value,
            ChangeRequest.snapshot["stage"].astext == "committee",
        )
    )
    return [
        Waiting(
            request_id=request.id,
            number=request.number,
            since=request.changed_at,
            due=request.changed_at.date() + dt.timedelta(days=policy.committee_days),
            low_risk=request.snapshot["lane"] in policy.consent_lanes
            or (low_risk(content) and scanning.is_clean(content)),
        )
        for request, content in rows
    ]


def requests_of(items: Iterable[AgendaItem]) -> dict[str, ChangeRequest]:
    """Return the requests that items are about, by id."""
    wanted = [i.request_id for i in items if i.request_id]
    rows = ckan_model.Session.execute(
        select(ChangeRequest).where(ChangeRequest.id.in_(wanted))
    ).scalars()
    return {row.id: row for row in rows}


def told(request_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Return title, name and type of what is public now, by the id of the request about it.

    The title is the public one, whatever the request calls it.
    """
    package = ckan_model.Package
    rows = ckan_model.Session.execute(
        select(ChangeRequest.id, package.title, package.name, package.type)
        .join(Publication, Publication.package_id == ChangeRequest.live_id)
        .join(package, package.id == ChangeRequest.live_id)
        .where(
            ChangeRequest.id.in_(request_ids),
            ChangeRequest.state == State.RELEASED.value,
            Publication.state == "live",
        )
    )
    return {
        row.id: {"title": row.title, "package": row.name, "package_type": row.type} for row in rows
    }


def request_facts(request: ChangeRequest, meeting_id: str) -> RequestFacts:
    """Return what agenda and minutes need of a request, with its votes in this meeting.

    A request that went back to be edited has no title: reviewers do not see the edits.
    """
    group = ckan_model.Session.get(ckan_model.Group, request.owner_org)
    cast = _cast_in(request.id, meeting_id)
    known = names({ballot.user_id for ballot in cast})
    outcome = "pending"
    if cast and cast[0].revision_id == request.revision_id:
        outcome = ballots.tally_of(request).outcome.value
    return RequestFacts(
        id=request.id,
        number=request.number,
        kind=request.kind,
        package_type=request.package_type,
        department=group.title or group.name if group else "",
        title="" if State(request.state) in EDITABLE else request.title,
        outcome=outcome,
        votes=tuple(Vote(known[b.user_id], b.ballot, b.reason) for b in cast),
        conditions=tuple(map(_condition, conditions.of(request))) if cast else (),
    )


def record(of: Meeting) -> MeetingRecord:
    """Return the record of an adjourned meeting, to draft its minutes from."""
    assert of.opened_at, "a meeting is opened before it is adjourned"
    assert of.adjourned_at, "minutes are drafted of adjourned meetings"
    assert of.agenda_posted_at, "a meeting is opened on a posted agenda"
    items = [i for i in agenda(of.id) if i.posted_at]
    requests = requests_of(items)
    rows = attendance(of.id)
    known = names({user for i in items for user in (i.moved_by, i.seconded_by) if user})
    return MeetingRecord(
        number=of.number,
        title=of.title,
        opened_at=of.opened_at,
        adjourned_at=of.adjourned_at,
        location=of.location,
        online_url=of.online_url,
        agenda_posted_at=of.agenda_posted_at,
        good_cause=of.good_cause,
        quorum=of.quorum or 0,
        members=tuple(_member(m, rows.get(m["user_id"])) for m in of.members),
        items=tuple(
            Item(
                section=Section(i.section),
                title=i.title,
                presenter=i.presenter,
                notes=i.notes,
                moved_by=known.get(i.moved_by or "", ""),
                seconded_by=known.get(i.seconded_by or "", ""),
                request=request_facts(requests[i.request_id], of.id) if i.request_id else None,
            )
            for i in items
        ),
    )


def committee(today: dt.date | None = None) -> list[dict[str, Any]]:
    """Return who votes in the committee, the chair first, and its secretary."""
    day = today or city_time.today()
    rows = ckan_model.Session.execute(
        select(Appointment)
        .join(ckan_model.User, ckan_model.User.id == Appointment.user_id)
        .where(
            Appointment.office.in_(permissions.VOTING_OFFICES | {"secretary"}),
            Appointment.starts_on <= day,
            (Appointment.ends_on.is_(None)) | (Appointment.ends_on >= day),
            ckan_model.User.state == "active",
        )
    ).scalars()
    found = list(rows)
    known = names({row.user_id for row in found})
    order = ["chair", "member", "secretary"]
    people = [
        {
            "user_id": row.user_id,
            "name": known[row.user_id],
            "office": row.office,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        }
        for row in found
    ]
    people.sort(key=lambda p: (order.index(p["office"]), p["name"], p["starts_on"]))
    return list({person["user_id"]: person for person in reversed(people)}.values())[::-1]


def names(user_ids: Collection[str]) -> dict[str, str]:
    """Return the full names that people gave themselves; an account's name is nobody's business."""
    user = ckan_model.User
    rows = ckan_model.Session.execute(select(user.id, user.fullname).where(user.id.in_(user_ids)))
    return {row.id: row.fullname or tk._("Member of the committee") for row in rows}


def _member(member: dict[str, Any], row: Attendance | None) -> Member:
    return Member(
        name=member["name"],
        office=member["office"],
        presence=Presence(row.presence) if row else Presence.ABSENT,
        arrived_at=row.arrived_at if row else None,
        left_at=row.left_at if row else None,
    )


def _condition(standing: conditions.Standing) -> str:
    condition = standing.condition
    due = f" ({condition.due_on.isoformat()})" if condition.due_on else ""
    return f"{condition.text}{due}"


def _cast_in(request_id: str, meeting_id: str) -> list[Ballot]:
    """The last ballot of each member in the meeting, on the revision that was voted on last."""
    rows = ckan_model.Session.execute(
        select(Ballot)
        .where(Ballot.request_id == request_id, Ballot.meeting_id == meeting_id)
        .order_by(Ballot.seq)
    ).scalars()
    cast = list(rows)
    last = {b.user_id: b for b in cast if b.revision_id == cast[-1].revision_id}
    return list(last.values())
