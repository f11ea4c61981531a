"""The API while the search engine is away."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestSearchEngineAway:
    def test_search_answers_503_and_when_to_come_back(
        self, app: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(ckan_config, "solr_url", "http://127.0.0.1:1/solr/none")
        answer = app.get("/api/3/action/package_search", expect_errors=True)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert answer.json["success"] is False

    def test_what_needs_no_search_still_works(
        self, app: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(ckan_config, "solr_url", "http://127.0.0.1:1/solr/none")
        assert app.get("/api/3/action/organization_list").status_code == 200
        assert app.get("/").status_code == 200
