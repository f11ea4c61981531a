"""The pages as residents and staff meet them, over HTTP."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.inventory.conftest import CANARIES, REQUEST, Town, act, headers

Asked = Callable[..., int]
HOSTILE = "<script>alert(1)</script>\" onx='1' {{ 7 * 7 }} %(x)s"
PUBLIC = (
    "/inventory",
    "/inventory?q=hydrant&status=not_assessed",
    "/inventory/{holding}",
    "/inventory.csv",
    "/inventory.json",
    "/data-requests",
    "/data-requests?q=crash",
    "/data-requests/{request}",
    "/data-requests/new",
    "/open-data-program",
    "/es/inventory",
    "/es/data-requests/new",
    "/es/open-data-program",
    "/api/3/action/indep_holding_list",
    "/api/3/action/indep_holding_show?id={holding}",
    "/api/3/action/indep_data_request_list",
    "/api/3/action/indep_data_request_show?number={request}",
    "/api/3/action/indep_program_numbers",
)
STAFF = (
    "/inventory/new",
    "/inventory/import",
    "/inventory/{holding}/edit",
    "/data-requests/queue",
)


def _token(app: Any, path: str) -> str:
    """The CSRF token of a page, which a browser would send back with its form."""
    found = re.search(r'name="_csrf_token"[^>]*value="([^"]+)"', str(app.get(path).body))
    assert found
    return found[1]


def _send(app: Any, form: dict[str, str], **more: Any) -> Any:
    """Send the form for a request as a resident's browser does."""
    path = "/data-requests/new"
    data = {**form, "_csrf_token": _token(app, path)}
    return app.post(path, data=data, expect_errors=True, follow_redirects=False, **more)


def _form(**fields: str) -> dict[str, str]:
    own = {"title": REQUEST["title"], "question": REQUEST["question"]}
    return {**own, **fields}


class TestPublic:
    def test_nothing_private_is_on_any_page(
        self, app: Any, town: Town, holding: dict[str, Any], accepted: Asked
    ) -> None:
        """Of a stranger, of another department, of a member of the committee."""
        number = accepted()
        unread = act("", "indep_data_request_create", title="canary-unread", question="x" * 10)
        for name in ("", town.stranger_owner, town.member):
            sent = headers(name) if name else {}
            for path in PUBLIC:
                address = path.format(holding=holding["id"], request=number)
                body = str(app.get(address, headers=sent, status=200).body)
                found = [c for c in (*CANARIES, "canary@", "canary-unread") if c in body]
                assert found == [], address
            for path in (f"/data-requests/{unread['number']}", "/data-requests/999999"):
                app.get(path, headers=sent, status=404)

    def test_pages_for_staff_are_for_them(
        self, app: Any, town: Town, holding: dict[str, Any]
    ) -> None:
        allowed = {
            (name, path)
            for name in (town.owner, town.secretary, town.member)
            for path in STAFF
            if app.get(
                path.format(holding=holding["id"]), headers=headers(name), expect_errors=True
            ).status_code
            == 200
        }
        assert allowed == {
            *((town.owner, path) for path in STAFF),
            (town.secretary, "/data-requests/queue"),
        }
        for path in STAFF:
            app.get(path.format(holding=holding["id"]), status=403)

    def test_bad_addresses_are_no_errors(self, app: Any, town: Town) -> None:
        for path in (
            "/inventory?page=0&status=x&organization=nowhere&q=%25_",
            "/inventory?page=99999999999999999999",
            "/inventory.csv?status=x",
            "/data-requests?state=spam&page=-1",
        ):
            app.get(path, status=200)
        for path in ("/inventory/99999999999", "/data-requests/99999999999", "/inventory/0"):
            app.get(path, status=404)

    def test_what_people_write_is_text(self, app: Any, town: Town, accepted: Asked) -> None:
        number = accepted(title=HOSTILE[:100], question=HOSTILE)
        act(
            town.owner,
            "indep_data_request_answer",
            number=number,
            outcome="declined",
            text=HOSTILE,
        )
        act(
            town.editor,
            "indep_holding_create",
            owner_org=town.fire,
            title=HOSTILE[:100],
            description=HOSTILE,
            status="not_assessed",
            public_note=HOSTILE,
        )
        holding = act("", "indep_holding_list")["results"][0]["id"]
        for path in (
            "/data-requests",
            f"/data-requests/{number}",
            "/inventory",
            f"/inventory/{holding}",
        ):
            for sent in ({}, headers(town.owner), headers(town.secretary)):
                body = str(app.get(path, headers=sent, status=200).body)
                assert "<script>alert" not in body
                assert "{{ 7 * 7 }}" in body or path.count("/") == 1
                assert not re.search(r"<[^>]+\sonx=", body)


