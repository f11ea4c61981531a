"""The course of a meeting: the only writer of meetings, agendas, attendance and minutes.

Every function locks the meeting, asks whether this may happen now, does it, writes the audit
event and commits once, so that of two people who do the same at once one is told so.
Permission was checked by the action. Votes are in ``voting.py``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ckanext.indep.committee import clock, drafting, notice, reading, rules, states
from ckanext.indep.committee.agenda import build
from ckanext.indep.committee.model import AgendaItem, Attendance, Meeting, Minutes
from ckanext.indep.committee.states import MeetingState, Presence, Section
from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.governance import audit, outbox, permissions
from ckanext.indep.governance.approving.votes import required_quorum
from ckanext.indep.governance.canonical import content_hash
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.states import State

__all__ = [
    "add_item",
    "adjourn",
    "approve_minutes",
    "build_agenda",
    "cancel",
    "create",
    "draft_minutes",
    "move_item",
    "note_item",
    "open_meeting",
    "post_agenda",
    "pull_item",
    "remove_item",
    "set_attendance",
    "update",
]


def create(
    user: ckan_model.User, starts_at: dt.datetime | None, details: Mapping[str, Any]
) -> Meeting:
    """Plan a meeting, on the next free day of the policy's schedule where none is given.

    `details` may have `title`, `ends_at`, `location` and `online_url`.
    """
    ckan_model.Session.rollback()
    policy = rules.in_force()
    starts = starts_at or _next_free_day(policy)
    row = Meeting(
        title=details.get("title") or policy.committee,
        starts_at=starts,
        ends_at=details.get("ends_at") or starts + policy.duration,
        location=details.get("location") or policy.location,
        online_url=details.get("online_url") or "",
        state=MeetingState.PLANNED.value,
        called_by=user.id,
    )
    _check_times(row)
    ckan_model.Session.add(row)
    ckan_model.Session.flush()
    _audit("meeting_planned", row, user, starts_at=row.starts_at.isoformat())
    ckan_model.Session.commit()
    return row


def update(number: int, user: ckan_model.User, details: Mapping[str, Any]) -> Meeting:
    """Change time, place or title; once the agenda is posted the public has its notice again."""
    row = _locked(number)
    states.check("change the meeting", MeetingState(row.state))
    before = row.starts_at
    for field in ("title", "starts_at", "ends_at", "location", "online_url"):
        if details.get(field) is not None:
            setattr(row, field, details[field])
    if row.starts_at != before and details.get("ends_at") is None:
        row.ends_at += row.starts_at - before
    _check_times(row)
    if row.state == MeetingState.AGENDA_POSTED.value:
        row.good_cause = _checked_notice(row, str(details.get("good_cause") or ""))
        _tell(row)
    _audit("meeting_changed", row, user, starts_at=row.starts_at.isoformat())
    return _saved(row)


def cancel(number: int, user: ckan_model.User, reason: str) -> Meeting:
    """Call a meeting off; its requests wait for the next one."""
    row = _locked(number)
    if not reason.strip():
        raise ConflictError("Say why: the public reads the reason.", field="reason")
    was_posted = row.state == MeetingState.AGENDA_POSTED.value
    _move(row, "cancel")
    row.cancel_reason = reason.strip()
    if was_posted:
        _tell(row)
    _audit("meeting_cancelled", row, user, reason=row.cancel_reason)
    return _saved(row)


def build_agenda(number: int, user: ckan_model.User) -> Meeting:
    """Put on the agenda what waits for the committee, and the minutes that wait for approval."""
    row = _locked(number)
    states.check("change the agenda", MeetingState(row.state))
    items = reading.agenda(row.id)
    known = {i.request_id for i in items if i.request_id}
    added = [
        _add(row, proposed.section, request_id=proposed.request_id)
        for proposed in build(reading.queue(), known)
    ]
    titles = {i.title for i in items}
    added += [
        _add(row, Section.OTHER, title=title)
        for title in map(_minutes_title, _with_draft_minutes())
        if title not in titles
    ]
    _audit("agenda_built", row, user, items=[i.request_id or i.title for i in added])
    return _saved(row)


def add_item(number: int, user: ckan_model.User, item: Mapping[str, Any]) -> Meeting:
    """Add a request in review, by `request` (its number), or a matter by its `title`.

    `section`, `presenter` and `notes` are optional. Raises ConflictError for a request that is
    not before the committee or is on the agenda already.
    """
    row = _locked(number)
    states.check("change the agenda", MeetingState(row.state))
    request = _before_committee(item["request"]) if item.get("request") else None
    section = Section(item.get("section") or ("discussion" if request else "other"))
    if bool(request) == bool(item.get("title")):
        raise ConflictError("Name either a request or a title.", field="title")
    if (section is Section.OTHER) != (request is None):
        raise ConflictError(
            "Requests are for consent or discussion, and everything else is under 'other'.",
            field="section",
        )
    try:
        added = _add(
            row,
            section,
            request_id=request.id if request else None,
            title=item.get("title") or "",
            presenter=item.get("presenter") or "",
            notes=item.get("notes") or "",
        )
    except IntegrityError as error:
        ckan_model.Session.rollback()
        raise ConflictError("This request is on the agenda already.", field="request") from error
    _audit("agenda_item_added", row, user, item=added.request_id or added.title)
    return _saved(row)


def remove_item(number: int, user: ckan_model.User, item_id: str) -> Meeting:
    """Take an item off the agenda."""
    row = _locked(number)
    states.check("change the agenda", MeetingState(row.state))
    item = reading.item(row.id, item_id)
    _audit("agenda_item_removed", row, user, item=item.request_id or item.title)
    ckan_model.Session.delete(item)
    return _saved(row)


def move_item(number: int, user: ckan_model.User, item_id: str, position: int) -> Meeting:
    """Give an item another place in its section, 1 being the first."""
    row = _locked(number)
    states.check("change the agenda", MeetingState(row.state))
    item = reading.item(row.id, item_id)
    section = [i for i in reading.agenda(row.id) if i.section == item.section and i is not item]
    section.insert(max(position, 1) - 1, item)
    for place, other in enumerate(section, start=1):
        other.position = place
    _audit("agenda_item_moved", row, user, item=item.request_id or item.title, position=position)
    return _saved(row)


def pull_item(number: int, user: ckan_model.User, item_id: str) -> Meeting:
    """Take a request out of the consent agenda, so that it is discussed and voted on alone."""
    row = _locked(number)
    states.check("pull an item from consent", MeetingState(row.state))
    item = reading.item(row.id, item_id)
    if item.section != Section.CONSENT.value:
        raise ConflictError("This item is not on the consent agenda.")
    item.section = Section.DISCUSSION.value
    item.position = _last_position(row, Section.DISCUSSION) + 1
    _audit("agenda_item_pulled", row, user, item=item.request_id)
    return _saved(row)


def note_item(number: int, user: ckan_model.User, item_id: str, notes: str) -> Meeting:
    """Write down what was said or decided on an item, for the minutes."""
    row = _locked(number)
    states.check("write notes", MeetingState(row.state))
    item = reading.item(row.id, item_id)
    item.notes = notes.strip()
    _audit("agenda_item_noted", row, user, item=item.request_id or item.title)
    return _saved(row)


def post_agenda(number: int, user: ckan_model.User, good_cause: str) -> Meeting:
    """Show the agenda to the public, with what was added since it was posted before.

    Raises ConflictError when it is too late for the policy's notice and no `good_cause` is
    given: a written reason, which the minutes state (RSMo 610.020.4).
    """
    row = _locked(number)
    items = [i for i in reading.agenda(row.id) if not i.posted_at]
    states.check("post the agenda", MeetingState(row.state))
    if not items:
        raise ConflictError(
            "Everything on this agenda is posted already."
            if row.agenda_posted_at
            else "There is nothing on this agenda yet, so there is nothing to post."
        )
    row.good_cause = _checked_notice(row, good_cause)
    moment = clock.now()
    row.agenda_posted_at = row.agenda_posted_at or moment
    for item in items:
        item.posted_at = moment
    _move(row, "post the agenda")
    _tell(row)
    _audit(
        "agenda_posted",
        row,
        user,
        items=[i.request_id or i.title for i in items],
        good_cause=row.good_cause,
    )
    return _saved(row)


def open_meeting(number: int, user: ckan_model.User) -> Meeting:
    """Call the meeting to order, and note who the members are and how many must be present."""
    row = _locked(number)
    transition = states.check("open", MeetingState(row.state))
    if clock.now() < row.starts_at:
        raise ConflictError("This meeting cannot be opened before the time it was announced for.")
    voting = [p for p in reading.committee() if p["office"] in permissions.VOTING_OFFICES]
    row.members = [{key: p[key] for key in ("user_id", "name", "office")} for p in voting]
    row.quorum = required_quorum(len(voting), rules.in_force().quorum)
    row.opened_at = clock.now()
    assert transition.target, "opening leads to another state"
    _move(row, "open")
    _audit("meeting_opened", row, user, members=[p["user_id"] for p in voting], quorum=row.quorum)
    return _saved(row)


def set_attendance(
    number: int,
    user: ckan_model.User,
    member_id: str,
    presence: Presence,
    arrived_at: dt.datetime | None,
    left_at: dt.datetime | None,
) -> Meeting:
    """Record whether a member takes part, and when they came late or left early."""
    row = _locked(number)
    states.check("record attendance", MeetingState(row.state))
    if member_id not in {m["user_id"] for m in row.members}:
        raise ConflictError("Only members of the committee have an attendance.", field="member")
    if presence is not Presence.PRESENT and (arrived_at or left_at):
        raise ConflictError(
            "Somebody who is not present neither arrived nor left.", field="presence"
        )
    if arrived_at and left_at and left_at < arrived_at:
        raise ConflictError("Nobody leaves before arriving.", field="left_at")
    found = ckan_model.Session.get(Attendance, (row.id, member_id))
    if not found:
        found = Attendance(meeting_id=row.id, user_id=member_id)
        ckan_model.Session.add(found)
    found.presence, found.arrived_at, found.left_at = presence.value, arrived_at, left_at
    _audit("attendance", row, user, member=member_id, presence=presence.value)
    return _saved(row)


def adjourn(number: int, user: ckan_model.User) -> Meeting:
    """End the meeting; votes that are being recorded are waited for."""
    row = _locked(number)
    _move(row, "adjourn")
    row.adjourned_at = clock.now()
    _audit("meeting_adjourned", row, user)
    return _saved(row)


def draft_minutes(number: int, user: ckan_model.User, notes: str) -> Meeting:
    """Draft the minutes from the record; again makes a new version, the old one stays."""
    row = _locked(number)
    states.check("draft the minutes", MeetingState(row.state))
    content = drafting.draft(reading.record(row), notes)
    before = reading.latest_minutes(row.id)
    minutes = Minutes(
        meeting_id=row.id,
        version=before.version + 1 if before else 1,
        content=content,
        content_hash=content_hash(content),
        drafted_by=user.id,
    )
    ckan_model.Session.add(minutes)
    _move(row, "draft the minutes")
    _audit("minutes_drafted", row, user, version=minutes.version, content_hash=minutes.content_hash)
    return _saved(row)


def approve_minutes(
    number: int, user: ckan_model.User, version: int, at_meeting: int | None
) -> Meeting:
    """Approve and publish exactly this version of the minutes.

    It is approved in the meeting `at_meeting`, which is in session, or by somebody other than
    who drafted it.
    """
    row = _locked(number)
    states.check("approve the minutes", MeetingState(row.state))
    minutes = reading.latest_minutes(row.id)
    assert minutes, "drafted minutes have a version"
    if minutes.version != version:
        raise ConflictError(
            f"Version {minutes.version} of these minutes is the newest. Read it, then approve it.",
            field="version",
        )
    if at_meeting is not None:
        at = reading.meeting(at_meeting)
        if at.id == row.id or at.state != MeetingState.IN_SESSION.value:
            raise ConflictError(
                f"Meeting {at_meeting} is not in session, so it cannot approve minutes.",
                field="at_meeting",
            )
    elif minutes.drafted_by == user.id:
        raise RefusedError(
            "You drafted these minutes, so somebody else approves them, or a meeting in session."
        )
    row.minutes_seq = minutes.seq
    row.minutes_approved_at = clock.now()
    row.minutes_approved_by = user.id
    row.minutes_approved_at_meeting = at_meeting
    _move(row, "approve the minutes")
    _audit(
        "minutes_approved",
        row,
        user,
        version=version,
        at_meeting=at_meeting,
        content_hash=minutes.content_hash,
    )
    return _saved(row)


def _locked(number: int) -> Meeting:
    """Begin a new transaction and return the meeting, locked until it ends."""
    ckan_model.Session.rollback()
    row = ckan_model.Session.execute(
        select(Meeting).where(Meeting.number == number).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar()
    if not row:
        raise tk.ObjectNotFound(tk._("There is no such meeting."))
    return row


def _saved(row: Meeting) -> Meeting:
    """Commit the change, which calendars learn of by a higher number."""
    row.sequence += 1
    row.changed_at = clock.now()
    ckan_model.Session.commit()
    outbox.wake()
    return row


def _move(row: Meeting, name: str) -> None:
    transition = states.check(name, MeetingState(row.state))
    assert transition.target, f"'{name}' leads to another state"
    row.state = transition.target.value


def _audit(event: str, row: Meeting, user: ckan_model.User, **data: Any) -> None:
    ckan_model.Session.flush()
    audit.append(event, row.id, user.id, meeting=row.number, **data)


def _tell(row: Meeting) -> None:
    """Mail every member and the secretary; the mail says nothing of what is on the agenda."""
    for person in reading.committee():
        outbox.add("meeting_mail", user_id=person["user_id"], number=row.number)


def _check_times(row: Meeting) -> None:
    if row.starts_at <= clock.now():
        raise ConflictError("A meeting is planned for a time to come.", field="starts_at")
    if row.ends_at <= row.starts_at:
        raise ConflictError("A meeting ends after it starts.", field="ends_at")


def _checked_notice(row: Meeting, good_cause: str) -> str:
    """Return the good cause for posting late, empty where the notice is long enough."""
    policy = rules.in_force()
    last = notice.latest(row.starts_at, policy.notice_hours, policy.holidays)
    if clock.now() <= last:
        return ""
    if good_cause.strip():
        return good_cause.strip()
    raise ConflictError(
        f"Notice of this meeting had to be given by {last:%Y-%m-%d %H:%M}: {policy.notice_hours:g} "
        "hours before it starts, weekends and holidays not counted. Choose a later time, or give "
        "the good cause for shorter notice, which the minutes will state.",
        field="good_cause",
    )


def _next_free_day(policy: rules.MeetingRules) -> dt.datetime:
    taken = {m.starts_at for m in reading.meetings() if m.state != MeetingState.CANCELLED.value}
    days = policy.next_dates(clock.now(), len(taken) + 1)
    free = [day for day in days if day not in taken]
    if not free:
        raise ConflictError(
            "The policy has no regular days for meetings; give a time.", field="starts_at"
        )
    return free[0]


def _add(row: Meeting, section: Section, **fields: Any) -> AgendaItem:
    item = AgendaItem(
        meeting_id=row.id,
        section=section.value,
        position=_last_position(row, section) + 1,
        **fields,
    )
    ckan_model.Session.add(item)
    ckan_model.Session.flush()
    return item


def _last_position(row: Meeting, section: Section) -> int:
    places = (i.position for i in reading.agenda(row.id) if i.section == section.value)
    return max(places, default=0)


def _before_committee(number: int) -> ChangeRequest:
    request = ckan_model.Session.execute(
        select(ChangeRequest).where(ChangeRequest.number == number)
    ).scalar()
    if not request or request.state != State.IN_REVIEW.value:
        raise ConflictError(
            f"Request {number} is not before the committee, so it cannot be on an agenda.",
            field="request",
        )
    return request


def _with_draft_minutes() -> list[int]:
    return [m.number for m in reading.meetings() if m.state == MeetingState.MINUTES_DRAFTED.value]


def _minutes_title(number: int) -> str:
    return tk._("Approval of the minutes of meeting {number}").format(number=number)
