"""What the committee does: meetings, delegations, terms that end, ratifications, conditions."""

from __future__ import annotations

import datetime as dt
import random

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.indep import city_time
from ckanext.indep.committee.model import AgendaItem, Meeting
from ckanext.indep.governance.model import ChangeRequest, Condition, Delegation
from tests.governance.conftest import act
from tests.governance.machine.town import Town, fresh, picked

__all__ = ["condition", "delegation", "full_committee", "meeting", "ratify", "term"]


def condition(town: Town, chance: random.Random) -> None:
    """Have somebody meet or withdraw a condition, whoever it is."""
    known = fresh(
        sa.select(Condition.id)
        .where(Condition.request_id.in_([r.id for r in town.open_requests()]))
        .order_by(Condition.set_at)
    )
    which = picked(known, chance)
    action = chance.choice(["indep_condition_meet", "indep_condition_withdraw"])
    who = chance.choice([town.people.city.members[0], *town.people.everybody])
    if which:
        town.do(who, action, id=which, note="Seen.")


def ratify(town: Town, chance: random.Random) -> None:
    """Have the members vote on what one person did at once."""
    found = picked(town.pending_ratifications(), chance)
    ballots = [chance.choice(["for", "for", "against"]) for _member in town.people.city.members]
    if found is None:
        return
    town.touched |= {found.package_id}
    for who, ballot in zip(town.people.city.members, ballots, strict=True):
        if found.id in {row.id for row in town.pending_ratifications()}:
            town.do(who, "indep_ratification_vote", id=found.id, ballot=ballot)


def delegation(town: Town, chance: random.Random) -> None:
    """Lend a vote, use one that was lent, or take it back."""
    members = town.people.city.members
    turn, until = chance.random(), city_time.today() + dt.timedelta(days=1)
    who, to = chance.sample(members, 2)
    lent = [(member, row) for member in members for row in _delegations(member) if not row["mine"]]
    if not lent:
        sent = {"to": to, "ends_on": until.isoformat(), "reason": "On leave."}
        town.do(who, "indep_delegation_create", **sent)
        return
    delegate, row = lent[0]
    waiting = [r for r in town.open_requests() if r.state == "in_review"]
    request = picked(waiting, chance)
    if turn < 0.3 or request is None:
        town.do(delegate if turn < 0.9 else who, "indep_delegation_end", id=row["id"])
        return
    town.touch(request)
    principal = _name_of(row["id"])
    sent = {"id": request.id, "revision_id": request.revision_id, "on_behalf_of": principal}
    ballot = chance.choice(["for", "for", "against"])
    town.do(delegate, "indep_request_vote", ballot=ballot, **sent)


def term(town: Town, chance: random.Random) -> None:
    """End a member's term before its time, or fill the seat again."""
    admin, missing = town.people.city.admin, _missing(town)
    leaving = chance.choice(town.people.city.members[1:])
    if missing:
        town.do(admin, "indep_appointment_create", user=missing[0], office="member")
        return
    for row in act("", "indep_appointment_list"):
        if row["office"] == "member" and row["name"] == _shown(leaving):
            sent = {"id": row["id"], "reason": "Left the city's service."}
            town.do(admin, "indep_appointment_end", **sent)


def full_committee(town: Town) -> None:
    """Fill all seats again, for the next walk."""
    for name in _missing(town):
        act(town.people.city.admin, "indep_appointment_create", user=name, office="member")


def meeting(town: Town, chance: random.Random) -> None:
    """Take the committee's meeting one stage further."""
    secretary, chair = town.people.secretary, town.people.city.members[0]
    held: list[Meeting] = fresh(
        sa.select(Meeting)
        .where(Meeting.state.not_in(["minutes_approved", "cancelled"]))
        .order_by(Meeting.number)
    )
    if not held:
        starts = town.people.clock.moment + dt.timedelta(days=8)
        made = town.do(secretary, "indep_meeting_create", starts_at=starts.isoformat())
        assert made, "a secretary may plan a meeting"
        _post(town, made["number"])
        return
    row = held[0]
    number, state = row.number, row.state
    if state == "agenda_posted":
        _bring_one(town, chance)
        _post(town, number)
        town.people.clock.turn_to(row.starts_at)
        town.do(secretary, "indep_meeting_open", number=number)
        for member in town.people.city.members:
            presence = chance.choice(["present"] * 7 + ["excused"])
            sent = {"number": number, "member": member, "presence": presence}
            town.do(secretary, "indep_attendance_set", **sent)
        _pull_one(town, chance, row)
        _consent(town, chance, row)
        _roll_calls(town, chance, row)
    elif state == "in_session":
        _consent(town, chance, row)
        _roll_calls(town, chance, row)
        if chance.random() < 0.7:
            town.do(secretary, "indep_meeting_adjourn", number=number)
    elif state == "adjourned":
        town.do(secretary, "indep_minutes_draft", number=number, notes="So it was.")
    else:
        who = chair if chance.random() < 0.8 else secretary
        town.do(who, "indep_minutes_approve", number=number, version=1)


