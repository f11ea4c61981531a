"""The dates of a quarter, performance meetings, and what was agreed in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.indep.errors import IndepError
from ckanext.indep.insight import listing, periods, reader, rights
from ckanext.indep.insight import service as record
from ckanext.indep.insight.answers import actor, validated
from ckanext.indep.insight.meetings import (
    book,
    given,
    packet,
    quarters,
    schema,
    service,
    sight,
    telling,
)
from ckanext.indep.insight.meetings.book import Agreed, Meeting
from ckanext.indep.insight.meetings.states import ActionState, MeetingState
from ckanext.indep.insight.periods import Kind

__all__ = [
    "indep_cycle_dates_set",
    "indep_meeting_action_mark",
    "indep_meeting_action_record",
    "indep_performance_meeting_cancel",
    "indep_performance_meeting_create",
    "indep_performance_meeting_hold",
    "indep_performance_meeting_list",
    "indep_performance_meeting_show",
    "indep_performance_meeting_update",
]


def indep_cycle_dates_set(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Set the dates of a quarter's reporting; they are public at once.

    :param period: the quarter, such as ``FY2026 Q1``
    :param data_due: the day on which its figures are due, as ``2026-11-23``
    :param review: the day of their review
    :param council: the day on which the City Council sees them
    :returns: the dates, and ``changed``: false if they were those in force
    """
    tk.check_access("indep_cycle_dates_set", context, data_dict)
    data = validated(schema.period, context, data_dict)
    try:
        quarter = periods.parse(data["period"])
    except periods.PeriodError as error:
        raise tk.ValidationError({"period": [str(error)]}) from error
    if quarter.kind is not Kind.QUARTER:
        raise tk.ValidationError({"period": [f"{quarter.label} is not a quarter."]})
    dates, errors = quarters.read_dates(quarter, data_dict)
    _refuse(errors)
    due, review, council = (dates[name] for name in quarters.DATES)
    before = reader.cycles().get(quarter)
    changed = before is None or (due, review, council) != (
        before.data_due,
        before.review_on,
        before.council_on,
    )
    if changed:
        _told(lambda: record.set_dates(quarter, due, review, council, actor(context)), "period")
    return {
        "period": quarter.key,
        **{name: dates[name].isoformat() for name in quarters.DATES},
        "changed": changed,
    }


def indep_performance_meeting_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Plan a performance meeting.

    :param quarter: the quarter that it is about, such as ``FY2026 Q1``
    :param starts_at: day and time, such as ``2026-11-23T14:00``, in city time
    :param place: where it is
    :param departments: names of the departments that are invited
    :param is_public: whether it stands in the public calendar
    :param note: what the invited should know (optional)
    :returns: the meeting
    """
    tk.check_access("indep_performance_meeting_create", context, data_dict)
    plan, errors = given.meeting(data_dict, _departments())
    _refuse(errors)
    assert plan is not None
    number = service.plan(plan, actor(context))
    telling.meeting_changed(number)
    return _outline(book.meeting(number))


def indep_performance_meeting_update(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change what is planned for a meeting that was not held yet.

    :param id: its number; the other parameters are those of the creation
    :returns: the meeting
    """
    data = validated(schema.one, context, data_dict)
    tk.check_access("indep_performance_meeting_update", context, data)
    number = book.meeting(data["id"]).number
    plan, errors = given.meeting(data_dict, _departments())
    _refuse(errors)
    assert plan is not None
    if _told(lambda: service.change(number, plan, actor(context)), "id"):
        telling.meeting_changed(number)
    return _outline(book.meeting(number))


