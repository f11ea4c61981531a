"""Tells those invited of meetings, and whoever owes what was agreed; sent after the commit."""

from __future__ import annotations

from datetime import timedelta

import ckan.model as model

from ckanext.indep import city_time, events
from ckanext.indep.insight import rights
from ckanext.indep.insight.meetings import book
from ckanext.indep.insight.meetings.book import Agreed
from ckanext.indep.insight.meetings.states import ActionState, MeetingState

__all__ = ["agreed", "meeting_changed", "on_tick"]

DAYS_BEFORE = 7


def meeting_changed(number: int) -> None:
    """Tell the departments of a meeting how it stands now."""
    meeting = book.meeting(number)
    if meeting.state is MeetingState.HELD:
        return
    local = meeting.starts_at.astimezone(city_time.ZONE)
    when = f"{local:%B} {local.day} at {local:%H:%M}"
    is_off = meeting.state is MeetingState.CANCELLED
    text = f"The performance meeting on {meeting.quarter.label} is " + (
        "cancelled" if is_off else f"on {when}"
    )
    events.notice.send(
        "meeting_cancelled" if is_off else "meeting_planned",
        subject=str(number),
        period=str(meeting.revision),
        user_ids={
            user
            for department in meeting.departments
            for user in rights.people(department, *rights.ENTERS)
        },
        text=text,
        path=f"/insight/staff/meeting/{number}",
    )


def agreed(action_id: int) -> None:
    """Tell whoever is to do it what was agreed."""
    action = book.action(action_id)
    day = f"{action.due_on:%B} {action.due_on.day}"
    _tell("action_agreed", action, f"A performance meeting agreed on something to do by {day}")


def on_tick(sender: object = None, **_more: object) -> None:
    """Remind of what was agreed and is due within a week, and of what is late."""
    today = city_time.today()
    for action in book.actions():
        if action.state is not ActionState.OPEN:
            continue
        day = f"{action.due_on:%B} {action.due_on.day}"
        if action.is_late(today):
            _tell("action_late", action, f"What a performance meeting agreed was due on {day}")
        elif today >= action.due_on - timedelta(days=DAYS_BEFORE):
            _tell("action_due", action, f"What a performance meeting agreed is due on {day}")


def _tell(kind: str, action: Agreed, text: str) -> None:
    user = model.User.get(action.assignee) if action.assignee else None
    events.notice.send(
        kind,
        subject=str(action.id),
        period=action.due_on.isoformat(),
        user_ids={user.id} if user else rights.people(action.department, *rights.ENTERS),
        text=text,
        path=f"/insight/staff/meeting/{action.meeting}",
    )
