"""A session ends for everybody who holds its cookie, and rights end with what they came from."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest
import requests

from tests.attack.planting import DEPARTMENT, word
from tests.attack.visitor import SECONDS, Visitor, csrf_token

Visit = Callable[..., Visitor]
Person = dict[str, str]


@pytest.fixture
def person(visit: Visit) -> Iterator[Person]:
    """An account of its own, and its password."""
    name, password = f"person-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    visit("administrator").done(
        "user_create", name=name, email=f"{name}@example.org", password=password
    )
    yield {"name": name, "password": password}
    visit("administrator").act("user_delete", id=name)


def _copy(visitor: Visitor) -> Visitor:
    """Come with the same cookies, from somewhere else."""
    thief = Visitor(visitor.url)
    thief.http = requests.Session()
    thief.http.cookies.update(visitor.http.cookies)
    thief.token, thief.name = visitor.token, visitor.name
    return thief


def _is_known(visitor: Visitor) -> bool:
    """Whether the portal takes the visitor for somebody, by page and by API."""
    page = visitor.get("/work", allow_redirects=False).status_code == 200
    shown = visitor.get(f"/api/3/action/user_show?id={visitor.name}").json().get("result", {})
    assert page == ("email" in shown), (page, shown)
    return page


class TestSigningOut:
    def test_a_copied_cookie_is_signed_out_too(self, visit: Visit, person: Person) -> None:
        """Its copies of before and of after a further page, for reading and for writing."""
        owner = Visitor(visit().url, person)
        early = _copy(owner)
        owner.get("/inbox")
        late = _copy(owner)
        assert _is_known(early)
        assert _is_known(late)
        owner.get("/user/_logout")
        assert not _is_known(owner)
        for thief in (early, late):
            assert not _is_known(thief)
            answer = thief.act("user_patch", id=person["name"], about="Forged")
            assert 400 <= answer.status_code < 500
            assert thief.post("/inbox/read").status_code in (400, 401, 403)
        again = Visitor(visit().url, person)
        assert again.done("user_show", id=person["name"])["about"] != "Forged"

    def test_another_device_stays_signed_in(self, visit: Visit, person: Person) -> None:
        one, other = Visitor(visit().url, person), Visitor(visit().url, person)
        one.get("/user/_logout")
        assert not _is_known(one)
        assert _is_known(other)

    def test_no_cookie_signs_in_again_by_itself(self, visit: Visit, person: Person) -> None:
        """CKAN's remember-me cookie could not be taken back: it is worth nothing here."""
        url = visit().url
        browser = requests.Session()
        page = browser.get(f"{url}/user/login", timeout=SECONDS).text
        assert 'name="remember"' not in page
        form = {
            "_csrf_token": csrf_token(page),
            "login": person["name"],
            "password": person["password"],
            "remember": "63072000000",
        }
        answer = browser.post(
            f"{url}/user/login", data=form, headers={"Referer": url}, allow_redirects=False,
            timeout=SECONDS,
        )  # fmt: skip
        cookie = answer.cookies.get("remember_token")
        assert cookie
        answer = requests.get(
            f"{url}/work", cookies={"remember_token": cookie}, allow_redirects=False,
            timeout=SECONDS,
        )  # fmt: skip
        assert answer.status_code != 200
        assert "remember_token=;" in answer.headers.get("Set-Cookie", "")


class TestPassword:
    def test_a_new_one_ends_every_session(self, visit: Visit, person: Person) -> None:
        owner = Visitor(visit().url, person)
        thief = _copy(owner)
        new = secrets.token_urlsafe(16)
        owner.done(
            "user_update",
            id=person["name"],
            email=f"{person['name']}@example.org",
            password=new,
        )
        assert not _is_known(thief)
        assert not _is_known(_copy(owner))
        assert _is_known(Visitor(visit().url, {**person, "password": new}))

    def test_one_that_an_administrator_sets_does_too(self, visit: Visit, person: Person) -> None:
        owner = Visitor(visit().url, person)
        visit("administrator").done(
            "user_patch", id=person["name"], password=secrets.token_urlsafe(16)
        )
        assert not _is_known(owner)

    def test_other_changes_of_the_account_do_not(self, visit: Visit, person: Person) -> None:
        owner = Visitor(visit().url, person)
        owner.done("user_patch", id=person["name"], about="A line about me")
        assert _is_known(owner)


class TestRights:
    def test_a_deleted_account_has_none(self, visit: Visit, person: Person) -> None:
        """Neither its session nor its token."""
        owner = Visitor(visit().url, person)
        token = owner.done("api_token_create", user=person["name"], name=word("token"))["token"]
        visit("administrator").done("user_delete", id=person["name"])
        assert not _is_known(owner)
        answer = requests.get(
            f"{owner.url}/api/3/action/indep_request_list",
            headers={"Authorization": token},
            timeout=SECONDS,
        )
        assert answer.status_code in (401, 403)

    def test_who_left_the_department_edits_nothing(self, visit: Visit, person: Person) -> None:
        administrator = visit("administrator")
        administrator.done(
            "organization_member_create", id=DEPARTMENT, username=person["name"], role="editor"
        )
        steward = Visitor(visit().url, person)
        draft = steward.done("package_create", title=word("draft"), owner_org=DEPARTMENT)
        administrator.done("organization_member_delete", id=DEPARTMENT, username=person["name"])
        assert steward.act("package_patch", id=draft["id"], title="Late").status_code in (403, 404)
        fields = {"title": word("draft"), "owner_org": DEPARTMENT}
        assert steward.act("package_create", **fields).status_code in (403, 409)

    def test_an_office_that_ended_is_none(self, visit: Visit, person: Person) -> None:
        """With the very next request of a session that is open."""
        administrator = visit("administrator")
        holder = Visitor(visit().url, person)
        assert holder.get("/audit").status_code in (403, 404)
        given = administrator.done(
            "indep_appointment_create", user=person["name"], office="auditor"
        )
        assert holder.get("/audit").status_code == 200
        administrator.done("indep_appointment_end", id=given["id"], reason="Another post")
        assert holder.get("/audit").status_code in (403, 404)


class TestStrangers:
    def test_they_have_no_session(self, visit: Visit) -> None:
        for path in ("/", "/dataset/", "/insight", "/open-data-policy"):
            assert "Set-Cookie" not in visit().get(path).headers, path

    def test_a_made_up_session_is_none(self, visit: Visit) -> None:
        for value in ("x", ".", "eyJfdXNlcl9pZCI6ImFkbWluIn0.x.y", "\x00", "a" * 5000):
            answer = requests.get(
                f"{visit().url}/work", cookies={"ckan": value}, allow_redirects=False,
                timeout=SECONDS,
            )  # fmt: skip
            assert answer.status_code in (302, 400, 401, 403), value
