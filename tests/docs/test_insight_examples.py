"""The worked examples of docs/insight.md come out as the page says."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from ckanext.indep.insight import trend
from ckanext.indep.insight.status import (
    Aggregation,
    Direction,
    Figure,
    Target,
    assess,
    rounded,
    tolerance_for,
    year_to_date,
)
from ckanext.indep.insight.trend import Assurance, Rule
from tests.tools import documented
from tests.tools.source import REPOSITORY

PAGE = " ".join((REPOSITORY / "docs" / "insight.md").read_text("utf-8").split())
TABLES = [documented.cells(row) for row in documented.rows("insight.md")]
STATUSES = {"Goal Met": "met", "Under Goal": "under", "Goal Not Met": "not_met"}
HOW = {one.value for one in Aggregation}
JUDGED = [row for row in TABLES if row[-1] in STATUSES]
YEARS = [row for row in JUDGED if row[0] in HOW]
RESULTS = [row for row in JUDGED if row[0] not in HOW]


def _numbers(text: str) -> list[Decimal]:
    return [Decimal(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-"))]


@pytest.mark.parametrize("row", RESULTS, ids=lambda row: row[0][:30])
def test_a_result_is_judged_as_the_table_says(row: list[str]) -> None:
    name, result, wanted, gap, tolerance, status = row
    [actual, *_], bounds = _numbers(result), _numbers(wanted)
    if "74.5" in name:
        assert (rounded(Decimal("74.5"), 0), actual) == (75, 75)
        actual = Decimal("74.5")
    margin = _numbers(name)[-1] if "margin" in name else None
    if len(bounds) == 2:
        target, direction = Target(None, *bounds), Direction.RANGE
    else:
        target = Target(bounds[0])
        direction = Direction.DOWN if "no more" in wanted else Direction.UP
    precision = 0 if "precision 0" in name else 1
    found = assess(actual, target, direction, precision, margin=margin)
    assert (found.gap, found.tolerance) == (*_numbers(gap), *_numbers(tolerance))
    assert found.status.value == STATUSES[status]


@pytest.mark.parametrize("row", YEARS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_year_to_date_is_as_the_table_says(row: list[str]) -> None:
    how, results, targets, expected, target, status = row
    figures: list[Figure] = []
    for result, one in zip(results.split(", "), _numbers(targets), strict=True):
        parts = _numbers(result)
        if len(parts) == 2:
            figures.append(Figure(parts[0] / parts[1] * 100, *parts, target=one))
        else:
            figures.append(Figure(parts[0] if parts else None, target=one))
    aggregation = Aggregation(how)
    value, wanted = year_to_date(figures, aggregation, Decimal(100 if how == "ratio" else 1))
    assert value is not None
    assert wanted is not None
    assert ([rounded(value, 1)], [wanted]) == (_numbers(expected), _numbers(target))
    assert assess(value, Target(wanted), Direction.UP, 1).status.value == STATUSES[status]


def test_there_is_an_example_of_each_way_of_adding_up() -> None:
    assert {row[0] for row in YEARS} == {one.value for one in Aggregation}
    assert len(RESULTS) == 5


def test_the_limits_of_the_example() -> None:
    limits = trend.limits([10, 12] * 10)
    for text in ("11 − 5.32 = 5.68", "11 + 5.32 = 16.32"):
        assert text in PAGE
    assert (limits.mean, round(limits.lower, 2), round(limits.upper, 2)) == (11, 5.68, 16.32)
    found = trend.analyse([10.0, 12.0] * 20 + [30.0])
    assert found is not None
    assert found.latest is not None
    assert found.latest.rule is Rule.OUTSIDE
    said = re.search(r"target of (\d+) will not be met, one of (\d+) .* and one of (\d+) may", PAGE)
    assert said
    expected = (Assurance.MISSES, Assurance.MEETS, Assurance.MAY_OR_MAY_NOT)
    for low, assurance in zip(said.groups(), expected, strict=True):
        assert trend.assurance(limits, Direction.UP, float(low), None) is assurance


def test_the_rate_of_the_example() -> None:
    assert "615 ÷ 123.011 = 5.0 per 1,000" in PAGE
    assert rounded(Decimal(615) / (Decimal(123_011) / 1000), 1) == Decimal("5.0")


def test_a_tenth_is_tolerated() -> None:
    assert "10 percent of the target" in PAGE
    assert tolerance_for(Target(Decimal(75))) == Decimal("7.5")
