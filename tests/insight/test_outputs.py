"""What must not be shown is shown nowhere, and what must be said is said everywhere."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from ckanext.indep.insight import periods, service
from ckanext.indep.insight.definition import Definition

from .conftest import Make

FEW = ("3137", "3,137", "4219", "4,219", "74.3", "74.4")
"""A figure out of so few that somebody could be recognised: counted, out of, percent."""

ROWS = [
    {"period": "FY2024", "target": "80", "target_reason": "Agreed"},
    {"period": "FY2024-Q1", "numerator": "8150", "denominator": "10000", "margin": "3.8"},
    {"period": "FY2024-Q2", "numerator": "3137", "denominator": "4219", "comment": "Few came."},
    {"period": "FY2024-Q3", "state": "not_collected"},
    {
        "period": "FY2024-Q4",
        "numerator": "7760",
        "denominator": "10000",
        "margin": "3.8",
        "provisional": "yes",
    },
]
BLANK = ["FY2024-Q2", "FY2024-Q3"]

PAGES = {
    "page": "/insight/measure/clinic",
    "report": "/insight/report/FY2024-Q4",
    "embed": "/insight/embed/measure/clinic",
    "dashboard": "/insight",
    "goal": "/insight/goal/quality",
    "feed": "/insight/feed.atom",
    "file": "/insight/measure/clinic.csv",
    "figures": "/insight/figures.csv",
    "json": "/insight/measure/clinic.json",
    "line": "/insight/measure/clinic.svg",
    "list": "/api/3/action/indep_measure_list",
    "show": "/api/3/action/indep_measure_show?id=clinic",
}


@pytest.fixture
def clinic(measure: Make) -> Definition:
    """A measure with a figure of few, one that was not collected, and a provisional one."""
    made = measure(name="clinic", minimum_denominator="5000")
    service.load_history(made, ROWS, "clerk")
    service.publish([periods.parse(f"FY2024-Q{number}") for number in range(1, 5)], "office")
    corrected = {**ROWS[2], "numerator": "3138", "reason": "One was forgotten"}
    service.load_history(made, [corrected], "clerk")
    service.publish([periods.parse("FY2024-Q2")], "office")
    return made


@pytest.fixture
def shown(make_app: Callable[[], Any], clinic: Definition) -> dict[str, Any]:
    """Every output, by name."""
    found = {name: make_app().get(path) for name, path in PAGES.items()}
    assert {name for name, one in found.items() if one.status_code != 200} == set()
    return found


def test_one_measure_in_every_output(shown: dict[str, Any]) -> None:
    text = {name: one.body for name, one in shown.items()}
    for name, body in text.items():
        words = re.sub(r"<[^>]*>", " ", body)  # a coordinate of a chart may be any number
        assert [one for one in (*FEW, "3138", "3,138") if one in words] == [], name
    for name in ("page", "report"):
        assert "Not shown, because it is out of very few." in text[name], name
        assert "Not collected." in text[name], name
        assert "Provisional." in text[name], name
    for name in ("page", "report", "embed"):
        assert "77.6\N{NO-BREAK SPACE}% (±\N{NO-BREAK SPACE}3.8)" in text[name], name
    _blanks_stay_blank(text, shown)


def _blanks_stay_blank(text: dict[str, str], shown: dict[str, Any]) -> None:
    for name in ("file", "figures"):
        rows = {row["period"]: row for row in csv.DictReader(io.StringIO(text[name]))}
        for period in BLANK:
            parts = ("value", "numerator", "denominator", "margin", "gap", "first_reported")
            assert {part: rows[period][part] for part in parts} == dict.fromkeys(parts, ""), name
            assert rows[period]["status"] == "not_scored"
        last = rows["FY2024-Q4"]
        assert (last["value"], last["margin"]) == ("77.6", "3.8")
        assert last["provisional"].lower() == "true"
    results = [shown["json"].json, shown["show"].json["result"], *shown["list"].json["result"]]
    for one in results:
        series = {line["period"]: line for line in one["series"]}
        for period in BLANK:
            parts = ("value", "numerator", "denominator", "gap", "first_reported")
            assert {part: series[period][part] for part in parts} == dict.fromkeys(parts)
        assert series["FY2024-Q4"]["provisional"] is True
    assert text["line"].count('class="indep-chart-dot"') == 2
