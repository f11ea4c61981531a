"""The pages of the committee: the secretary's way through them, and what strangers read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import pytest
from ckan.tests import factories
from icalendar import Calendar

from tests.committee.conftest import MEETING_DAY, Clock, Committee, act, plan, user_id

Make = Callable[..., dict[str, Any]]

CANARY = "canaryword"


@pytest.fixture
def browse(app: Any) -> Callable[..., Any]:
    """Read or send a page as somebody; returns the answer, redirects not followed."""
    tokens: dict[str, str] = {}

    def visit(who: str, path: str, form: dict[str, str] | None = None) -> Any:
        if who and who not in tokens:
            tokens[who] = factories.APIToken(user=who)["token"]
        headers = {"Authorization": tokens[who]} if who else {}
        if form is None:
            return app.get(path, headers=headers, follow_redirects=False)
        return app.post(path, headers=headers, data=form, follow_redirects=False)

    return visit


class TestSecretarysWay:
    def test_from_plan_to_published_minutes(
        self, committee: Committee, time: Clock, in_review: Make, browse: Callable[..., Any]
    ) -> None:
        first = in_review(title=f"One {CANARY}")
        second = in_review(title=f"Two {CANARY}", pii_reviewed="removed")
        secretary, (chair, member, other) = committee.secretary, committee.members

        def send(step: str, page: str, **form: str) -> None:
            answer = browse(secretary, f"/committee/meetings/{number}/{step}", form)
            assert answer.status_code == 302, answer.body
            assert answer.headers["Location"].endswith(f"/committee/meetings/{number}{page}")
            assert browse(secretary, f"/committee/meetings/{number}{page}").status_code == 200

        answer = browse(secretary, "/committee/plan", {"starts_at": "2027-01-20T14:00"})
        number = int(re.findall(r"/meetings/(\d+)/prepare", answer.headers["Location"])[0])
        send("build", "/prepare")
        send("add", "/prepare", title="Holidays", request="", section="", presenter="")
        send("change", "/prepare", location="Room 5", starts_at="2027-01-20T14:00")
        send("post", "/prepare", good_cause="")
        public = browse("", f"/committee/meetings/{number}").body
        assert "Room 5" in public
        assert "Holidays" in public
        assert f"Request {first['number']}: a new dataset of" in public
        time.turn_to(MEETING_DAY)
        send("open", "/run")
        presence = {f"presence-{user_id(name)}": "present" for name in committee.members}
        send("attendance", "/run", day="2027-01-20", **presence)
        send(
            "consent",
            "/run",
            moved_by=user_id(member),
            seconded_by=user_id(other),
            **{f"revision-{first['id']}": first["revision_id"]},
            **{f"ballot-{user_id(chair)}": "abstain"},
        )
        send(
            "vote",
            "/run",
            request=second["id"],
            revision_id=second["revision_id"],
            moved_by="",
            seconded_by="",
            **{f"ballot-{user_id(name)}": "against" for name in committee.members},
        )
        time.turn_to(MEETING_DAY + dt.timedelta(hours=1))
        send("adjourn", "/minutes")
        send("draft", "/minutes", notes="Short and clear.")
        refused = browse(
            secretary, f"/committee/meetings/{number}/approve", {"version": "1", "at_meeting": ""}
        )
        assert refused.status_code == 409
        assert "You drafted these minutes" in refused.body
        browse(chair, f"/committee/meetings/{number}/approve", {"version": "1", "at_meeting": ""})
        minutes = browse("", f"/committee/meetings/{number}").body
        assert "Short and clear." in minutes
        assert f"One {CANARY}" in minutes  # released in this meeting
        assert f"Two {CANARY}" not in minutes  # declined
        assert "Abstained" in minutes
        assert "Lost: it is declined." in minutes
        # Who may see the request is led there, everybody else to what is public.
        request, dataset = f'href="/request/{first["number"]}"', 'href="/dataset/'
        assert dataset in minutes
        assert request not in minutes
        assert request in browse(secretary, f"/committee/meetings/{number}").body

    def test_who_prepares_the_agenda_stays_there(
        self, committee: Committee, in_review: Make, browse: Callable[..., Any]
    ) -> None:
        request = in_review(title=f"Three {CANARY}")
        number = plan(committee)["number"]
        built = act(committee.secretary, "indep_agenda_build", number=number)
        item = next(i for i in built["agenda"] if i["request"]["id"] == request["id"])
        assert item["section"] == "consent"
        page = f"/committee/meetings/{number}"
        answer = browse(committee.secretary, f"{page}/discuss", {"item": item["id"]})
        assert answer.headers["Location"].endswith(f"{page}/prepare")
        prepared = browse(committee.secretary, f"{page}/prepare").body
        assert "Consent agenda</h3>" not in prepared
        assert f'href="/request/{request["number"]}"' in prepared

    def test_a_refusal_is_shown_with_the_text_kept(
        self, committee: Committee, time: Clock, browse: Callable[..., Any]
    ) -> None:
        number = plan(committee)["number"]
        time.turn_to(MEETING_DAY - dt.timedelta(hours=1))
        act(committee.secretary, "indep_agenda_item_add", number=number, title="Holidays")
        answer = browse(
            committee.secretary, f"/committee/meetings/{number}/post", {"good_cause": " "}
        )
        assert answer.status_code == 409
        assert "Notice of this meeting had to be given by" in answer.body
        answer = browse(
            committee.secretary, "/committee/plan", {"starts_at": "soon", "title": "Kept words"}
        )
        assert answer.status_code == 409
        assert "Kept words" in answer.body


class TestStrangers:
    def test_pages_of_the_secretary_are_closed(
        self, committee: Committee, browse: Callable[..., Any]
    ) -> None:
        number = plan(committee)["number"]
        for who in ("", committee.city.outsider, committee.members[1], committee.city.admin):
            for path in ("/committee/plan", *_staff_pages(number)):
                assert browse(who, path).status_code in (302, 403), (who, path)
        before = act(committee.secretary, "indep_meeting_show", number=number)
        for who in ("", committee.city.outsider, committee.city.admin):
            answer = browse(who, f"/committee/meetings/{number}/cancel", {"reason": "So."})
            assert answer.status_code in (302, 400, 403, 409), who
        assert act(committee.secretary, "indep_meeting_show", number=number) == before

    def test_no_word_of_a_draft_on_any_public_page(
        self, committee: Committee, in_review: Make, posted: Make, browse: Callable[..., Any]
    ) -> None:
        in_review(title=f"Title {CANARY}", notes=f"Notes {CANARY}")
        number = posted()["number"]
        staff = browse(committee.members[1], f"/committee/meetings/{number}")
        assert CANARY in staff.body
        for who in ("", committee.city.outsider, committee.city.steward):
            for path in _public_pages(number):
                answer = browse(who, path)
                assert answer.status_code == 200, (who, path)
                assert CANARY not in answer.body, (who, path)

    def test_people_are_named_without_account_or_address(
        self, committee: Committee, browse: Callable[..., Any]
    ) -> None:
        page = browse("", "/committee").body
        for name in (*committee.members, committee.secretary):
            user = ckan_model.User.get(name)
            assert user
            assert str(user.fullname) in page
            assert str(user.email) not in page
            assert user.id not in page

    def test_what_does_not_exist_is_not_found(
        self, committee: Committee, browse: Callable[..., Any]
    ) -> None:
        assert browse("", "/committee/meetings/99999").status_code == 404
        assert browse("", "/committee/meetings/99999999999999").status_code == 404
        number = plan(committee)["number"]
        unknown = browse(committee.secretary, f"/committee/meetings/{number}/dance", {})
        assert unknown.status_code == 404

    def test_in_spanish(
        self, committee: Committee, posted: Make, browse: Callable[..., Any]
    ) -> None:
        number = posted()["number"]
        page = browse("", f"/es/committee/meetings/{number}").body
        assert "Orden del día" in page
        assert "miércoles, 20 de enero de 2027" in page


class TestCalendar:
    def test_the_feed_is_read_back(self, committee: Committee, browse: Callable[..., Any]) -> None:
        number = plan(committee, location="City Hall")["number"]
        gone = plan(committee, starts_at="2027-02-17T14:00")["number"]
        act(committee.secretary, "indep_meeting_cancel", number=gone, reason="Snow.")
        answer = browse("", "/committee/calendar.ics")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        feed = Calendar.from_ical(answer.body)
        events = {str(e["UID"]).split("@")[0]: e for e in feed.walk("VEVENT")}
        coming = events[f"committee-meeting-{number}"]
        cancelled = events[f"committee-meeting-{gone}"]
        assert coming.decoded("DTSTART") == MEETING_DAY
        assert coming["DTSTART"].params["TZID"] == "America/Chicago"
        assert str(coming["STATUS"]) == "TENTATIVE"
        assert str(cancelled["STATUS"]) == "CANCELLED"
        assert cancelled.decoded("SEQUENCE") > 0
        assert str(coming["URL"]).endswith(f"/committee/meetings/{number}")

    def test_unchanged_it_is_not_sent_again(
        self, committee: Committee, app: Any, browse: Callable[..., Any]
    ) -> None:
        number = plan(committee)["number"]
        tag = browse("", "/committee/calendar.ics").headers["ETag"]
        again = app.get("/committee/calendar.ics", headers={"If-None-Match": tag})
        assert again.status_code == 304
        act(
            committee.secretary, "indep_meeting_update", number=number, starts_at="2027-01-20T15:00"
        )
        changed = app.get("/committee/calendar.ics", headers={"If-None-Match": tag})
        assert changed.status_code == 200


def _staff_pages(number: int) -> list[str]:
    return [f"/committee/meetings/{number}/{page}" for page in ("prepare", "run", "minutes")]


def _public_pages(number: int) -> list[str]:
    api = "/api/3/action"
    return [
        "/committee",
        "/committee/calendar.ics",
        f"/committee/meetings/{number}",
        f"/committee/meetings/{number}/print",
        f"{api}/indep_meeting_list",
        f"{api}/indep_meeting_show?number={number}",
        f"{api}/indep_committee_show",
    ]
