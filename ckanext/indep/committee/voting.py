"""Votes given in a meeting: recorded by its secretary, counted by governance.

While a vote is recorded the meeting and the item are held by a transaction of its own, since
governance commits in the portal's. So nobody adjourns the meeting half-way through, and the
same vote recorded by two people at once is one vote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select
from sqlalchemy.orm import Session

from ckanext.indep.committee import reading, states
from ckanext.indep.committee.model import AgendaItem, Attendance, Meeting
from ckanext.indep.committee.states import MeetingState, Section
from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import requests
from ckanext.indep.governance.approving.votes import Ballot as BallotKind
from ckanext.indep.governance.model import Ballot, ChangeRequest
from ckanext.indep.governance.review import deciding

__all__ = ["Motion", "Spoken", "consent", "roll_call"]


@dataclass(frozen=True)
class Spoken:
    """What a member said when called: the id of the account, the ballot, and why."""

    user_id: str
    ballot: BallotKind
    reason: str = ""


@dataclass(frozen=True)
class Motion:
    """The motion to release exactly this revision; who moved and seconded it, as user ids."""

    request_id: str
    revision_id: str
    moved_by: str | None = None
    seconded_by: str | None = None


def roll_call(
    number: int, secretary: ckan_model.User, motion: Motion, spoken: Sequence[Spoken]
) -> ChangeRequest:
    """Record what members said on a motion, all at once; recording it again changes nothing.

    Raises ConflictError, and records nothing, when the meeting is not in session, the request is
    not on its posted agenda, too few members are present, somebody named is not present, or the
    revision is not the present one.
    """
    with _held(number, motion.request_id) as (meeting, item):
        rows = list(reading.attendance(meeting.id).values())
        here = _checked_room(meeting, rows)
        _check_present(here, spoken, motion)
        new = _not_yet_recorded(meeting, motion, spoken)
        request = _request(motion.request_id)
        if new:
            people = [(_account(s.user_id), s.ballot, s.reason) for s in new]
            request = deciding.roll_call(
                motion.request_id,
                motion.revision_id,
                people,
                cast_by=secretary,
                meeting=meeting.id,
            )
        item.moved_by = motion.moved_by or item.moved_by
        item.seconded_by = motion.seconded_by or item.seconded_by
    return request


def consent(
    number: int,
    secretary: ckan_model.User,
    revisions: Mapping[str, str],
    spoken: Mapping[str, BallotKind],
    moved_by: str | None,
    seconded_by: str | None,
) -> list[ChangeRequest]:
    """Record the one motion that takes the whole consent agenda, a ballot for each request.

    `revisions` names the revision of each request (by id) that the members have read; a request
    that is not named is not voted on. `spoken` is what members said who did not say yes: all
    others who are present, and may vote on a request, voted for it. Requests are decided one by
    one, so that one that was changed meanwhile does not hold up the rest: it is raised at the end.
    """
    row = reading.meeting(number)
    items = [i for i in reading.agenda(row.id) if i.section == Section.CONSENT.value]
    strangers = set(revisions) - {i.request_id for i in items}
    if strangers:
        raise ConflictError("A request that is named is not on the consent agenda.")
    here = reading.present(reading.attendance(row.id).values())
    voters = {i.request_id: _may_vote(i.request_id, here) for i in items if i.request_id}
    decided: list[ChangeRequest] = []
    refused: list[ConflictError] = []
    for request_id, revision_id in revisions.items():
        ballots = [
            Spoken(user_id, spoken.get(user_id, BallotKind.FOR))
            for user_id in sorted(voters[request_id])
        ]
        motion = Motion(request_id, revision_id, moved_by, seconded_by)
        try:
            decided.append(roll_call(number, secretary, motion, ballots))
        except ConflictError as error:
            ckan_model.Session.rollback()
            refused.append(error)
    if refused:
        raise refused[0]
    return decided


@contextmanager
def _held(number: int, request_id: str) -> Iterator[tuple[Meeting, AgendaItem]]:
    """Keep the meeting in session and others from the item, until the votes are recorded."""
    ckan_model.Session.rollback()
    with Session(ckan_model.Session.get_bind()) as hold:
        meeting = hold.execute(
            select(Meeting).where(Meeting.number == number).with_for_update(read=True)
        ).scalar()
        if not meeting:
            raise tk.ObjectNotFound(tk._("There is no such meeting."))
        states.check("record votes", MeetingState(meeting.state))
        item = hold.execute(
            select(AgendaItem)
            .where(
                AgendaItem.meeting_id == meeting.id,
                AgendaItem.request_id == request_id,
                AgendaItem.posted_at.is_not(None),
            )
            .with_for_update()
        ).scalar()
        if not item:
            raise ConflictError(
                "This request is not on the agenda that was posted, so this meeting cannot "
                "vote on it.",
                field="request",
            )
        yield meeting, item
        hold.commit()


def _checked_room(meeting: Meeting, rows: Sequence[Attendance]) -> set[str]:
    """Return who is present; raises ConflictError where they are too few for a vote."""
    here = reading.present(rows)
    needed = meeting.quorum or 0
    if len(here) < needed:
        raise ConflictError(
            f"{len(here)} of {len(meeting.members)} members are present and {needed} are needed, "
            "so no vote can be taken.",
            field="member",
        )
    return here


def _check_present(here: set[str], spoken: Sequence[Spoken], motion: Motion) -> None:
    named = [s.user_id for s in spoken] + [u for u in (motion.moved_by, motion.seconded_by) if u]
    absent = [user_id for user_id in named if user_id not in here]
    if absent:
        who = ", ".join(sorted(reading.names(absent).values()))
        raise ConflictError(f"Not present: {who}. Only who is present can vote.", field="member")
    if motion.moved_by and motion.moved_by == motion.seconded_by:
        raise ConflictError("Nobody seconds an own motion.", field="seconded_by")


def _not_yet_recorded(meeting: Meeting, motion: Motion, spoken: Sequence[Spoken]) -> list[Spoken]:
    """Leave out what is recorded already, word for word."""
    rows = ckan_model.Session.execute(
        select(Ballot)
        .where(
            Ballot.request_id == motion.request_id,
            Ballot.revision_id == motion.revision_id,
            Ballot.meeting_id == meeting.id,
        )
        .order_by(Ballot.seq)
    ).scalars()
    last = {row.user_id: (row.ballot, row.reason) for row in rows}
    return [s for s in spoken if last.get(s.user_id) != (s.ballot.value, s.reason.strip())]


def _may_vote(request_id: str, here: set[str]) -> set[str]:
    """Return who of those present has a vote on the request and did not work on it."""
    electorate = set(_request(request_id).snapshot["electorate"])
    return (here & electorate) - requests.contributors(request_id)


def _request(request_id: str) -> ChangeRequest:
    request = ckan_model.Session.get(ChangeRequest, request_id)
    if not request:
        raise tk.ObjectNotFound(tk._("Request not found"))
    return request


def _account(user_id: str) -> ckan_model.User:
    user = ckan_model.User.get(user_id)
    assert user, "members are never purged"
    return user
