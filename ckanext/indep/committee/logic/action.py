"""The actions of the committee: its calendar, agendas, meetings and minutes.

What may not happen now is answered with ValidationError (409) and one sentence that says what
is possible. Everything that changes something returns the meeting as ``indep_meeting_show``
gives it to those who prepare it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.committee import clock, reading, rules, service, shown, voting
from ckanext.indep.committee.logic import schema
from ckanext.indep.committee.model import Meeting
from ckanext.indep.committee.states import Presence
from ckanext.indep.governance.approving.votes import Ballot
from ckanext.indep.governance.logic import answers

__all__ = [
    "indep_agenda_build",
    "indep_agenda_item_add",
    "indep_agenda_item_move",
    "indep_agenda_item_note",
    "indep_agenda_item_pull",
    "indep_agenda_item_remove",
    "indep_agenda_post",
    "indep_attendance_set",
    "indep_committee_show",
    "indep_meeting_adjourn",
    "indep_meeting_cancel",
    "indep_meeting_consent_record",
    "indep_meeting_create",
    "indep_meeting_list",
    "indep_meeting_open",
    "indep_meeting_show",
    "indep_meeting_update",
    "indep_meeting_vote_record",
    "indep_minutes_approve",
    "indep_minutes_draft",
    "indep_minutes_show",
]

Data = dict[str, Any]
Step = Callable[[int, ckan_model.User, Data], Meeting]
"""What is done in the meeting of this number, by whom, with which checked input."""
Action = Callable[[Any, Data], Data]

REGULAR_DATES = 6
LISTS = frozenset({"votes", "revisions"})


def _changes(make_schema: Callable[[], Any]) -> Callable[[Step], Action]:
    """Make an action of a step of a meeting: check input and permission, answer the meeting."""

    def make(step: Step) -> Action:
        @functools.wraps(step)
        def action(context: Any, data_dict: Data) -> Data:
            data = _checked(make_schema(), context, data_dict)
            tk.check_access(step.__name__, context, data)
            user = answers.user_of(context)
            return _done(lambda: step(data["number"], user, data))

        return action

    return make


@tk.side_effect_free
def indep_committee_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return who sits in the committee, and its next regular days.

    :returns: ``name``, ``members`` (each with ``name``, ``office``, ``starts_on``, ``ends_on``),
        ``notice_hours`` and ``regular_dates``, from the policy's rule, holidays left out
    """
    tk.check_access("indep_committee_show", context, data_dict)
    policy = rules.in_force()
    return {
        "name": policy.committee,
        "members": [
            {key: person[key] for key in ("name", "office", "starts_on", "ends_on")}
            for person in reading.committee()
        ],
        "notice_hours": policy.notice_hours,
        "regular_dates": [day.isoformat() for day in policy.next_dates(clock.now(), REGULAR_DATES)],
    }


@tk.side_effect_free
def indep_meeting_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the meetings in the order of time: when, where, and how far they are.

    :param which: ``coming`` (not over yet), ``past`` or ``all`` (default)
    """
    data = _checked(schema.listing(), context, data_dict)
    tk.check_access("indep_meeting_list", context, data)
    which, present = data.get("which") or "all", clock.now()
    return [
        shown.summary(row)
        for row in reading.meetings()
        if which == "all" or (row.ends_at > present and not row.adjourned_at) == (which == "coming")
    ]


@tk.side_effect_free
def indep_meeting_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one meeting with its posted agenda and approved minutes.

    A dataset that is not released is told by its request's number, kind and department only.
    Who holds an office in the committee or audits it reads titles, attendance, votes and
    what is not posted or approved yet, too.

    :param number: the meeting's number
    """
    data = _checked(schema.meeting(), context, data_dict)
    tk.check_access("indep_meeting_show", context, data)
    row = reading.meeting(data["number"])
    return shown.for_staff(row) if _reads_all(context) else shown.for_public(row)


