"""What the actions of the committee allow, refuse, and keep to themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ckanext.indep.committee import handlers
from ckanext.indep.committee.logic import auth
from ckanext.indep.governance.model import Outbox
from tests.committee.conftest import (
    MEETING_DAY,
    Clock,
    Committee,
    act,
    attend,
    item_of,
    plan,
    roll,
    user_id,
)

Make = Callable[..., dict[str, Any]]

PUBLIC = {
    "indep_committee_show",
    "indep_meeting_list",
    "indep_meeting_show",
    "indep_minutes_show",
}
READERS = {"chair", "member", "secretary", "auditor", "sysadmin"}
ALLOWED = {
    **{action: {"chair", "secretary"} for action in auth.__all__},
    **{action: READERS | {"anonymous", "outsider", "steward", "owner"} for action in PUBLIC},
    "indep_committee_read": READERS,
    "indep_agenda_item_pull": {"chair", "member", "secretary"},
}


BAD_DETAILS: list[tuple[dict[str, Any], str]] = [
    ({"starts_at": "soon"}, "starts_at"),
    ({"starts_at": "2026-01-01T10:00"}, "starts_at"),
    ({"starts_at": "99999-01-01T10:00"}, "starts_at"),
    ({"starts_at": "2027-01-20T14:00", "ends_at": "2027-01-20T13:00"}, "ends_at"),
    ({"online_url": "javascript:alert(1)"}, "online_url"),
    ({"title": "x" * 301}, "title"),
    ({"location": "a\0b"}, "location"),
    ({"ends_at": []}, "ends_at"),
]
NO_NUMBERS: list[Any] = [None, "", "x", -1, 1.5, 10**20, True, [1], {"a": 1}, "٣"]
NO_ITEMS: list[tuple[dict[str, Any], str]] = [
    ({}, "Name either a request or a title"),
    ({"title": "Holidays", "section": "consent"}, "Requests are for consent"),
    ({"request": 9999}, "Request 9999 is not before the committee"),
]


class TestPermissions:
    def test_each_action_for_each_role(self, committee: Committee) -> None:
        people = {
            "anonymous": "",
            "outsider": committee.city.outsider,
            "steward": committee.city.steward,
            "owner": committee.city.owner,
            "member": committee.members[1],
            "chair": committee.chair,
            "secretary": committee.secretary,
            "auditor": committee.auditor,
            "sysadmin": committee.city.admin,
        }
        found = {
            action: {role for role, name in people.items() if _may(action, name)}
            for action in auth.__all__
        }
        assert found == ALLOWED


def _may(action: str, name: str) -> bool:
    context: Any = {"user": name, "auth_user_obj": ckan_model.User.get(name), "ignore_auth": False}
    try:
        return bool(tk.check_access(action, context, {}))
    except tk.NotAuthorized:
        return False


class TestPlanning:
    def test_the_next_regular_day_that_is_free(self, committee: Committee) -> None:
        first = act(committee.secretary, "indep_meeting_create")
        second = act(committee.secretary, "indep_meeting_create")
        assert first["starts_at"] == "2027-01-20T14:00:00-06:00"
        assert second["starts_at"] == "2027-02-17T14:00:00-06:00"
        assert first["ends_at"] == "2027-01-20T15:00:00-06:00"
        assert first["location"] == "City Hall"

    def test_bad_input_is_refused_by_field(self, committee: Committee) -> None:
        before = act("", "indep_meeting_list")
        for details, field in BAD_DETAILS:
            with pytest.raises(tk.ValidationError) as refused:
                act(committee.secretary, "indep_meeting_create", **details)
            assert set(refused.value.error_dict) == {field}, details
        assert act("", "indep_meeting_list") == before

    def test_a_changed_time_moves_the_end_too(self, committee: Committee) -> None:
        number = plan(committee)["number"]
        changed = act(
            committee.secretary,
            "indep_meeting_update",
            number=number,
            starts_at="2027-01-21T10:00",
        )
        assert changed["ends_at"] == "2027-01-21T11:00:00-06:00"
        assert changed["sequence"] > 0

    def test_a_cancelled_meeting_says_why_and_stays(self, committee: Committee) -> None:
        number = plan(committee)["number"]
        with pytest.raises(tk.ValidationError, match="Say why"):
            act(committee.secretary, "indep_meeting_cancel", number=number)
        act(committee.secretary, "indep_meeting_cancel", number=number, reason="Snow.")
        shown = act("", "indep_meeting_show", number=number)
        assert (shown["state"], shown["cancel_reason"]) == ("cancelled", "Snow.")
        with pytest.raises(tk.ValidationError, match="is cancelled, so one cannot open"):
            act(committee.secretary, "indep_meeting_open", number=number)

    def test_what_is_no_number(self, committee: Committee) -> None:
        for number in NO_NUMBERS:
            for action in ("indep_meeting_show", "indep_meeting_open", "indep_minutes_approve"):
                with pytest.raises(tk.ValidationError):
                    act(committee.secretary, action, number=number)

    def test_no_such_meeting(self, committee: Committee) -> None:
        with pytest.raises(tk.ObjectNotFound):
            act("", "indep_meeting_show", number=999)
        with pytest.raises(tk.ObjectNotFound):
            act(committee.secretary, "indep_meeting_open", number=999)


class TestAgenda:
    def test_items_are_added_moved_noted_and_removed(
        self, committee: Committee, in_review: Make
    ) -> None:
        request = in_review()
        secretary, number = committee.secretary, plan(committee)["number"]
        act(secretary, "indep_agenda_item_add", number=number, title="Holidays")
        act(secretary, "indep_agenda_item_add", number=number, title="Budget")
        added = act(secretary, "indep_agenda_item_add", number=number, request=request["number"])
        assert [i["title"] for i in added["agenda"]] == ["Pothole repairs", "Holidays", "Budget"]
        last = added["agenda"][2]["id"]
        moved = act(secretary, "indep_agenda_item_move", number=number, item=last, position=1)
        assert [i["title"] for i in moved["agenda"]] == ["Pothole repairs", "Budget", "Holidays"]
        noted = act(secretary, "indep_agenda_item_note", number=number, item=last, notes="Fine.")
        assert noted["agenda"][1]["notes"] == "Fine."
        left = act(secretary, "indep_agenda_item_remove", number=number, item=last)
        assert len(left["agenda"]) == 2
        with pytest.raises(tk.ValidationError, match="on the agenda already"):
            act(secretary, "indep_agenda_item_add", number=number, request=request["number"])
        with pytest.raises(tk.ObjectNotFound):
            act(secretary, "indep_agenda_item_remove", number=number, item=last)

    def test_what_cannot_be_on_it(self, committee: Committee) -> None:
        number = plan(committee)["number"]
        for item, sentence in NO_ITEMS:
            with pytest.raises(tk.ValidationError, match=sentence):
                act(committee.secretary, "indep_agenda_item_add", number=number, **item)

    def test_too_late_for_the_notice_needs_a_good_cause(
        self, committee: Committee, time: Clock
    ) -> None:
        number = plan(committee)["number"]
        act(committee.secretary, "indep_agenda_item_add", number=number, title="Holidays")
        time.turn_to(MEETING_DAY - dt.timedelta(hours=23))
        with pytest.raises(tk.ValidationError, match=r"had to be given by 2027-01-19 14:00"):
            act(committee.secretary, "indep_agenda_post", number=number)
        assert act("", "indep_meeting_show", number=number)["agenda"] == []
        shown = act(
            committee.secretary, "indep_agenda_post", number=number, good_cause="A court order."
        )
        assert shown["good_cause"] == "A court order."

    def test_what_is_added_later_is_posted_again(self, committee: Committee, posted: Make) -> None:
        number = plan(committee)["number"]
        secretary = committee.secretary
        with pytest.raises(tk.ValidationError, match="nothing on this agenda yet"):
            act(secretary, "indep_agenda_post", number=number)
        act(secretary, "indep_agenda_item_add", number=number, title="Holidays")
        act(secretary, "indep_agenda_post", number=number)
        with pytest.raises(tk.ValidationError, match="posted already"):
            act(secretary, "indep_agenda_post", number=number)
        act(secretary, "indep_agenda_item_add", number=number, title="Budget")
        public = act("", "indep_meeting_show", number=number)
        assert [i["title"] for i in public["agenda"]] == ["Holidays"]
        act(secretary, "indep_agenda_post", number=number)
        assert len(act("", "indep_meeting_show", number=number)["agenda"]) == 2

    def test_members_are_told_and_the_mail_holds_no_content(
        self,
        committee: Committee,
        in_review: Make,
        posted: Make,
        app: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        in_review(title="canary-title")
        number = posted()["number"]
        rows = ckan_model.Session.execute(
            sa.select(Outbox.payload).where(Outbox.kind == "meeting_mail")
        ).scalars()
        told = [row for row in rows if row.get("number") == number]
        assert {row["user_id"] for row in told} == {
            user_id(name) for name in (*committee.members, committee.secretary)
        }
        assert all(set(row) == {"user_id", "number"} for row in told)
        sent: list[tuple[str, ...]] = []
        monkeypatch.setitem(tk.config, "smtp.mail_from", "portal@example.gov")
        monkeypatch.setattr(
            "ckanext.indep.committee.handlers.tk.mail_recipient", lambda *mail: sent.append(mail)
        )
        with app.flask_app.test_request_context():
            handlers.meeting_mail(**told[0])
        ((_name, _address, subject, body),) = sent
        assert subject == (
            f"The agenda of Wednesday, January 20, 2027, 2:00 PM is posted (meeting {number})"
        )
        assert f"/committee/meetings/{number}" in body
        assert "canary" not in subject + body

    def test_two_who_post_at_once(self, committee: Committee) -> None:
        number = plan(committee)["number"]
        act(committee.secretary, "indep_agenda_item_add", number=number, title="Holidays")
        outcomes = _at_once(
            lambda: act(committee.secretary, "indep_agenda_post", number=number),
            lambda: act(committee.chair, "indep_agenda_post", number=number),
        )
        assert sorted(outcomes) == ["done", "refused"]


class TestPublicView:
    def test_a_posted_agenda_names_no_unreleased_dataset(
        self, committee: Committee, in_review: Make, posted: Make
    ) -> None:
        request = in_review(title="canary-title")
        number = posted()["number"]
        for reader in ("", committee.city.outsider, committee.city.steward):
            shown = act(reader, "indep_meeting_show", number=number)
            assert "canary" not in str(shown)
            assert request["id"] not in str(shown)
            assert item_of(shown, request)["title"] == ""
        assert "canary-title" in str(act(committee.auditor, "indep_meeting_show", number=number))

    def test_an_unposted_agenda_is_not_told(self, committee: Committee) -> None:
        number = plan(committee)["number"]
        act(committee.secretary, "indep_agenda_item_add", number=number, title="Secret plan")
        assert "Secret plan" not in str(act("", "indep_meeting_show", number=number))

    def test_people_are_named_by_their_names_only(self, committee: Committee) -> None:
        shown = str(act("", "indep_committee_show"))
        assert len(act("", "indep_committee_show")["members"]) == 4
        for name in (*committee.members, committee.secretary):
            user = ckan_model.User.get(name)
            assert user
            assert str(user.fullname) in shown
            assert str(user.email) not in shown
            assert f"'{name}'" not in shown
            assert user.id not in shown

    def test_draft_minutes_are_not_public(self, committee: Committee, in_session: Make) -> None:
        number = in_session()["number"]
        act(committee.secretary, "indep_meeting_adjourn", number=number)
        act(committee.secretary, "indep_minutes_draft", number=number)
        with pytest.raises(tk.ObjectNotFound):
            act("", "indep_minutes_show", number=number)
        assert act("", "indep_meeting_show", number=number)["minutes"] is None


class TestSession:
    def test_not_before_the_time_that_was_announced(
        self, committee: Committee, time: Clock, posted: Make
    ) -> None:
        number = posted()["number"]
        time.turn_to(MEETING_DAY - dt.timedelta(minutes=1))
        with pytest.raises(tk.ValidationError, match="before the time it was announced for"):
            act(committee.secretary, "indep_meeting_open", number=number)

    def test_not_without_a_posted_agenda(self, committee: Committee, time: Clock) -> None:
        number = plan(committee)["number"]
        time.turn_to(MEETING_DAY)
        with pytest.raises(tk.ValidationError, match="is planned, its agenda not posted"):
            act(committee.secretary, "indep_meeting_open", number=number)

    def test_attendance_is_for_members(self, committee: Committee, in_session: Make) -> None:
        number = in_session()["number"]
        with pytest.raises(tk.ValidationError, match="Only members"):
            attend(committee, number, committee.auditor)
        with pytest.raises(tk.ValidationError, match="no such member"):
            attend(committee, number, "nobody-of-this-name")

    def test_votes_that_are_refused(
        self, committee: Committee, time: Clock, in_review: Make, in_session: Make
    ) -> None:
        request = in_review()
        number = in_session()["number"]
        chair, member, other = committee.members
        stranger = in_review(title="Submitted later")
        with pytest.raises(tk.ValidationError, match="not on the agenda that was posted"):
            roll(committee, number, stranger, **{chair: "for"})
        with pytest.raises(tk.ValidationError, match="Read the new revision"):
            roll(committee, number, {**request, "revision_id": "another"}, **{chair: "for"})
        with pytest.raises(tk.ValidationError, match="needs a written reason"):
            roll(committee, number, request, **{member: "for", chair: "recuse"})
        with pytest.raises(tk.ValidationError, match="Not present"):
            roll(committee, number, request, **{committee.auditor: "for"})
        act(
            committee.secretary,
            "indep_attendance_set",
            number=number,
            member=other,
            presence="present",
            left_at="2027-01-20T14:10",
        )
        with pytest.raises(tk.ValidationError, match="Not present"):
            roll(committee, number, request, **{other: "for"})
        act(
            committee.secretary,
            "indep_attendance_set",
            number=number,
            member=member,
            presence="excused",
        )
        with pytest.raises(tk.ValidationError, match="1 of 3 members are present and 2 are needed"):
            roll(committee, number, request, **{chair: "for"})
        shown = act(committee.secretary, "indep_meeting_show", number=number)
        assert item_of(shown, request)["request"]["votes"] == []

    def test_no_vote_after_the_end(
        self, committee: Committee, in_review: Make, in_session: Make
    ) -> None:
        request = in_review()
        number = in_session()["number"]
        act(committee.secretary, "indep_meeting_adjourn", number=number)
        with pytest.raises(tk.ValidationError, match="is adjourned, so one cannot record votes"):
            roll(committee, number, request, **{committee.chair: "for"})

    def test_every_vote_is_kept_though_the_first_decide(
        self, committee: Committee, in_review: Make, in_session: Make
    ) -> None:
        request = in_review()
        number = in_session()["number"]
        shown = roll(committee, number, request, **dict.fromkeys(committee.members, "for"))
        facts = item_of(shown, request)["request"]
        assert (len(facts["votes"]), facts["outcome"]) == (3, "carried")
        assert facts["state"] == "released"

    def test_the_same_vote_recorded_twice_is_one(
        self, committee: Committee, in_review: Make, in_session: Make
    ) -> None:
        request = in_review()
        number = in_session()["number"]
        _at_once(*[lambda: roll(committee, number, request, **{committee.chair: "for"})] * 2)
        ballots = act(committee.auditor, "indep_request_show", id=request["id"])["ballots"]
        assert [b["ballot"] for b in ballots if b["stage"] == "committee"] == ["for"]

    def test_the_meeting_closes_while_votes_come_in(
        self, committee: Committee, in_review: Make, in_session: Make
    ) -> None:
        request = in_review()
        number = in_session()["number"]
        everybody = dict.fromkeys(committee.members, "for")
        voted, _closed = _at_once(
            lambda: roll(committee, number, request, **everybody),
            lambda: act(committee.chair, "indep_meeting_adjourn", number=number),
        )
        shown = act(committee.secretary, "indep_meeting_show", number=number)
        assert shown["state"] == "adjourned"
        counted = len(item_of(shown, request)["request"]["votes"])
        assert counted == (3 if voted == "done" else 0)

    def test_what_the_scan_found_is_discussed_whatever_the_steward_says(
        self, in_review: Make, posted: Make
    ) -> None:
        numbers = "".join(f"case {n},{100 + n}-45-{6000 + n}\n" for n in range(1, 30))
        request = in_review(csv=f"case,ssn\n{numbers}", pii_reviewed="none-found")
        assert item_of(posted(), request)["section"] == "discussion"

    def test_an_item_pulled_from_consent_is_voted_on_alone(
        self, committee: Committee, in_review: Make, in_session: Make
    ) -> None:
        request = in_review()
        meeting = in_session()
        item = item_of(meeting, request)
        number, member = meeting["number"], committee.members[1]
        assert item["section"] == "consent"
        act(member, "indep_agenda_item_pull", number=number, item=item["id"])
        with pytest.raises(tk.ValidationError, match="not on the consent agenda"):
            act(
                committee.secretary,
                "indep_meeting_consent_record",
                number=number,
                revisions=[{"request": request["id"], "revision_id": request["revision_id"]}],
            )
        with pytest.raises(tk.ValidationError, match="not on the consent agenda"):
            act(member, "indep_agenda_item_pull", number=number, item=item["id"])


class TestMinutes:
    def test_they_are_append_only(self, committee: Committee, in_session: Make) -> None:
        number = in_session()["number"]
        act(committee.secretary, "indep_meeting_adjourn", number=number)
        act(committee.secretary, "indep_minutes_draft", number=number)
        for statement in (
            "UPDATE indep_minutes SET version = 7",
            "DELETE FROM indep_minutes",
            "TRUNCATE indep_minutes",
        ):
            with pytest.raises(DBAPIError, match="append-only"):
                ckan_model.Session.execute(sa.text(statement))
            ckan_model.Session.rollback()

    def test_who_approves_what(self, committee: Committee, in_session: Make) -> None:
        secretary, number = committee.secretary, in_session()["number"]
        act(secretary, "indep_meeting_adjourn", number=number)
        act(secretary, "indep_minutes_draft", number=number)
        act(secretary, "indep_minutes_draft", number=number, notes="Better.")
        with pytest.raises(tk.NotAuthorized, match="You drafted these minutes"):
            act(secretary, "indep_minutes_approve", number=number, version=2)
        with pytest.raises(tk.ValidationError, match="Version 2 of these minutes is the newest"):
            act(committee.chair, "indep_minutes_approve", number=number, version=1)
        with pytest.raises(tk.ValidationError, match="is not in session"):
            act(
                committee.chair,
                "indep_minutes_approve",
                number=number,
                version=2,
                at_meeting=number,
            )
        act(committee.chair, "indep_minutes_approve", number=number, version=2)
        assert act("", "indep_minutes_show", number=number)["content"]["notes"] == "Better."
        with pytest.raises(tk.ValidationError, match="has approved minutes"):
            act(secretary, "indep_minutes_draft", number=number)


def _at_once(*functions: Callable[[], Any]) -> list[str]:
    """Call functions at the same time; return for each whether it was done or refused."""
    ckan_model.Session.commit()

    def call(function: Callable[[], Any]) -> str:
        try:
            function()
        except tk.ValidationError:
            return "refused"
        else:
            return "done"
        finally:
            ckan_model.Session.remove()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(call, functions))
