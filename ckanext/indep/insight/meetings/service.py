"""The sole writer of the meetings and of what was agreed in them.

Each function is one unit of work. Who may call them is decided by the actions.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ckan.model as model
import sqlalchemy as sa

from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.insight import service
from ckanext.indep.insight.meetings import book
from ckanext.indep.insight.meetings.given import MeetingGiven
from ckanext.indep.insight.meetings.model import ActionMark, AgreedAction, PerformanceMeeting
from ckanext.indep.insight.meetings.states import ActionState, MeetingState, check_change

__all__ = ["agree", "change", "end", "mark", "plan"]


def plan(given: MeetingGiven, actor: str) -> int:
    """Plan a meeting; returns its number."""
    with service.unit_of_work():
        last = model.Session.scalar(sa.select(sa.func.max(PerformanceMeeting.number))) or 0
        _write(last + 1, 1, given, MeetingState.PLANNED, actor)
        _announce(last + 1, given.is_public, actor)
        return last + 1


def change(number: int, given: MeetingGiven, actor: str) -> bool:
    """Change what is planned; the same again changes nothing (returns False).

    Raises ConflictError if the meeting was held or cancelled.
    """
    with service.unit_of_work():
        before = book.meeting(number)
        check_change(before.state)
        if _plan_of(before) == given:
            return False
        _write(number, before.revision + 1, given, before.state, actor)
        _announce(number, given.is_public or before.is_public, actor)
        return True


def end(number: int, state: MeetingState, note: str, actor: str) -> None:
    """Note that a meeting was held, or that it is cancelled; raises ConflictError once it is."""
    with service.unit_of_work():
        before = book.meeting(number)
        check_change(before.state)
        given = _plan_of(before)
        kept = replace(given, note=note or given.note)
        _write(number, before.revision + 1, kept, state, actor)
        _announce(number, before.is_public, actor)


def agree(number: int, text: str, department: str, assignee: str, due_on: date, actor: str) -> int:
    """Record what a meeting agreed that a department does; returns its id.

    Raises ConflictError for a cancelled meeting, RefusedError for a department that was not
    invited.
    """
    with service.unit_of_work():
        meeting = book.meeting(number)
        if meeting.state is MeetingState.CANCELLED:
            raise ConflictError("This meeting is cancelled: nothing was agreed in it.")
        if department not in meeting.departments:
            raise RefusedError("This department is not in the meeting.", field="department")
        row = AgreedAction(
            meeting=number,
            text=text,
            department=department,
            assignee=assignee,
            due_on=due_on,
            recorded_by=actor,
        )
        model.Session.add(row)
        model.Session.flush()
        return row.id


def mark(action_id: int, state: ActionState, note: str, actor: str) -> bool:
    """Mark something that was agreed; the same mark again changes nothing (returns False)."""
    with service.unit_of_work():
        before = book.action(action_id)
        if (before.state, before.note) == (state, note):
            return False
        model.Session.add(
            ActionMark(action_id=action_id, state=state.value, note=note, marked_by=actor)
        )
        return True


def _plan_of(meeting: book.Meeting) -> MeetingGiven:
    return MeetingGiven(
        meeting.quarter,
        meeting.starts_at,
        meeting.place,
        tuple(sorted(meeting.departments)),
        meeting.is_public,
        meeting.note,
    )


def _write(
    number: int, revision: int, given: MeetingGiven, state: MeetingState, actor: str
) -> None:
    model.Session.add(
        PerformanceMeeting(
            number=number,
            revision=revision,
            quarter=given.quarter.key,
            starts_at=given.starts_at,
            place=given.place,
            departments=sorted(given.departments),
            is_public=given.is_public,
            state=state.value,
            note=given.note,
            changed_by=actor,
        )
    )


def _announce(number: int, is_public: bool, actor: str) -> None:
    """Let the public calendar leave all caches."""
    if is_public:
        service.note_calendar(f"meeting {number}", actor)
