"""Pages that are made once for all strangers, and never for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories

from ckanext.indep.insight import listing, periods, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.kept_pages import KeptPages, Page
from ckanext.indep.insight.status import Target
from tests.insight.conftest import entry

Reported = Callable[..., Definition]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each time that a page with the list of measures is made."""
    calls: list[str] = []
    summaries = listing.summaries

    def noted() -> Any:
        calls.append("made")
        return summaries()

    monkeypatch.setattr(listing, "summaries", noted)
    return calls


def test_a_page_is_made_once_for_each_version(
    make_app: Callable[[], Any], reported: Reported, made: list[str]
) -> None:
    measure = reported({"FY2024-Q1": "81.5"})
    first = make_app().get("/insight")
    again = make_app().get("/insight")
    assert again.body == first.body
    assert len(made) == 1
    same = {"ETag", "Cache-Control", "Vary", "Content-Type", "Content-Security-Policy"}
    assert {name: again.headers[name] for name in same} == {
        name: first.headers[name] for name in same
    }
    make_app().get("/es/insight")
    make_app().get("/insight?other=1")
    assert len(made) == 3
    service.record(measure, [entry("FY2024-Q2", "66.6")], "clerk")
    service.publish([periods.parse("FY2024-Q2")], "office")
    assert make_app().get("/insight").headers["ETag"] != first.headers["ETag"]
    assert len(made) == 4
    service.set_target(
        measure, periods.parse("FY2025"), Target(entry("FY2025", "3").value), "x", "o"
    )
    make_app().get("/insight")
    assert len(made) == 5


def test_who_sends_a_cookie_gets_a_page_of_their_own(
    make_app: Callable[[], Any], reported: Reported, made: list[str]
) -> None:
    reported({"FY2024-Q1": "81.5"})
    user = factories.UserWithToken()
    visitor = make_app()
    host = urlsplit(tk.config["ckan.site_url"]).hostname
    visitor.client.set_cookie("a", "b", domain=host)
    for _ in range(2):
        visitor.get("/insight")
        make_app().get("/insight", headers={"Authorization": user["token"]})
    assert len(made) == 4
    stranger = make_app().get("/insight").body
    assert user["name"] not in stranger
    assert len(made) == 5


def test_a_tag_made_weak_on_its_way_still_saves_the_page(
    make_app: Callable[[], Any], reported: Reported, made: list[str]
) -> None:
    reported({"FY2024-Q1": "81.5"})
    tag = make_app().get("/insight").headers["ETag"]
    assert make_app().get("/insight", headers={"If-None-Match": f"W/{tag}"}).status_code == 304


def test_what_is_kept_stays_below_its_bound() -> None:
    kept = KeptPages(100)
    for number in range(9):
        kept.add(str(number), Page(b"x" * 40, ()))
        kept.get("0")
    assert [tag for tag in map(str, range(9)) if kept.get(tag)] == ["0", "8"]
    kept.add("0", Page(b"y" * 60, (("A", "b"),)))
    kept.add("huge", Page(b"z" * 101, ()))
    assert kept.get("huge") is None
    assert kept.get("0") == Page(b"y" * 60, (("A", "b"),))
