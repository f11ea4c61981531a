"""The residents' pages: plain, light, protected, and standing while a service is down."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.search import SearchError, SolrConnectionError
from ckan.tests import factories

Make = Callable[..., dict[str, Any]]

LARGEST_PAGE = 60_000
_EXECUTABLE_SCRIPT = re.compile(r"<script(?![^>]*application/ld\+json)")
_INLINE_HANDLER = re.compile(r"<[^>]+\son[a-z]+=")


def _body(app: Any, path: str, status: int = 200, **kwargs: Any) -> str:
    response = app.get(path, expect_errors=True, **kwargs)
    assert response.status_code == status, response.body[:500]
    return str(response.body)


def _signed_in() -> dict[str, str]:
    token = factories.SysadminWithToken()["token"]
    return {"Authorization": token}


class TestWithoutScripts:
    def test_no_page_of_residents_runs_any(self, app: Any, released: Make) -> None:
        package = released()
        resource = package["resources"][0]
        for path in (
            "/",
            "/dataset/",
            "/dataset/?q=pothole",
            f"/dataset/{package['name']}",
            f"/dataset/{package['name']}/resource/{resource['id']}",
            "/organization/",
            f"/organization/{package['organization']['name']}",
            "/user/login",
            "/about",
            "/es/",
        ):
            body = _body(app, path)
            assert not _EXECUTABLE_SCRIPT.search(body), path
            assert not _INLINE_HANDLER.search(body), path
            assert "/webassets/" not in body, path
            assert len(body) < LARGEST_PAGE, path
            assert body.count("<main") == body.count("<h1") == 1, path
            assert 'href="#content"' in body, path


class TestHome:
    pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

    def test_an_empty_portal_says_so(self, app: Any) -> None:
        assert "Nothing has been released yet" in _body(app, "/")

    @pytest.mark.parametrize("error", [SearchError("canary"), SolrConnectionError("canary")])
    def test_it_stands_while_search_is_down(
        self, app: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        _break_search(monkeypatch, error)
        body = _body(app, "/")
        assert "Search is not available right now" in body
        assert "canary" not in body


class TestSearch:
    def test_results_say_how_fresh_they_are(self, app: Any, released: Make) -> None:
        released(modified="2020-01-31", update_frequency="R/P1M")
        body = _body(app, "/dataset/?q=pothole")
        assert "Updated January 31, 2020" in body
        assert "Late since February 29, 2020" in body

    @pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
    def test_nothing_found_says_what_to_try(self, app: Any) -> None:
        assert "What you can try" in _body(app, "/dataset/?q=zzzz")

    @pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
    def test_the_words_searched_for_are_escaped(self, app: Any) -> None:
        assert "<b>zzzz" not in _body(app, "/dataset/?q=%3Cb%3Ezzzz")

    @pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
    @pytest.mark.parametrize("path", ["/dataset/", "/organization/"])
    def test_503_while_search_is_down(
        self, app: Any, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        _break_search(monkeypatch, SolrConnectionError("canary"))
        assert "Search is not available right now" in _body(app, path, status=503)


class TestDataset:
    def test_it_shows_the_table_and_explains_its_columns(self, app: Any, released: Make) -> None:
        package = released()
        body = _body(app, f"/dataset/{package['name']}")
        assert "02116" in body
        assert "columns explained" in body
        assert "What you may do with it" in body
        assert f"/datastore/dump/{package['resources'][0]['id']}?format=json" in body

    def test_staff_only_fields_are_not_in_it(self, app: Any, released: Make) -> None:
        package = released()
        for headers in ({}, _signed_in()):
            assert "canary" not in _body(app, f"/dataset/{package['name']}", headers=headers)

    def test_a_draft_is_not_found_by_strangers(self, app: Any, draft: Make) -> None:
        workspace = draft()
        body = _body(app, f"/dataset/{workspace['id']}", status=404)
        assert "This page does not exist" in body
        assert workspace["title"] not in body


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestMeasure:
    @pytest.mark.parametrize("name", ["nope", "..", "%F0%9F%92%A9"])
    def test_an_unknown_one_is_not_found(self, app: Any, name: str) -> None:
        assert app.get(f"/measure/{name}", expect_errors=True).status_code == 404

    def test_the_list_is_on_insight(self, app: Any) -> None:
        response = app.get("/measure/", follow_redirects=False)
        assert response.headers["Location"].endswith("/insight")


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestErrors:
    @pytest.mark.parametrize("path", ["/measure/%00", "/dataset/?q=%00", "/dataset/%00"])
    def test_a_null_character_is_refused(self, app: Any, path: str) -> None:
        assert "could not be answered" in _body(app, path, status=400)

    def test_an_error_shows_nothing_internal(
        self, app: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _break_search(monkeypatch, tk.ValidationError({"secret": ["canary"]}))
        app.flask_app.config["PROPAGATE_EXCEPTIONS"] = False
        monkeypatch.setattr(app.flask_app, "testing", False)
        response = app.get("/dataset/", expect_errors=True)
        assert response.status_code == 500
        assert "canary" not in response.body


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestHeaders:
    def test_pages_of_strangers(self, app: Any) -> None:
        headers = app.get("/").headers
        assert "script-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"

    def test_what_staff_see_is_not_stored(self, app: Any) -> None:
        for path in ("/", "/api/3/action/package_search"):
            headers = app.get(path, headers=_signed_in()).headers
            assert headers["Cache-Control"] == "private, no-store", path

    def test_the_style_sheet_is_cached_by_its_version(self, app: Any) -> None:
        address = re.search(r'href="(/indep/css/indep\.css\?v=\w+)"', _body(app, "/"))
        assert address is not None
        assert "immutable" in app.get(address[1]).headers["Cache-Control"]


class TestDownload:
    def test_an_uploaded_file_can_do_nothing_in_the_sites_name(
        self, app: Any, released: Make
    ) -> None:
        resource = released()["resources"][0]
        headers = app.get(resource["url"].replace("http://test.ckan.net", "")).headers
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["X-Content-Type-Options"] == "nosniff"


def _break_search(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Have everything that asks the search engine meet `error`."""

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("ckan.lib.search.query.PackageSearchQuery.run", fail)
