"""The page of appointments: its two forms, each refusal, and who is turned away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories

from ckanext.indep import city_time
from ckanext.indep.governance import verify
from tests.governance.conftest import City, act

Send = Callable[..., Any]

PAGE = "/appointments"
NOT_FOR_YOU = "Only administrators of the portal appoint people to offices."


@pytest.fixture
def send(app: Any) -> Send:
    """Read a page, or send a form, as somebody; redirects are not followed."""
    tokens: dict[str, dict[str, str]] = {}

    def visit(who: str, path: str, form: dict[str, str] | None = None) -> Any:
        if who and who not in tokens:
            tokens[who] = {"Authorization": factories.APIToken(user=who)["token"]}
        headers = tokens.get(who, {})
        if form is None:
            return app.get(path, headers=headers, follow_redirects=False)
        return app.post(path, headers=headers, data=form, follow_redirects=False)

    return visit


def _day(distance: int) -> str:
    return (city_time.today() + dt.timedelta(days=distance)).isoformat()


def _rows() -> list[dict[str, Any]]:
    return act("", "indep_appointment_list", past=True)


class TestForms:
    def test_an_administrator_appoints_and_ends(self, city: City, send: Send) -> None:
        form = {"user": city.outsider, "office": "secretary", "starts_on": "", "ends_on": ""}
        done = send(city.admin, PAGE, form)
        assert (done.status_code, done.headers["Location"].endswith(PAGE)) == (302, True)
        [row] = [row for row in _rows() if row["office"] == "secretary"]
        assert (row["starts_on"], row["ends_on"]) == (_day(0), None)
        shown = send(city.admin, PAGE).body
        assert "The appointment is recorded." in shown
        ended = send(city.admin, f"{PAGE}/{row['id']}/end", {"reason": "Moved", "ends_on": _day(3)})
        assert ended.status_code == 302
        assert "The end of the appointment is recorded." in send(city.admin, PAGE).body
        assert [r["ends_on"] for r in _rows() if r["id"] == row["id"]] == [_day(3)]
        assert send(city.admin, f"{PAGE}/{row['id']}/end", {"reason": "Now"}).status_code == 302
        assert [r["ends_on"] for r in _rows() if r["id"] == row["id"]] == [_day(-1)]
        past = send(city.admin, PAGE).body
        assert "1 appointment that is over" in past
        log = act(city.admin, "indep_event_list")
        entries = [e["data"].get("reason") for e in log if e["subject"] == row["id"]]
        assert entries == ["Now", "Moved", None]
        assert list(verify.breaches()) == []

    def test_a_term_that_is_still_to_begin(self, city: City, send: Send) -> None:
        form = {"user": city.outsider, "office": "auditor", "starts_on": _day(10)}
        assert send(city.admin, PAGE, {**form, "ends_on": _day(20)}).status_code == 302
        shown = send(city.steward, PAGE).body
        assert "Still to begin" in shown
        assert "auditor" not in {r["office"] for r in act("", "indep_appointment_list")}

    def test_what_is_wrong_is_said_and_nothing_is_changed(self, city: City, send: Send) -> None:
        before = _rows()
        good = {"user": city.outsider, "office": "secretary", "starts_on": "", "ends_on": ""}
        for wrong, sentence in (
            ({"user": ""}, "Missing value"),
            ({"user": "nobody-of-this-name"}, "There is no such user."),
            ({"office": ""}, "Missing value"),
            ({"office": "mayor"}, "Value must be one of"),
            ({"starts_on": "tomorrow"}, "Write the date as 2026-07-01."),
            ({"ends_on": "2027-02-30"}, "Write the date as 2026-07-01."),
            ({"starts_on": _day(5), "ends_on": _day(4)}, "The last day lies before the first."),
            ({"user": city.members[1], "office": "member"}, "holds this office in these days"),
            ({"office": "chair"}, "There is a chair in these days already"),
            ({"user": city.admin}, "Nobody appoints himself or herself"),
            ({"office": "<b>chair"}, "Value must be one of"),
        ):
            answer = send(city.admin, PAGE, {**good, **wrong})
            assert (answer.status_code, wrong) == (409, wrong)
            assert "This was not done" in answer.body
            assert sentence in answer.body, (wrong, sentence)
            assert "<b>chair" not in answer.body
        kept = send(city.admin, PAGE, {**good, "starts_on": _day(5), "ends_on": _day(4)}).body
        assert f'value="{city.outsider}" selected' in kept
        assert 'value="secretary" selected' in kept
        assert f'value="{_day(5)}"' in kept
        assert _rows() == before

    def test_an_end_that_is_refused(self, city: City, send: Send) -> None:
        before = _rows()
        member = next(row for row in before if row["office"] == "member")
        path = f"{PAGE}/{member['id']}/end"
        for form, sentence in (
            ({}, "needs a written reason"),
            ({"reason": "  "}, "needs a written reason"),
            ({"reason": "x", "ends_on": _day(-2)}, "yesterday at the earliest"),
            ({"reason": "x", "ends_on": "soon"}, "Write the date as 2026-07-01."),
        ):
            answer = send(city.admin, path, form)
            assert (answer.status_code, form) == (409, form)
            assert sentence in answer.body, form
        assert _rows() == before
        assert send(city.admin, path, {"reason": "x", "ends_on": _day(5)}).status_code == 302
        later = send(city.admin, path, {"reason": "x", "ends_on": _day(9)})
        assert later.status_code == 409
        assert "This appointment ends by that day already." in later.body
        unknown = send(city.admin, f"{PAGE}/no-such-id/end", {"reason": "x"})
        assert unknown.status_code == 404


class TestWhoIsTurnedAway:
    def test_from_the_forms(self, city: City, send: Send) -> None:
        before = _rows()
        form = {"user": city.outsider, "office": "secretary"}
        end = f"{PAGE}/{before[0]['id']}/end"
        for who in (city.owner, city.members[0], city.outsider):
            assert "Appoint somebody" not in send(who, PAGE).body
            for path, data in ((PAGE, form), (end, {"reason": "x"})):
                answer = send(who, path, data)
                assert answer.status_code == 403
                assert "This page is not for you" in answer.body
                assert NOT_FOR_YOU in answer.body
                assert "You are signed in as" in answer.body
                assert "Ask them for the role that you need." in answer.body
        assert _rows() == before

    def test_strangers_are_asked_to_sign_in(self, city: City, send: Send) -> None:
        before = _rows()
        answer = send("", PAGE)
        assert answer.status_code == 403
        assert "It is for city staff. Sign in if you have an account." in answer.body
        assert "You are signed in as" not in answer.body
        assert 'href="/user/login"' in answer.body
        assert send("", PAGE, {"user": city.outsider, "office": "chair"}).status_code == 400
        assert _rows() == before

    def test_where_no_reason_is_given_a_role_is_missing(self, city: City, send: Send) -> None:
        answer = send(city.outsider, "/audit")
        assert answer.status_code == 403
        assert "You do not have the office that this needs." in answer.body
        assert "See what waits for you in My work" in answer.body