@tk.side_effect_free
def indep_minutes_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the approved minutes of a meeting; the committee reads the newest draft as well.

    :param number: the meeting's number
    :returns: ``version``, ``drafted_by``, ``approved_at``, ``approved_by``, ``content``
    """
    data = _checked(schema.meeting(), context, data_dict)
    tk.check_access("indep_minutes_show", context, data)
    row = reading.meeting(data["number"])
    minutes = shown.minutes_for_staff(row) if _reads_all(context) else shown.minutes_for_public(row)
    if not minutes:
        raise tk.ObjectNotFound(tk._("This meeting has no approved minutes yet."))
    return minutes


def indep_meeting_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Plan a meeting.

    :param starts_at: ISO date and time, in the city's time where it names no zone; the next free
        regular day by default
    :param ends_at: the policy's usual length after the start by default
    :param title: the committee's name by default
    :param location: the policy's usual place by default
    :param online_url: where it can be followed
    """
    data = _checked(schema.details(), context, data_dict)
    tk.check_access("indep_meeting_create", context, data)
    user = answers.user_of(context)
    return _done(lambda: service.create(user, data.get("starts_at"), data))


@_changes(schema.update)
def indep_meeting_update(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Change time, place or title of a meeting that was not held yet.

    Once its agenda is posted, the public has to have its notice of the change as well.

    :param number: the meeting's number
    :param starts_at: optional, as are ``ends_at``, ``title``, ``location``, ``online_url``
    :param good_cause: why the notice is shorter than the policy asks
    """
    return service.update(number, user, data)


@_changes(schema.cancellation)
def indep_meeting_cancel(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Call a meeting off.

    :param number: the meeting's number
    :param reason: why; the public reads it
    """
    return service.cancel(number, user, data["reason"])


@_changes(schema.meeting)
def indep_agenda_build(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Put on the agenda what waits for the committee: low risk for consent, the rest to discuss.

    :param number: the meeting's number
    """
    return service.build_agenda(number, user)


@_changes(schema.agenda_item)
def indep_agenda_item_add(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Put a request or another matter on the agenda.

    :param number: the meeting's number
    :param request: number of a request in review, or else
    :param title: what the matter is called; the public reads it
    :param section: ``consent``, ``discussion`` or ``other``
    :param presenter: who speaks to it
    :param notes: for the committee
    """
    return service.add_item(number, user, data)


@_changes(schema.item)
def indep_agenda_item_remove(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Take an item off the agenda.

    :param number: the meeting's number
    :param item: id of the item
    """
    return service.remove_item(number, user, data["item"])


@_changes(schema.item_place)
def indep_agenda_item_move(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Give an item another place in its section.

    :param number: the meeting's number
    :param item: id of the item
    :param position: 1 for the first place
    """
    return service.move_item(number, user, data["item"], data["position"])


@_changes(schema.item)
def indep_agenda_item_pull(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Take a request out of the consent agenda, to be discussed and voted on alone.

    :param number: the meeting's number
    :param item: id of the item
    """
    return service.pull_item(number, user, data["item"])


@_changes(schema.item_note)
def indep_agenda_item_note(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Write down what was said or decided on an item, for the minutes.

    :param number: the meeting's number
    :param item: id of the item
    :param notes: public with the minutes, but for what is about an unreleased dataset
    """
    return service.note_item(number, user, data["item"], data["notes"])


@_changes(schema.agenda_post)
def indep_agenda_post(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Show the agenda to the public and mail the members; again after something was added.

    :param number: the meeting's number
    :param good_cause: why the notice is shorter than the policy asks; the minutes state it
    """
    return service.post_agenda(number, user, data["good_cause"])


@_changes(schema.meeting)
def indep_meeting_open(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Call a meeting to order, not before the time it was announced for.

    :param number: the meeting's number
    """
    return service.open_meeting(number, user)


@_changes(schema.attendance)
def indep_attendance_set(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Record whether a member takes part in the meeting that is in session.

    :param number: the meeting's number
    :param member: name or id of the member's account
    :param presence: ``present``, ``excused`` or ``absent``
    :param arrived_at: ISO date and time, for who came late
    :param left_at: ISO date and time, for who left early and so votes no more
    """
    return service.set_attendance(
        number,
        user,
        _member(data["member"]),
        Presence(data["presence"]),
        data.get("arrived_at"),
        data.get("left_at"),
    )


def indep_meeting_vote_record(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Record what members voted on a request in the meeting, all at once or one by one.

    :param number: the meeting's number
    :param request: id of the request
    :param revision_id: the revision that the members have read
    :param votes: list of ``member`` (name or id), ``ballot`` (``for``, ``against``, ``abstain``,
        or ``recuse`` with a ``reason``) and ``reason``
    :param moved_by: name or id of who made the motion
    :param seconded_by: name or id of who seconded it
    """
    data = _checked(schema.roll_call(), context, data_dict)
    tk.check_access("indep_meeting_vote_record", context, data)
    if not data.get("votes"):
        raise tk.ValidationError({"votes": [tk._("Name at least one vote.")]})
    motion = voting.Motion(data["request"], data["revision_id"], **_movers(data))
    spoken = [
        voting.Spoken(_member(v["member"]), Ballot(v["ballot"]), v["reason"]) for v in data["votes"]
    ]
    user = answers.user_of(context)
    answers.answer(lambda: voting.roll_call(data["number"], user, motion, spoken))
    return shown.for_staff(reading.meeting(data["number"]))


def indep_meeting_consent_record(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Record the one motion on the consent agenda: a ballot of each member for each request.

    :param number: the meeting's number
    :param revisions: list of ``request`` and ``revision_id`` (ids), what the members have read
    :param votes: list of ``member`` and ``ballot`` of those who did not vote for it; empty or left
        out where all who are present did
    :param moved_by: name or id of who made the motion
    :param seconded_by: name or id of who seconded it
    """
    # CKAN's validation refuses an empty list where it expects one of dictionaries.
    sent = {key: value for key, value in data_dict.items() if key != "votes" or value != []}
    data = _checked(schema.consent(), context, sent)
    tk.check_access("indep_meeting_consent_record", context, data)
    if not data.get("revisions"):
        raise tk.ValidationError({"revisions": [tk._("Name at least one request.")]})
    user = answers.user_of(context)
    spoken = {_member(v["member"]): Ballot(v["ballot"]) for v in data.get("votes") or []}
    revisions = {r["request"]: r["revision_id"] for r in data["revisions"]}
    answers.answer(lambda: voting.consent(data["number"], user, revisions, spoken, **_movers(data)))
    return shown.for_staff(reading.meeting(data["number"]))


@_changes(schema.meeting)
def indep_meeting_adjourn(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """End a meeting.

    :param number: the meeting's number
    """
    return service.adjourn(number, user)


@_changes(schema.draft)
def indep_minutes_draft(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Draft the minutes from the record of the meeting; again makes a new version.

    :param number: the meeting's number
    :param notes: what else was said; the public reads it
    """
    return service.draft_minutes(number, user, data["notes"])


@_changes(schema.approval)
def indep_minutes_approve(number: int, user: ckan_model.User, data: Data) -> Meeting:
    """Approve and publish exactly this version of the minutes.

    :param number: the meeting's number
    :param version: the version that was read
    :param at_meeting: number of the meeting in session that approves; without it, somebody
        other than who drafted them
    """
    return service.approve_minutes(number, user, data["version"], data.get("at_meeting"))


def _checked(rules_of_input: Any, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the checked input; CKAN lets lists pass where one value is meant, this does not."""
    data = answers.validated(rules_of_input, context, data_dict)
    for key, value in data.items():
        if isinstance(value, list | dict) and key not in LISTS:
            raise tk.ValidationError({key: [tk._("A list cannot be here.")]})
    return data


def _done(function: Callable[[], Meeting]) -> dict[str, Any]:
    return shown.for_staff(answers.answer(function))


def _reads_all(context: Any) -> bool:
    try:
        return bool(tk.check_access("indep_committee_read", context, {}))
    except tk.NotAuthorized:
        return False


def _member(name_or_id: str) -> str:
    user = ckan_model.User.get(name_or_id)
    if user is None:
        raise tk.ValidationError({"member": [tk._("There is no such member.")]})
    return user.id


def _movers(data: dict[str, Any]) -> dict[str, str | None]:
    return {
        key: _member(data[key]) if data.get(key) else None for key in ("moved_by", "seconded_by")
    }