def _bring_one(town: Town, chance: random.Random) -> None:
    """Have one request come before the committee, if one can."""
    city = town.people.city
    waiting = [r for r in town.open_requests() if r.state in ("draft", "submitted")]
    request = picked(waiting, chance)
    if request is None:
        return
    town.touch(request)
    if request.state == "draft":
        town.do(town.opener(request), "indep_request_submit", id=request.id)
        request = town.request(request.id)
    if request.state == "submitted":
        sent = {"id": request.id, "revision_id": request.revision_id}
        town.do(city.owner, "indep_request_decide", **sent)


def _post(town: Town, number: int) -> None:
    secretary = town.people.secretary
    built = town.do(secretary, "indep_agenda_build", number=number)
    if built is not None and not built["agenda"]:
        town.do(secretary, "indep_agenda_item_add", number=number, title="Holidays")
    town.do(secretary, "indep_agenda_post", number=number)


def _pull_one(town: Town, chance: random.Random, row: Meeting) -> None:
    """Have one request discussed and voted on alone, in half of the meetings."""
    items = fresh(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == row.id, AgendaItem.section == "consent")
        .order_by(AgendaItem.position)
    )
    item = picked(items, chance)
    if item is not None and chance.random() < 0.5:
        who = town.people.of_role(chance.choice(["member", "secretary"]), chance)
        town.do(who, "indep_agenda_item_pull", number=row.number, item=item.id)


def _consent(town: Town, chance: random.Random, row: Meeting) -> None:
    requests = _before(town, row, "consent")
    if not requests:
        return
    against = chance.choice(town.people.city.members)
    votes = [{"member": against, "ballot": "against"}] if chance.random() < 0.3 else []
    revisions = [{"request": r.id, "revision_id": r.revision_id} for r in requests]
    for request in requests:
        # One that fails does not hold up the rest, so that a refusal may have recorded some.
        for member in town.people.city.members:
            ballot = "against" if votes and member == against else "for"
            town.note_ballot(request.id, request.revision_id, member, ballot)
    sent = {"number": row.number, "revisions": revisions} | ({"votes": votes} if votes else {})
    town.do(town.people.secretary, "indep_meeting_consent_record", **sent)


def _roll_calls(town: Town, chance: random.Random, row: Meeting) -> None:
    for request in _before(town, row, "discussion"):
        votes = [
            {"member": member, "ballot": chance.choice(["for", "for", "for", "against", "abstain"])}
            for member in _present(town, row.number)
        ]
        if not votes:
            continue
        sent = {"number": row.number, "request": request.id, "votes": votes}
        request_id, revision_id = request.id, request.revision_id
        done = town.do(
            town.people.secretary, "indep_meeting_vote_record", revision_id=revision_id, **sent
        )
        if done is not None:
            for vote in votes:
                town.note_ballot(request_id, revision_id, vote["member"], vote["ballot"])


def _before(town: Town, row: Meeting, section: str) -> list[ChangeRequest]:
    """Return the walk's requests in that section of the posted agenda that wait for a vote."""
    on_agenda = set(
        ckan_model.Session.execute(
            sa.select(AgendaItem.request_id).where(
                AgendaItem.meeting_id == row.id,
                AgendaItem.section == section,
                AgendaItem.posted_at.is_not(None),
            )
        ).scalars()
    )
    found = [r for r in town.open_requests() if r.id in on_agenda and r.state == "in_review"]
    for request in found:
        town.touch(request)
    return found


def _present(town: Town, number: int) -> list[str]:
    noted: dict[str, str] = {}
    for entry in town.journal.accepted("indep_attendance_set"):
        if entry.sent["number"] == number:
            noted[entry.sent["member"]] = entry.sent["presence"]
    return [member for member, presence in noted.items() if presence == "present"]


def _missing(town: Town) -> list[str]:
    seated = {row["name"] for row in act("", "indep_appointment_list")}
    return [name for name in town.people.city.members[1:] if _shown(name) not in seated]


def _delegations(member: str) -> list[dict[str, object]]:
    try:
        return act(member, "indep_delegation_list")
    except tk.NotAuthorized:
        return []


def _name_of(delegation_id: object) -> str:
    """Return the name of the account whose vote was lent."""
    row = ckan_model.Session.get(Delegation, delegation_id)
    user = row and ckan_model.User.get(row.from_user)
    assert user
    return user.name


def _shown(name: str) -> str:
    user = ckan_model.User.get(name)
    assert user
    return user.display_name
