"""The sample's measures: all of them fit the rules, and nothing made up passes for the city's."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ckanext.indep.insight import definition, history, periods, rules
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind
from ckanext.indep.insight.status import Direction
from ckanext.indep.sample import measures

FIVE_YEARS = {f"FY{year}" for year in range(2022, 2027)}
MEASURES: dict[str, Definition] = {
    package["name"]: definition.of_package({**package, "tags": [{"name": "illustrative"}]})
    for package in measures.packages()
}
ROWS = {
    name: [history.read_row(row) for row in rows] for name, rows in measures.histories().items()
}
CITYS_OWN = ("code-cases-inspected", "FY2018-Q1")


@pytest.mark.parametrize("name", MEASURES)
def test_each_figure_and_target_is_one_that_the_measure_can_have(name: str) -> None:
    measure = MEASURES[name]
    for row in ROWS[name]:
        if row.entry:
            rules.observation_columns(measure, row.entry)
        if row.target:
            rules.check_target(measure, row.period, row.target)
    if measure.derivation:
        assert not any(row.entry for row in ROWS[name])
        return
    assert any(row.entry for row in ROWS[name])
    assert any(row.target for row in ROWS[name]) or name in measures.baselines()


def test_they_tell_of_five_fiscal_years() -> None:
    """All but surveys, and but those that the city began later."""
    years = {
        name: {row.period.year().key for row in rows if row.entry} for name, rows in ROWS.items()
    }
    regular = [name for name, measure in MEASURES.items() if measure.kind]
    assert {name for name in regular if not years[name] >= FIVE_YEARS} == {
        "contracts-risk-review",
        "leed-points",
    }


def test_there_is_one_of_each_kind() -> None:
    assert len(MEASURES) >= 26
    assert {one.kind for one in MEASURES.values()} == {Kind.MONTH, Kind.QUARTER, Kind.YEAR, None}
    assert {one.direction for one in MEASURES.values()} == set(Direction) - {Direction.NONE}
    assert len({package["owner_org"] for package in measures.packages()}) >= 10
    [derived] = [one for one in MEASURES.values() if one.derivation]
    assert "311" in derived.title


def test_all_say_that_they_are_illustrative_but_the_citys_own_figure() -> None:
    for package in measures.packages():
        assert "illustrative" in package["tag_string"]
        assert "Illustrative figures, not data of the City" in package["notes"]
    own = {
        (name, row.period.key): row.entry
        for name, rows in ROWS.items()
        for row in rows
        if row.entry and "press release" in str(row.entry.source)
    }
    assert own.keys() == {CITYS_OWN}
    entry = own[CITYS_OWN]
    assert entry
    assert entry.value == Decimal(81)
    [target] = [
        row.target
        for row in ROWS[CITYS_OWN[0]]
        if row.target and row.period == periods.parse("FY2018")
    ]
    assert target.value == 75
