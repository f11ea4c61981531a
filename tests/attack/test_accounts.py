"""Nobody takes another's account over: by a forgotten password, by an action, by a token."""

from __future__ import annotations

import email
import os
import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from email import policy
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import pytest

from tests.attack import alike
from tests.attack.planting import word
from tests.attack.visitor import Visitor, csrf_token

Visit = Callable[..., Visitor]
Person = dict[str, str]

ROLES = (None, "outsider", "steward", "owner")
"""A stranger, somebody without an office, a contributor, and who administers a department."""
LINK = re.compile(r"(https?://[^/\s]+)(/user/reset/\S+\?key=\w+)")
INTERNAL = ("password_hash", "reset_key", "apikey", "plugin_extras", "pbkdf2")


@pytest.fixture
def person(visit: Visit) -> Iterator[Person]:
    """An account of its own, with its address and password."""
    yield from _person(visit)


@pytest.fixture
def other(visit: Visit) -> Iterator[Person]:
    """Another one."""
    yield from _person(visit)


def _person(visit: Visit) -> Iterator[Person]:
    name = f"person-{secrets.token_hex(4)}"
    made = {"name": name, "email": f"{name}@example.org", "password": secrets.token_urlsafe(16)}
    visit("administrator").done("user_create", **made)
    yield made
    visit("administrator").act("user_delete", id=name)


def _ask_for_a_link(visitor: Visitor, whom: str, **headers: str) -> Any:
    """Send the form of a forgotten password; its cookies go along whichever host is named."""
    form = {"user": whom, "_csrf_token": csrf_token(visitor.get("/user/reset").text)}
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.http.cookies)
    return visitor.http.post(
        f"{visitor.url}/user/reset",
        data=form,
        headers={"Referer": visitor.url, "Cookie": cookies, **headers},
        timeout=60,
    )