class TestAsking:
    @pytest.fixture(autouse=True)
    def fresh_limit(self, clean_redis: None) -> None:
        """Each test begins a new hour."""

    def test_a_resident_asks_and_is_thanked(self, app: Any, town: Town) -> None:
        answer = _send(app, _form())
        assert answer.status_code == 302
        waiting = act(town.secretary, "indep_data_request_list", state="received")
        assert waiting["count"] == 1

    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(self, app: Any, town: Town) -> None:
        form = _form(question="short", requester_email="nobody", why="because of <this>")
        answer = _send(app, form)
        assert answer.status_code == 409
        body = str(answer.body)
        assert "because of &lt;this&gt;" in body
        for field in ("question", "requester_email"):
            assert f'href="#field-{field}"' in body
            assert f'id="field-{field}-error"' in body

    def test_programs_are_caught_and_not_told(self, app: Any, town: Town) -> None:
        form = _form(website="https://example.org", requester_email="a@example.org", notify="true")
        answer = _send(app, form)
        assert answer.status_code == 302
        assert act(town.secretary, "indep_data_request_list", state="received")["count"] == 0
        (spam,) = act(town.secretary, "indep_data_request_list", state="spam")["results"]
        shown = act(town.secretary, "indep_data_request_show", number=spam["number"])
        assert shown["requester_email"] == ""

    @pytest.mark.ckan_config("ckanext.indep.inventory.requests_per_visitor", 2)
    def test_one_address_is_limited_by_page_and_api(self, app: Any, town: Town) -> None:
        environ = {"REMOTE_ADDR": "203.0.113.5"}
        sent = [_send(app, _form(), environ_overrides=environ) for _n in range(3)]
        assert [answer.status_code for answer in sent] == [302, 302, 409]
        refused = sent[-1]
        assert "within one hour" in refused.body
        action = "/api/3/action/indep_data_request_create"
        app.post(action, json=_form(), environ_overrides=environ, status=403)
        app.post(action, json=_form(), environ_overrides={"REMOTE_ADDR": "203.0.113.6"}, status=200)

    def test_one_visitor_counts_once(self, app: Any, town: Town, accepted: Asked) -> None:
        number = accepted()
        action = "/api/3/action/indep_data_request_second"
        for address in ("203.0.113.5", "203.0.113.5", "203.0.113.7"):
            app.post(
                action,
                json={"number": number},
                environ_overrides={"REMOTE_ADDR": address},
                status=200,
            )
        assert act("", "indep_data_request_show", number=number)["seconds"] == 2


class TestStaff:
    def test_the_desk_accepts_and_a_department_answers(
        self, app: Any, town: Town, asked: Asked
    ) -> None:
        number = asked()
        desk, owner = headers(town.secretary), headers(town.owner)
        assert f"/data-requests/{number}" in app.get("/data-requests/queue", headers=desk).body
        path = f"/data-requests/{number}"
        refused = app.post(
            f"{path}/assign",
            data={"owner_org": "nowhere", "title": "Kept words"},
            headers=desk,
            expect_errors=True,
        )
        assert refused.status_code == 409
        assert "Kept words" in refused.body
        for decision, form, sent in (
            ("assign", {"owner_org": town.fire, "title": "Crashes here"}, desk),
            ("answer", {"outcome": "declined", "text": "We do not have it."}, owner),
        ):
            app.post(
                f"{path}/{decision}", data=form, headers=sent, follow_redirects=False, status=302
            )
        body = str(app.get(path).body)
        assert "Crashes here" in body
        assert "We do not have it." in body
        app.post(f"{path}/publish", headers=desk, status=404)
        app.get(f"{path}/answer", headers=desk, status=404)

    def test_an_import_shows_all_that_is_wrong(self, app: Any, town: Town) -> None:
        def send(table: bytes) -> Any:
            return app.post(
                "/inventory/import",
                data={"owner_org": town.fire, "upload": (io.BytesIO(table), "holdings.csv")},
                headers=headers(town.editor),
                expect_errors=True,
                follow_redirects=False,
            )

        refused = send(b"title,status\n<b>One</b>,<i>secret</i>\n,planned\n")
        assert refused.status_code == 409
        for told in ("3 problems", "&lt;i&gt;secret&lt;/i&gt;", "Write one of", "Give it a title"):
            assert told in refused.body
        assert send(b"\xff\xfe\x00garbage").status_code == 409
        assert send(b"").status_code == 409
        assert send(b"title,status\nOne,not_assessed\n").status_code == 302
        assert "One" in app.get("/inventory").body

    def test_a_form_that_is_too_old_is_refused(
        self, app: Any, town: Town, holding: dict[str, Any]
    ) -> None:
        path = f"/inventory/{holding['id']}/edit"
        sent = headers(town.editor)
        form = {"title": "New title", "status": "not_assessed", "version": "1"}
        app.post(path, data=form, headers=sent, follow_redirects=False, status=302)
        refused = app.post(path, data=form, headers=sent, expect_errors=True)
        assert refused.status_code == 409
        assert "meanwhile" in refused.body
