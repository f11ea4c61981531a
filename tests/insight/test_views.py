"""Pages and downloads, as a stranger gets them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from ckan.lib.search import SearchError
from ckan.tests import factories

from ckanext.indep.insight import listing, periods, service
from ckanext.indep.insight.definition import Definition

from .conftest import Make, publish_package

Reported = Callable[..., Definition]


@pytest.fixture
def potholes(reported: Reported) -> Definition:
    return reported({"FY2026-Q4": "85.04", "FY2027-Q1": "92.3"}, name="potholes")


def test_dashboard_tells_result_target_status_and_change(app: Any, potholes: Definition) -> None:
    body = app.get("/insight").body
    for text in ("92.3", "at least 90.0", "Goal Met", "Quality", "before Under Goal"):
        assert text in body
    assert "<script" not in body
    assert "style=" not in body


def test_empty_dashboard(app: Any, unguarded: None) -> None:
    assert "No measures have been published yet" in app.get("/insight").body


def test_measure_page(app: Any, potholes: Definition) -> None:
    body = app.get("/insight/measure/potholes").body
    for text in ("July to September 2026", "FY2026 Q4", "85.0", "Agreed", "A pothole grows."):
        assert text in body
    assert body.count('role="img"') >= 2


@pytest.mark.parametrize(
    ("frequency", "key", "named"),
    [
        ("month", "FY2026-M03", ("September 2025", "FY2026 M03")),
        ("quarter", "FY2026-Q1", ("FY2026 Q1", "July to September 2025")),
        ("year", "FY2026", ("FY2026", "July 2025 to June 2026")),
    ],
)
def test_a_row_names_its_period_as_residents_and_as_files_do(
    app: Any, measure: Make, frequency: str, key: str, named: tuple[str, str]
) -> None:
    made = measure(aggregation="last", frequency=frequency, name="named")
    service.load_history(made, [{"period": key, "value": "90"}], "test")
    service.publish(service.pending_quarters(), "test")
    body = app.get("/insight/measure/named").body
    start = body.index(f'id="{key}"')
    row = " ".join(body[start : body.index("</tr>", start)].split())
    assert f">{named[0]}<span" in row
    assert f">{named[1]}</span>" in row


@pytest.mark.parametrize(
    "path", ["measure/nothing", "measure/nothing.csv", "goal/nothing", "department/nothing"]
)
def test_unknown_pages_are_404(app: Any, unguarded: None, path: str) -> None:
    assert app.get(f"/insight/{path}").status_code == 404


def test_goal_and_department(app: Any, potholes: Definition) -> None:
    for path in ("goal/quality", f"department/{potholes.department}"):
        assert potholes.title in app.get(f"/insight/{path}").body


def test_home_search_and_the_dataset_lead_to_a_measure(
    app: Any, reported: Reported, department: dict[str, Any]
) -> None:
    publish_package(
        type="dataset",
        name="pothole-reports",
        title="Pothole reports",
        notes="One row for each.",
        owner_org=department["id"],
    )
    reported({"FY2027-Q1": "92.3"}, name="potholes", linked_dataset="pothole-reports")
    address = "/insight/measure/potholes"
    assert address in app.get("/dataset/pothole-reports").body
    found = app.get("/dataset/?q=pothole").body
    assert address in found
    assert "/dataset/pothole-reports" in found
    home = app.get("/").body
    assert "/insight/goal/quality" in home
    assert "<strong>1</strong> of 1 measure met its goal" in home


def test_csv_has_blanks_and_no_formulas(app: Any, reported: Reported) -> None:
    made = reported({"FY2027-Q1": "92.3"}, name="risky")
    service.load_history(
        made,
        [{"period": "FY2026-Q4", "state": "not_collected", "comment": '=HYPERLINK("x")'}],
        "test",
    )
    service.publish([periods.parse("FY2026-Q4")], "test")
    response = app.get("/insight/measure/risky.csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="risky.csv"'
    rows = list(csv.DictReader(io.StringIO(response.body)))
    assert [(row["period"], row["value"]) for row in rows] == [
        ("FY2026-Q4", ""),
        ("FY2027-Q1", "92.3"),
    ]
    assert rows[0]["comment"].startswith("'=")


def test_json_and_svg(app: Any, potholes: Definition) -> None:
    shown = json.loads(app.get("/insight/measure/potholes.json").body)
    assert [one["status"] for one in shown["series"]] == ["under", "met"]
    ElementTree.fromstring(app.get("/insight/measure/potholes.svg").body)


def test_a_title_cannot_break_out(app: Any, reported: Reported) -> None:
    reported({"FY2027-Q1": "1"}, name="evil", title='<script>alert("x")</script>')
    for path in ("/insight", "/insight/measure/evil", "/insight/measure/evil.svg"):
        assert "<script" not in app.get(path).body


def test_feed_of_publications(app: Any, potholes: Definition) -> None:
    response = app.get("/insight/feed.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.body)
    titles = [one.text for one in root.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[1] == "Results of FY2026 Q4 to FY2027 Q1"


def test_what_was_handed_in_is_not_called_late_and_not_shown(app: Any, reported: Reported) -> None:
    made = reported({"FY2020-Q1": "80", "FY2020-Q3": "81"}, name="sewers")
    path = "/insight/measure/sewers"
    before = app.get(path)
    said = "The figure was handed in and is not public yet."
    assert said not in before.body
    service.load_history(made, [{"period": "FY2020-Q2", "value": "77715.3"}], "test")
    after = app.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert said in after.body
    assert (
        before.body.count("The figure is overdue.")
        == after.body.count("The figure is overdue.") + 1
    )
    assert "77,715" not in after.body


class TestCaching:
    def test_unchanged_page_is_304_until_something_is_published(
        self, app: Any, potholes: Definition
    ) -> None:
        first = app.get("/insight")
        tag = {"If-None-Match": first.headers["ETag"]}
        assert "public" in first.headers["Cache-Control"]
        assert "Cookie" in first.headers["Vary"]
        assert "Set-Cookie" not in first.headers
        assert app.get("/insight", headers=tag).status_code == 304
        again = {"period": "FY2026-Q4", "value": "88", "reason": "Counted again"}
        service.load_history(potholes, [again], "test")
        assert app.get("/insight", headers=tag).status_code == 304
        service.publish([periods.parse("FY2026-Q4")], "test")
        assert app.get("/insight", headers=tag).status_code == 200

    def test_tags_differ_by_page(self, app: Any, potholes: Definition) -> None:
        tags = {app.get(path).headers["ETag"] for path in ("/insight", "/insight/goal/quality")}
        assert len(tags) == 2

    def test_page_of_a_signed_in_person_is_never_stored(
        self, app: Any, potholes: Definition
    ) -> None:
        user = factories.UserWithToken()
        response = app.get("/insight", headers={"Authorization": user["token"]})
        assert "public" not in response.headers["Cache-Control"]
        assert "ETag" not in response.headers

    def test_missing_page_is_not_cached(self, app: Any, unguarded: None) -> None:
        assert "ETag" not in app.get("/insight/measure/nothing").headers


def test_minus_and_separators(app: Any, measure: Make) -> None:
    made = measure(name="visits", unit="visits", precision="0", aggregation="sum")
    service.load_history(made, [{"period": "FY2027-Q1", "value": "-53410"}], "test")
    service.publish([periods.parse("FY2027-Q1")], "test")
    assert "−53,410 visits" in app.get("/insight/measure/visits").body


def test_without_the_search_engine_a_page_says_so(
    app: Any, unguarded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise SearchError("Solr does not answer")

    monkeypatch.setattr(listing, "summaries", refuse)
    response = app.get("/insight")
    assert response.status_code == 503
    assert "ETag" not in response.headers