def _links(address: str) -> list[tuple[str, str]]:
    """Return origin and path of each link for a new password that was mailed to an address."""
    found: list[tuple[str, str]] = []
    for path in sorted(Path(os.environ["INDEP_MAIL"]).glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        if address in (mail["To"] or ""):
            found += LINK.findall(mail.get_content())
    return found


def _browser(visit: Visit) -> Visitor:
    """Come with cookies, and signed in as nobody."""
    visitor = Visitor(visit().url)
    visitor.http.cookies.set_policy(DefaultCookiePolicy())
    return visitor


def _choose(visitor: Visitor, path: str, password: str) -> int:
    """Send the form of a new password to an address; return how it was answered."""
    form = {
        "password1": password,
        "password2": password,
        "_csrf_token": csrf_token(visitor.get("/user/reset").text),
    }
    headers = {"Referer": visitor.url}
    answer = visitor.http.post(visitor.url + path, data=form, headers=headers, timeout=60)
    return answer.status_code


def _signs_in(visit: Visit, name: str, password: str) -> bool:
    try:
        return bool(Visitor(visit().url, {"name": name, "password": password}).token)
    except AssertionError:
        return False


class TestForgottenPassword:
    def test_the_answer_tells_no_account(self, visit: Visit, person: Person) -> None:
        """By name and by address, known or not."""
        answers = []
        for whom in (person["name"], person["email"], word("nobody"), "nobody@example.org"):
            answer = _ask_for_a_link(_browser(visit), whom)
            answers.append(alike.plain(answer, {"whom": whom})[:2])
        assert answers[0][0] == 200
        assert all(answer == answers[0] for answer in answers)
        assert len(_links(person["email"])) == 2

    def test_a_wrong_link_tells_no_account(self, visit: Visit, person: Person) -> None:
        """Nor does one without a key, by name or by id."""
        known = visit("administrator").done("user_show", id=person["name"])["id"]
        answers = []
        for whom in (person["name"], known, word("nobody"), str(uuid.uuid4())):
            for key in ("?key=wrong", "?key=", ""):
                answer = visit().get(f"/user/reset/{whom}{key}")
                answers.append(alike.plain(answer, {"whom": whom, "key": key or "?key="})[:2])
        assert answers[0][0] == 400
        assert [answer[0] for answer in answers] == [400] * len(answers)
        assert answers[:3] == answers[3:6] == answers[6:9] == answers[9:]

    def test_a_link_leads_to_the_portal_whatever_host_is_asked(
        self, visit: Visit, person: Person
    ) -> None:
        for headers in ({"Host": "evil.example.org"}, {"X-Forwarded-Host": "evil.example.org"}):
            visitor = _browser(visit)
            answer = _ask_for_a_link(visitor, person["name"], **headers)
            assert answer.url.startswith(visitor.url)
            assert answer.status_code == 200
        assert {origin for origin, _path in _links(person["email"])} == {visit().url}

    def test_a_link_works_once(self, visit: Visit, person: Person) -> None:
        _ask_for_a_link(_browser(visit), person["name"])
        [(_origin, path)] = _links(person["email"])
        new = secrets.token_urlsafe(16)
        assert _choose(_browser(visit), path, new) == 200
        assert _signs_in(visit, person["name"], new)
        assert not _signs_in(visit, person["name"], person["password"])
        assert _choose(_browser(visit), path, secrets.token_urlsafe(16)) >= 400
        assert _signs_in(visit, person["name"], new)

    def test_no_other_key_works(self, visit: Visit, person: Person, other: Person) -> None:
        """An older one, none, an empty one, another account's."""
        for whom in (person, person, other):
            _ask_for_a_link(_browser(visit), whom["name"])
        (_, old), _new = _links(person["email"])
        [(_, foreign)] = _links(other["email"])
        page = f"/user/reset/{person['name']}"
        key = foreign.partition("?")[2]
        for path in (old, page, f"{page}?key=", f"{page}?key=%20", f"{page}?key=None"):
            assert _choose(_browser(visit), path, "forged-password-1") >= 400, path
        assert _choose(_browser(visit), f"{page}?{key}", "forged-password-1") >= 400
        for key in ("", None, foreign.partition("key=")[2]):
            answer = visit("outsider").act(
                "user_update", id=person["name"], email="forged@example.org", reset_key=key
            )
            assert 400 <= answer.status_code < 500
        assert _signs_in(visit, person["name"], person["password"])


class TestOthers:
    @pytest.mark.parametrize("role", ROLES)
    def test_accounts_are_not_changed(self, visit: Visit, person: Person, role: str | None) -> None:
        before = visit("administrator").done("user_show", id=person["name"])
        forged = {"password": "forged-password-1", "email": "forged@example.org", "about": "Forged"}
        for action in ("user_update", "user_patch", "user_delete"):
            for key in ("id", "name"):
                sent = {**forged, "sysadmin": True, key: person["name"]}
                answer = visit(role).act(action, **sent)
                assert 400 <= answer.status_code < 500, (action, key)
        assert visit("administrator").done("user_show", id=person["name"]) == before
        assert _signs_in(visit, person["name"], person["password"])

    @pytest.mark.parametrize("role", ROLES)
    def test_nothing_internal_is_told(self, visit: Visit, person: Person, role: str | None) -> None:
        """Neither of another account nor, but for its address, of an own one."""
        visitor = visit(role)
        more = {"include_password_hash": True, "include_plugin_extras": True, "all_fields": True}
        for name in (person["name"], visitor.name or "administrator"):
            for action in ("user_show", "user_list", "user_autocomplete"):
                text = visitor.act(action, id=name, q=name, keep_email=True, **more).text
                text = text.replace('"apikey": null', "")  # an own key, which nobody has any more
                assert not [field for field in INTERNAL if field in text], (action, name)
                assert person["email"] not in text
        found = visitor.act("user_list", email=person["email"], all_fields=False)
        assert found.json().get("result") in (None, [])

    @pytest.mark.parametrize("role", ROLES)
    def test_tokens_are_their_owner_s(self, visit: Visit, person: Person, role: str | None) -> None:
        owner, visitor = Visitor(visit().url, person), visit(role)
        token = owner.done("api_token_create", user=person["name"], name="mine")["token"]
        before = owner.done("api_token_list", user_id=person["name"])
        for action, sent in (
            ("api_token_create", {"user": person["name"], "name": "forged"}),
            ("api_token_list", {"user_id": person["name"]}),
            ("api_token_revoke", {"token": token[:-3] + "xxx"}),
            ("api_token_revoke", {"jti": before[0]["id"]}),
        ):
            assert 400 <= visitor.act(action, **sent).status_code < 500, (action, sent)
        assert owner.done("api_token_list", user_id=person["name"]) == before


class TestSysadmin:
    @pytest.mark.parametrize("role", ROLES)
    def test_nobody_makes_a_sysadmin(self, visit: Visit, role: str | None) -> None:
        visitor, name = visit(role), word("forged")
        new = {"name": name, "email": f"{name}@example.org", "password": "forged-password-1"}
        assert 400 <= visitor.act("user_create", **new, sysadmin=True).status_code < 500
        if role is None:
            return
        shown = visitor.done("user_show", id=visitor.name)
        own = {"id": visitor.name, "email": shown["email"]}
        for forged in (
            {"sysadmin": True},
            {"sysadmin": "true", "state": "active"},
            {"plugin_extras": {"sysadmin": True}},
            {"sysadmin": True, "ignore_auth": True, "context": {"ignore_auth": True}},
        ):
            for action in ("user_update", "user_patch"):
                assert visitor.act(action, **own, **forged).status_code < 500
        visitor.post("/user/sysadmin", data={"username": visitor.name, "status": "1"})
        shown = visit("administrator").done(
            "user_show", id=visitor.name, include_plugin_extras=True
        )
        assert shown["sysadmin"] is False
        assert not (shown["plugin_extras"] or {}).get("sysadmin")