def indep_performance_meeting_hold(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Note that a meeting was held.

    :param id: its number
    :param note: what should be remembered of it (optional)
    :returns: the meeting
    """
    return _end("indep_performance_meeting_hold", MeetingState.HELD, context, data_dict)


def indep_performance_meeting_cancel(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Cancel a meeting; it stays in the calendar as cancelled.

    :param id: its number
    :param note: why (optional)
    :returns: the meeting
    """
    return _end("indep_performance_meeting_cancel", MeetingState.CANCELLED, context, data_dict)


@tk.side_effect_free
def indep_performance_meeting_list(
    context: Context, data_dict: dict[str, Any]
) -> list[dict[str, Any]]:
    """The meetings of the reader's departments, for the performance office all."""
    tk.check_access("indep_performance_meeting_list", context, data_dict)
    return [_outline(one) for one in book.meetings() if sight.departments(context, one)]


@tk.side_effect_free
def indep_performance_meeting_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """A meeting, and of each department that the reader may see what was agreed.

    :param id: its number
    :returns: the meeting with ``actions``: those of earlier meetings that are open, and its own
    """
    data = validated(schema.one, context, data_dict)
    tk.check_access("indep_performance_meeting_show", context, data)
    meeting = book.meeting(data["id"])
    found = packet.parts(meeting, sight.departments(context, meeting))
    return {
        **_outline(meeting),
        "actions": [_action(one) for part in found for one in (*part.open_before, *part.agreed)],
    }


def indep_meeting_action_record(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Record what a meeting agreed that a department does.

    :param id: the number of the meeting
    :param text: what was agreed
    :param department: the department that does it
    :param assignee: an account of that department (optional)
    :param due_on: by when, as ``2026-11-23``
    :returns: the action
    """
    data = validated(schema.one, context, data_dict)
    tk.check_access("indep_meeting_action_record", context, data)
    meeting = book.meeting(data["id"])
    groups = {
        group.name: group.id
        for group in model.Session.query(model.Group).filter(
            model.Group.id.in_(meeting.departments)
        )
    }
    accounts = {name: _accounts(group_id) for name, group_id in groups.items()}
    found, errors = given.agreed(data_dict, accounts)
    _refuse(errors)
    found["department"] = groups[found["department"]]
    number = _told(
        lambda: service.agree(meeting.number, **found, actor=actor(context)), "department"
    )
    telling.agreed(number)
    return _action(book.action(number))


def indep_meeting_action_mark(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Mark something that was agreed as done, dropped, or open again.

    :param id: its number
    :param state: ``done``, ``dropped`` or ``open``
    :param note: what is to be said about it (optional)
    :returns: the action
    """
    data = validated(schema.mark, context, data_dict)
    tk.check_access("indep_meeting_action_mark", context, data)
    note = str(data.get("note") or "").strip()[: given.LONGEST]
    service.mark(data["id"], ActionState(data["state"]), note, actor(context))
    return _action(book.action(data["id"]))


def _end(
    name: str, state: MeetingState, context: Context, data_dict: dict[str, Any]
) -> dict[str, Any]:
    data = validated(schema.ended, context, data_dict)
    tk.check_access(name, context, data)
    note = str(data.get("note") or "").strip()[: given.LONGEST]
    _told(lambda: service.end(data["id"], state, note, actor(context)), "id")
    telling.meeting_changed(data["id"])
    return _outline(book.meeting(data["id"]))


def _departments() -> dict[str, str]:
    """The departments with measures, with their ids."""
    names = {measure.department for measure in listing.definitions()}
    rows = model.Session.query(model.Group).filter(model.Group.name.in_(names))
    return {row.name: row.id for row in rows}


def _accounts(group_id: str) -> set[str]:
    """The accounts that may act for a department."""
    people = rights.people(group_id, *rights.ENTERS)
    rows = model.Session.query(model.User.name).filter(model.User.id.in_(people))
    return {row.name for row in rows}


def _outline(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": meeting.number,
        "quarter": meeting.quarter.key,
        "starts_at": meeting.starts_at.isoformat(),
        "place": meeting.place,
        "departments": list(meeting.titles),
        "is_public": meeting.is_public,
        "state": meeting.state.value,
        "note": meeting.note,
    }


def _action(one: Agreed) -> dict[str, Any]:
    return {
        "id": one.id,
        "meeting": one.meeting,
        "text": one.text,
        "department": one.title,
        "assignee": one.assignee or None,
        "due_on": one.due_on.isoformat(),
        "state": one.state.value,
        "note": one.note,
    }


def _told(do: Callable[[], Any], field: str) -> Any:
    """Do it; what is refused is said in the API's own errors."""
    try:
        return do()
    except IndepError as error:
        raise tk.ValidationError({field: [error.message]}) from error


def _refuse(errors: dict[str, list[str]]) -> None:
    if errors:
        raise tk.ValidationError(cast("dict[str, Any]", errors))
