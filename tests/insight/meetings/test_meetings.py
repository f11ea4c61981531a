"""Performance meetings: who sees what, what was agreed, and what is in the public calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories
from icalendar import Calendar
from sqlalchemy.exc import DBAPIError

from ckanext.indep import events
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.meetings import telling
from tests.insight.conftest import Make, department, measure, reported
from tests.insight.test_actions import act, office

__all__ = ["department", "measure", "office", "reported"]

Q1 = "FY2026-Q1"
CANARY = "87654"
TABLES = ("indep_performance_meeting", "indep_meeting_action", "indep_meeting_action_mark")


def plan(who: str, *departments: dict[str, Any], **more: Any) -> Any:
    given = {
        "quarter": Q1,
        "starts_at": "2025-11-03T14:00",
        "place": "City Hall, Room B",
        "departments": [one["name"] for one in departments],
        **more,
    }
    return act(who, "indep_performance_meeting_create", **given)


def agree(who: str, meeting: Any, department: dict[str, Any], **more: Any) -> Any:
    given = {"text": "Fix the pump", "department": department["name"], "due_on": "2025-12-01"}
    return act(who, "indep_meeting_action_record", id=meeting["id"], **{**given, **more})


def headers(name: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=name)["token"]}


@pytest.fixture
def potholes(reported: Callable[..., Definition]) -> Definition:
    """A measure with one published quarter."""
    return reported({"FY2025-Q4": "80"}, name="potholes", unit="", precision="0")


@pytest.fixture
def parks(potholes: Definition, measure: Make) -> dict[str, Any]:
    """Another department with a measure."""
    clerk = factories.User()["name"]
    organization = factories.Organization(
        title="Parks", users=[{"name": clerk, "capacity": "editor"}]
    )
    measure(name="trees", owner_org=organization["id"], title="Trees planted")
    return {**organization, "clerk": clerk}


def test_meetings_are_planned_and_agree(
    department: dict[str, Any], parks: dict[str, Any], office: str
) -> None:
    first = plan(office, department, parks)
    assert (first["state"], first["starts_at"]) == ("planned", "2025-11-03T20:00:00+00:00")
    pump = agree(office, first, department, assignee=department["clerk"])
    agree(office, first, parks, text="Plant more")
    second = plan(office, department, parks, starts_at="2026-02-02T14:00", quarter="FY2026 Q2")

    def seen(who: str) -> list[str]:
        shown = act(who, "indep_performance_meeting_show", id=second["id"])
        return [one["text"] for one in shown["actions"]]

    assert seen(office) == ["Fix the pump", "Plant more"]
    assert seen(department["clerk"]) == ["Fix the pump"]
    for state in ("dropped", "open"):
        with pytest.raises(tk.NotAuthorized):
            act(department["clerk"], "indep_meeting_action_mark", id=pump["id"], state=state)
    with pytest.raises(tk.NotAuthorized):
        act(parks["clerk"], "indep_meeting_action_mark", id=pump["id"], state="done")
    done = act(
        department["clerk"], "indep_meeting_action_mark", id=pump["id"], state="done", note="New"
    )
    assert (done["state"], done["note"]) == ("done", "New")
    assert seen(office) == ["Plant more"]
    assert [one["id"] for one in act(parks["clerk"], "indep_performance_meeting_list")] == [
        second["id"],
        first["id"],
    ]


def test_what_is_over_is_not_changed(department: dict[str, Any], parks: Any, office: str) -> None:
    meeting = plan(office, department)
    again = {"quarter": Q1, "place": "B", "departments": [department["name"]]}
    moved = act(
        office,
        "indep_performance_meeting_update",
        id=meeting["id"],
        starts_at="2025-11-04T09:00",
        **again,
    )
    assert moved["starts_at"] == "2025-11-04T15:00:00+00:00"
    with pytest.raises(tk.ValidationError, match="Choose a department of this meeting"):
        agree(office, meeting, parks)
    act(office, "indep_performance_meeting_cancel", id=meeting["id"], note="Flood")
    for step in ("hold", "cancel"):
        with pytest.raises(tk.ValidationError, match="This meeting is cancelled"):
            act(office, f"indep_performance_meeting_{step}", id=meeting["id"])
    with pytest.raises(tk.ValidationError, match="nothing was agreed"):
        agree(office, meeting, department)


def test_all_that_is_wrong_is_said_at_once(department: Any, parks: Any, office: str) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        plan(office, quarter="FY2026", starts_at="soon", place=" ", departments=["nobody"])
    assert set(refused.value.error_dict) == {"quarter", "starts_at", "place", "departments"}
    meeting = plan(office, department)
    with pytest.raises(tk.ValidationError) as refused:
        agree(office, meeting, department, text="", due_on="x", assignee=parks["clerk"])
    assert set(refused.value.error_dict) == {"text", "due_on", "assignee"}


def test_only_the_office_writes(department: dict[str, Any], parks: Any, office: str) -> None:
    meeting = plan(office, department)
    for who in (department["boss"], parks["clerk"], factories.Sysadmin()["name"]):
        with pytest.raises(tk.NotAuthorized):
            plan(who, department)
        with pytest.raises(tk.NotAuthorized):
            agree(who, meeting, department)
        for step in ("update", "hold", "cancel"):
            with pytest.raises(tk.NotAuthorized):
                act(who, f"indep_performance_meeting_{step}", id=meeting["id"])
        with pytest.raises(tk.NotAuthorized):
            act(who, "indep_cycle_dates_set", period=Q1)
    with pytest.raises(tk.NotAuthorized):
        act(parks["clerk"], "indep_performance_meeting_show", id=meeting["id"])
    with pytest.raises(tk.ObjectNotFound):
        act(office, "indep_performance_meeting_show", id=2**40)


def test_nothing_is_changed_or_taken_out(department: Any, parks: Any, office: str) -> None:
    pump = agree(office, plan(office, department), department)
    act(office, "indep_meeting_action_mark", id=pump["id"], state="done")
    for table in TABLES:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
            with pytest.raises(DBAPIError):
                model.Session.execute(sa.text(statement))
            model.Session.rollback()


def test_those_invited_are_told_and_reminded(
    department: dict[str, Any], parks: Any, office: str
) -> None:
    told: list[tuple[str, set[str]]] = []
    both = {department["boss"], department["clerk"]}

    def listen(kind: str, user_ids: set[str], **_more: Any) -> None:
        names = {user.name for one in user_ids if (user := model.User.get(one))}
        told.append((kind, names & both))

    with events.notice.connected_to(listen):
        meeting = plan(office, department)
        agree(office, meeting, department, assignee=department["clerk"])
        agree(office, meeting, department, text="Later", due_on="2099-01-01")
        act(office, "indep_performance_meeting_cancel", id=meeting["id"])
        telling.on_tick()
    assert told == [
        ("meeting_planned", both),
        ("action_agreed", {department["clerk"]}),
        ("action_agreed", both),
        ("meeting_cancelled", both),
        ("action_late", {department["clerk"]}),
    ]


class TestPages:
    def test_a_packet_has_what_is_not_public(
        self, app: Any, department: dict[str, Any], parks: dict[str, Any], office: str
    ) -> None:
        meeting = plan(office, department, parks, is_public="yes", note="Bring the log")
        given = {"id": "potholes", "period": Q1, "value": CANARY, "comment": "Storm"}
        act(department["clerk"], "indep_observation_record", **given)
        page = f"/insight/staff/meeting/{meeting['id']}"
        for who in (department["clerk"], office):
            answer = app.get(page, headers=headers(who))
            assert "87,654" in answer.body
            assert "Storm" in answer.body
            assert "Not public yet" in answer.body
            assert answer.headers["Cache-Control"] == "private, no-store"
        other = app.get(page, headers=headers(parks["clerk"])).body
        assert "Trees planted" in other
        assert "87,654" not in other
        assert "Storm" not in other
        app.get(page, headers=headers(factories.User()["name"]), status=403)
        assert app.get(page, follow_redirects=False).status_code == 302
        for path in ("/insight/calendar", "/insight/calendar.ics", "/insight/feed.atom"):
            public = app.get(path).body
            assert CANARY not in public
            assert "87,654" not in public
            assert "Storm" not in public
            assert "Bring the log" not in public

    def test_the_office_plans_and_agrees(
        self, app: Any, department: dict[str, Any], parks: Any, office: str
    ) -> None:
        manager = headers(office)
        wrong = {"quarter": "<b>x", "starts_at": "", "place": "Room 7"}
        refused = app.post("/insight/staff/meetings", data=wrong, headers=manager, status=409).body
        assert "&lt;b&gt;x" in refused
        assert "Room 7" in refused
        right = {**wrong, "quarter": Q1, "starts_at": "2025-11-03T14:00"}
        right["departments"] = department["name"]
        done = app.post(
            "/insight/staff/meetings", data=right, headers=manager, follow_redirects=False
        )
        assert done.status_code == 302
        (meeting,) = act(office, "indep_performance_meeting_list")
        page = f"/insight/staff/meeting/{meeting['id']}"
        given = {"text": "Count again", "department": department["name"], "due_on": "no"}
        assert "Count again" in app.post(page + "/agree", data=given, headers=manager).body
        given["due_on"] = "2025-12-01"
        app.post(page + "/agree", data=given, headers=manager, follow_redirects=False)
        assert "Fix time" not in app.get(page + "/change", headers=manager).body
        app.post(page + "/change", data={**right, "place": "Hall"}, headers=manager)
        app.post(page + "/hold", data={"note": "Good"}, headers=manager, follow_redirects=False)
        (action,) = act(office, "indep_performance_meeting_show", id=meeting["id"])["actions"]
        clerk = headers(department["clerk"])
        mark = f"/insight/staff/meeting-action/{action['id']}/mark"
        app.post(mark, data={"state": "done", "note": "Twice"}, headers=clerk)
        shown = app.get(page, headers=clerk).body
        for words in ("Count again", "Twice", "Held", "Hall", "Good"):
            assert words in shown
        app.post(page + "/burn", headers=manager, status=404)
        assert "Room 7" not in app.get("/insight/calendar").body


class TestCalendarFile:
    def test_public_meetings_keep_their_name(
        self, app: Any, department: dict[str, Any], parks: Any, office: str
    ) -> None:
        hidden = plan(office, department, place="Cellar")
        shown = plan(office, department, is_public=True)
        before = app.get("/insight/calendar.ics")
        assert before.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert "Cellar" not in before.body
        tag = {"If-None-Match": before.headers["ETag"]}
        assert app.get("/insight/calendar.ics", headers=tag).status_code == 304
        act(office, "indep_performance_meeting_cancel", id=shown["id"])
        after = app.get("/insight/calendar.ics", headers=tag)
        feed = Calendar.from_ical(after.body)
        assert [str(one["TZID"]) for one in feed.walk("VTIMEZONE")] == ["America/Chicago"]
        events = {str(one["UID"]).partition("@")[0]: one for one in feed.walk("VEVENT")}
        event = events[f"insight-meeting-{shown['id']}"]
        assert (event["SEQUENCE"], str(event["STATUS"])) == (1, "CANCELLED")
        assert event["DTSTART"].params["TZID"] == "America/Chicago"
        assert f"insight-meeting-{hidden['id']}" not in events
        page = app.get("/insight/calendar").body
        assert "(cancelled)" in page
        assert "Cellar" not in page
