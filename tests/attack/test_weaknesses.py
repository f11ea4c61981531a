"""Classes of weakness that CKAN had, or has in the release that the portal runs on."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.attack.planting import DEPARTMENT, Planted, plant, word
from tests.attack.probing import TALLY, each
from tests.attack.visitor import SECONDS, Visitor, csrf_token

Visit = Callable[..., Visitor]

SCRIPT = b"<script>document.title='owned'</script>"
ACTIVE = {
    "page.html": b"<!doctype html>" + SCRIPT,
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "data.xml": b'<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</x>",
    "page.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    "table.csv": b"a\n=1+1\n",
}
ELSEWHERE = (
    "https://evil.example.org/",
    "//evil.example.org/",
    "/\\evil.example.org/",
    "javascript:1",
)


@pytest.fixture(scope="module")
def draft(visit: Visit) -> Planted:
    return plant(visit("steward"))


class TestFiles:
    def test_active_files_are_saved_and_never_shown(self, visit: Visit, draft: Planted) -> None:
        """A steward's HTML must not run in a reviewer's session: attachment, sandbox, nosniff."""
        steward, package = visit("steward"), draft.ids["package"]
        for filename, content in ACTIVE.items():
            answer = steward.upload(package, filename, content)
            assert answer.status_code == 200, answer.text
            resource = answer.json()["result"]["id"]
            for name in (filename, "other.html", ""):
                path = f"/dataset/{package}/resource/{resource}/download/{name}".rstrip("/")
                headers = steward.get(path).headers
                assert headers["Content-Disposition"].startswith("attachment"), path
                assert headers["X-Content-Type-Options"] == "nosniff", path
                assert headers["Content-Security-Policy"].startswith("sandbox"), path
        TALLY.probes += 3 * len(ACTIVE)

    @pytest.mark.parametrize(
        "resource", ["../../../../etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..\\..\\x"]
    )
    def test_no_path_leads_out_of_the_storage(
        self, visit: Visit, draft: Planted, resource: str
    ) -> None:
        package = draft.ids["package"]
        for path in (
            f"/dataset/{package}/resource/{resource}/download/x",
            f"/dataset/{package}/resource/{draft.ids['resource']}/download/{resource}",
            f"/file/public-download/default/{resource}",
            f"/uploads/{resource}",
        ):
            answer = visit("steward").get(path)
            assert "root:" not in answer.text
            assert answer.status_code < 500, path

    def test_made_up_resource_ids_are_refused(self, visit: Visit, released: Planted) -> None:
        """Nobody takes the id of another's file to be given its bytes."""
        for changes in ({"id": released.ids["resource"]}, {"id": "../../x"}, {"id": word("id")}):
            resource = {"name": "Mine", "url": "x.csv", "url_type": "upload", **changes}
            answer = visit("steward").act(
                "package_create", title="Mine", owner_org=DEPARTMENT, resources=[resource]
            )
            assert answer.status_code == 409, answer.text

    def test_zip_bomb(self, visit: Visit, draft: Planted) -> None:
        """A small workbook that unpacks to very much is stored, and never unpacked by a page."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
            bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
        answer = visit("steward").upload(draft.ids["package"], "bomb.xlsx", packed.getvalue())
        assert answer.status_code < 500
        assert visit("steward").get(f"/dataset/{draft.ids['package']}").status_code == 200

    @pytest.mark.parametrize("filename", ["picture.svg", "page.html", "picture.png"])
    def test_pictures_of_people_are_pictures(self, visit: Visit, filename: str) -> None:
        """What is not a picture by its bytes is not stored for a public address."""
        outsider = visit("outsider")
        me = outsider.done("user_show", id=outsider.name)
        outsider.post(
            "/api/3/action/user_patch",
            data={"id": me["id"]},
            files={"image_upload": (filename, ACTIVE["picture.svg"], "image/png")},
        )
        shown = outsider.done("user_show", id=outsider.name)
        assert not (shown.get("image_url") or "").endswith((".svg", ".html"))


class TestSessions:
    def test_no_token_no_change(self, visit: Visit, draft: Planted) -> None:
        """CVE-2026-41255: after an anonymous request and one by token, the check still holds."""
        steward, number = visit("steward"), draft.ids["number"]
        path = f"{steward.url}/request/{number}/comment"
        for _ in range(4):
            visit().get("/work")
            requests.post(path, data={"reason": "x"}, timeout=SECONDS)
            requests.post(path, headers={"Authorization": "x"}, data={"a": "b"}, timeout=SECONDS)
        answers = each(
            range(8), lambda _n: steward.http.post(path, data={"reason": "forged"}, timeout=SECONDS)
        )
        assert {answer.status_code for answer in answers} == {400}
        assert "forged" not in steward.get(f"/request/{number}").text

    def test_no_token_no_api_call_either(self, visit: Visit, draft: Planted) -> None:
        steward = visit("steward")
        answer = steward.http.post(
            f"{steward.url}/api/3/action/package_patch",
            json={"id": draft.ids["package"], "title": "Forged"},
            timeout=SECONDS,
        )
        assert answer.status_code == 400

    def test_signing_in_gives_a_new_session(self, visit: Visit) -> None:
        """A cookie that somebody put there before is worth nothing afterwards."""
        url = visit().url
        answer = requests.get(f"{url}/user/login", timeout=SECONDS)
        before = {cookie.name: cookie.value or "" for cookie in answer.cookies}
        assert before
        signed_in = visit("outsider").http.cookies.get_dict()
        assert not set(before.values()) & set(signed_in.values())
        fixed = requests.get(f"{url}/work", cookies=before, timeout=SECONDS)
        assert visit("outsider").name not in fixed.text

    def test_the_cookie_is_for_this_site_only(self, visit: Visit) -> None:
        answer = requests.get(f"{visit().url}/user/login", timeout=SECONDS)
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_nobody_is_sent_elsewhere_by_signing_in(self, visit: Visit) -> None:
        """Right after the password, which is when it would be believed."""
        name, password = f"person-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
        visit("administrator").done(
            "user_create", name=name, email=f"{name}@example.org", password=password
        )
        url, places = visit().url, []
        for target in (*ELSEWHERE, "\\\\evil.example.org", "evil.example.org", "/inbox"):
            browser = requests.Session()
            token = csrf_token(browser.get(f"{url}/user/login", timeout=SECONDS).text)
            answer = browser.post(
                f"{url}/user/login",
                params={"came_from": target},
                data={"_csrf_token": token, "login": name, "password": password},
                headers={"Referer": url},
                allow_redirects=False,
                timeout=SECONDS,
            )
            assert answer.status_code in (302, 400), target
            places.append(answer.headers.get("Location", url))
        assert {urlsplit(place).netloc for place in places} == {urlsplit(url).netloc}
        assert places[-1] == f"{url}/inbox"

    @pytest.mark.parametrize("target", ELSEWHERE)
    def test_nobody_is_sent_elsewhere(self, visit: Visit, target: str) -> None:
        outsider = visit("outsider")
        for path in ("/user/login", "/user/_logout", "/util/redirect"):
            for key in ("came_from", "next", "url"):
                stranger = Visitor(outsider.url)
                answer = stranger.get(path, params={key: target}, allow_redirects=False)
                host = urlsplit(answer.headers.get("Location", "")).netloc
                assert host in ("", urlsplit(outsider.url).netloc), (path, key)
                assert not answer.headers.get("Location", "").startswith("javascript")

    def test_the_host_is_ours_whatever_is_asked(self, visit: Visit) -> None:
        """Links in pages and mails come from the settings, not from the request."""
        for path in ("/", "/user/reset", "/sitemap.xml", "/data.json", "/api/3/action/status_show"):
            answer = visit().get(path, headers={"Host": "evil.example.org"})
            assert "evil.example.org" not in answer.text, path

    def test_answers_to_a_token_are_not_for_caches(self, visit: Visit) -> None:
        outsider = visit("outsider")
        made = outsider.done("api_token_create", user=outsider.name, name=word("token"))
        answer = requests.get(
            f"{outsider.url}/api/3/action/user_show?id={outsider.name}",
            headers={"Authorization": made["token"]},
            timeout=SECONDS,
        )
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert "public" not in answer.headers["Cache-Control"]

    def test_a_callback_has_no_session(self, visit: Visit, draft: Planted) -> None:
        """Another site that loads the API as a script reads as a stranger."""
        steward = visit("steward")
        answer = steward.get(f"/api/3/action/package_show?id={draft.ids['package']}&callback=steal")
        assert draft.word not in answer.text


class TestInput:
    def test_a_long_extra(self, visit: Visit, draft: Planted) -> None:
        for size in (40_000, 400_000):
            answer = visit("steward").act(
                "package_patch",
                id=draft.ids["package"],
                extras=[{"key": "long", "value": "x" * size}],
            )
            assert answer.status_code < 500, answer.text[:200]
            patched = visit("steward").act(
                "package_patch", id=draft.ids["package"], limitations="y" * size
            )
            assert patched.status_code < 500, patched.text[:200]

    def test_a_malformed_relationship_poisons_nothing(self, visit: Visit, draft: Planted) -> None:
        administrator, package = visit("administrator"), draft.ids["package"]
        for bad in ([{"x": "y"}], [{"object": "nothing", "type": "depends_on"}], "x", [None]):
            for key in ("relationships_as_subject", "relationships_as_object"):
                answer = administrator.act("package_patch", id=package, **{key: bad})
                assert 400 <= answer.status_code < 500, answer.text
        assert visit("steward").act("package_show", id=package).status_code == 200
        assert administrator.act("package_patch", id=package, notes="Fine").status_code == 200

    def test_markup_is_shown_as_text(self, visit: Visit, draft: Planted) -> None:
        """In Markdown, names of files, labels of columns and titles of views."""
        steward, package = visit("steward"), draft.ids["package"]
        attack = '<img src=x onerror="alert(1)"><script>alert(1)</script>'
        steward.done("package_patch", id=package, title=attack, notes=f"{attack} [a](javascript:1)")
        steward.done("resource_patch", id=draft.ids["resource"], name=attack, description=attack)
        steward.act(
            "resource_view_update",
            id=draft.ids["view"],
            resource_id=draft.ids["resource"],
            view_type="datatables_view",
            title=attack,
        )
        resource = f"/dataset/{package}/resource/{draft.ids['resource']}"
        for path in (
            f"/dataset/{package}",
            f"/dataset/edit/{package}",
            resource,
            f"{resource}/view/{draft.ids['view']}",
            f"/request/{draft.ids['number']}",
            "/work",
        ):
            text = steward.get(path).text
            assert "<img src=x" not in text, path
            assert "<script>alert" not in text, path
            assert 'href="javascript:' not in text, path


class TestHeaders:
    def test_each_page_protects_itself(self, visit: Visit) -> None:
        for path in ("/", "/dataset/", "/user/login", "/no/such/page"):
            headers = visit().get(path).headers
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["X-Frame-Options"] == "SAMEORIGIN"
            assert "default-src 'self'" in headers["Content-Security-Policy"]

    def test_pages_of_staff_are_not_kept(self, visit: Visit) -> None:
        answers: list[Any] = each(("/work", "/review", "/dataset/"), visit("steward").get)
        assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}
