"""Pages that are made once for all strangers, and never for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories
from sqlalchemy.exc import OperationalError

from ckanext.indep.insight import front, listing, periods, service
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
    make_app().get("/insight", headers={"Authorization": user["token"]})
    assert len(made) == 6


def test_a_tag_made_weak_on_its_way_still_saves_the_page(
    make_app: Callable[[], Any], reported: Reported, made: list[str]
) -> None:
    reported({"FY2024-Q1": "81.5"})
    tag = make_app().get("/insight").headers["ETag"]
    for given in (f"W/{tag}", f'"other", {tag}', "*"):
        answer = make_app().get("/insight", headers={"If-None-Match": given})
        assert (answer.status_code, answer.body) == (304, "")
        assert answer.headers["ETag"] == tag
        assert "Content-Length" not in answer.headers
    assert make_app().get("/insight", headers={"If-None-Match": '"other"'}).status_code == 200
    assert len(made) == 1


def test_what_is_no_page_of_one_version_is_made_each_time(
    make_app: Callable[[], Any], reported: Reported
) -> None:
    measure = reported({"FY2024-Q1": "81.5"})
    for path, status in (
        (f"/insight/measure/{measure.name}", 200),
        ("/insight/measure/nothing", 404),
        ("/insight/staff", 302),
        (f"/api/3/action/indep_measure_show?id={measure.name}&of=/insight", 200),
    ):
        for _ in range(2):
            answer = make_app().get(path, follow_redirects=False)
            assert answer.status_code == status, path
    for _ in range(2):
        head = make_app().client.head("/insight")
        assert (head.status_code, head.data) == (200, b"")
        assert measure.title in make_app().get("/insight").body


def test_a_measure_that_is_gone_is_gone_before_anybody_was_told(
    make_app: Callable[[], Any], reported: Reported
) -> None:
    measure = reported({"FY2024-Q1": "81.5"})
    page = f"/insight/measure/{measure.name}"
    assert make_app().get(page).status_code == 200
    package = model.Package.get(measure.name)
    assert package
    package.private = True
    model.repo.commit()
    assert make_app().get(page, follow_redirects=False).status_code == 404


def test_without_its_version_the_page_is_made_by_ckan(
    make_app: Callable[[], Any],
    reported: Reported,
    made: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported({"FY2024-Q1": "81.5"})

    def away() -> Any:
        raise OperationalError("", {}, OSError())

    make_app().get("/insight")
    monkeypatch.setattr(front.model, "ensure_engine", away)
    assert make_app().get("/insight").status_code == 200
    assert len(made) == 2


def test_what_is_kept_stays_below_its_bound_and_grows_old() -> None:
    now = 0.0
    kept = KeptPages(100, seconds=60, clock=lambda: now)
    for number in range(9):
        kept.add(str(number), Page(b"x" * 40, ()))
        kept.get("0")
    assert [key for key in map(str, range(9)) if kept.get(key)] == ["0", "8"]
    now = 30.0
    kept.add("0", Page(b"y" * 60, (("A", "b"),)))
    kept.add("huge", Page(b"z" * 101, ()))
    assert kept.get("huge") is None
    assert kept.get("0") == Page(b"y" * 60, (("A", "b"),))
    now = 61.0
    assert kept.get("8") is None
    assert kept.get("0")
    now = 91.0
    assert kept.get("0") is None
