"""What the sample has of INsight beside its measures: figures as data, and suggested charts."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import click
import pytest

from ckanext.indep import city_time
from ckanext.indep.governance import verify
from ckanext.indep.insight import offline, reader
from ckanext.indep.insight.projection import comparing
from ckanext.indep.insight.suggestions import rendering, specification
from ckanext.indep.insight.suggestions.rendering import Drawing
from ckanext.indep.sample import city, history, load, measures, performance, suggesting
from ckanext.indep.sample.acting import act
from ckanext.indep.sample.calendar import Calendar
from ckanext.indep.sample.cli import sample

PACKAGES = {one["name"]: one for one in measures.packages()}
HISTORIES = measures.histories()
CHARTS = city.charts()
NAMES = [chart["measure"] for chart in CHARTS.values()]


@pytest.fixture
def loaded(
    with_plugins: None, clean_db: None, clean_index: None, app: Any, monkeypatch: Any
) -> Iterator[None]:
    """The city with no measures but those of the charts, loaded as far as INsight goes."""
    targets = {name: [row for row in HISTORIES[name] if row.get("target")] for name in NAMES}
    few = {name: targets[name][-1:] + HISTORIES[name][-12:] for name in NAMES}
    monkeypatch.setattr(measures, "packages", lambda: [PACKAGES[name] for name in NAMES])
    monkeypatch.setattr(measures, "histories", lambda: few)
    monkeypatch.setattr(measures, "baselines", dict)
    monkeypatch.setattr(history, "begin", lambda _account: False)
    monkeypatch.setitem(tk.config, "ckanext.indep.insight.office", "performance-office")
    drawing = Drawing("<svg/>", "<svg/>", b"PNG")
    monkeypatch.setattr(rendering, "render", lambda *_given: drawing)
    context = click.Context(click.Command("load"))
    with app.flask_app.app_context(), context, offline.in_language("en"):
        list(load.load(load.Accounts(None)))
        again = list(load.load(load.Accounts(None)))
        assert "2 suggested charts" in again
        assert "2 tables of the published figures" in again
        yield


def test_a_portal_with_another_office_is_told_what_to_set(cli: Any) -> None:
    refused = cli.invoke(sample, ["load"])
    assert refused.exit_code == 1
    assert "Set ckanext.indep.insight.office = performance-office, and" in refused.output
    assert "Traceback" not in refused.output


def test_it_has_the_figures_as_data_and_a_chart_in_each_state(loaded: None) -> None:
    package = act("", "package_show", id="insight-figures")
    assert [one["name"] for one in package["resources"]] == ["Figures", "Targets"]
    figures = package["resources"][0]
    assert figures["datastore_active"]
    found = act("", "datastore_search", resource_id=figures["id"], limit=100)["records"]
    assert {row["measure"] for row in found} == set(NAMES)
    assert len(found) == sum(len(HISTORIES[name][-12:]) for name in NAMES)
    assert list(comparing.differences()) == []
    shown = act("performance-analyst", "indep_suggestion_list")
    assert {one["title"]: one["state"] for one in shown} == {
        CHARTS["accepted"]["title"]: "accepted",
        CHARTS["waiting"]["title"]: "suggested",
    }
    assert [one["state"] for one in act("", "indep_suggestion_list")] == ["accepted"]
    (record,) = reader.records([act("", "package_show", id=NAMES[0])["id"]]).values()
    assert {one.approved_by for one in record.targets} == {"city-manager"}
    assert list(verify.breaches()) == []


def test_it_met_once_and_will_meet_in_public(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The departments are replaced by one of the two that have measures here."""
    declared = copy.deepcopy(city.performance_meetings())
    for entry in declared:
        entry["departments"] = [PACKAGES[NAMES[0]]["owner_org"]]
        for agreed in entry.get("agreed", ()):
            agreed["department"] = entry["departments"][0]
    monkeypatch.setattr(city, "performance_meetings", lambda: declared)
    days = Calendar(city_time.today(), {})
    assert performance.load(days) == performance.load(days) == 2
    met = act("performance-analyst", "indep_performance_meeting_list")
    assert {(one["state"], one["is_public"]) for one in met} == {("held", False), ("planned", True)}
    held = next(one["id"] for one in met if one["state"] == "held")
    shown = act("performance-analyst", "indep_performance_meeting_show", id=held)
    assert len(shown["actions"]) == 2


def test_each_department_that_meets_has_measures() -> None:
    known = {package["owner_org"] for package in PACKAGES.values()}
    invited = {name for one in city.performance_meetings() for name in one["departments"]}
    assert invited <= known


@pytest.mark.parametrize("kind", CHARTS)
def test_its_charts_are_allowed(kind: str) -> None:
    text = json.dumps(CHARTS[kind]["specification"])
    assert specification.checked(text)[1] == []


def test_without_an_office_nothing_is_accepted(
    loaded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = next(one["id"] for one in act("", "indep_suggestion_list"))
    act(suggesting.ANALYST, "indep_suggestion_decide", id=number, decision="retire", note="Old.")
    monkeypatch.setitem(tk.config, "ckanext.indep.insight.office", "")
    assert suggesting.load() == 2
    assert act("", "indep_suggestion_list") == []
    assert ckan_model.Package.get("insight-figures")
