"""Status and year to date: the worked examples of docs/insight.md, and properties."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.insight.status import (
    Aggregation,
    Direction,
    Figure,
    Reason,
    Status,
    Target,
    assess,
    rounded,
    tolerance_for,
    year_to_date,
)

amounts = st.decimals(-1_000_000, 1_000_000, places=3)
one_way = st.sampled_from([Direction.UP, Direction.DOWN])


def _status(actual: str, target: Target, direction: Direction, precision: int = 0) -> Status:
    return assess(D(actual), target, direction, precision).status


def test_the_citys_published_figure_met_its_goal() -> None:
    found = assess(D(81), Target(D(75)), Direction.UP, 0)
    assert (found.status, found.gap) == (Status.MET, D(6))


@pytest.mark.parametrize(
    ("actual", "status"),
    [
        ("75", Status.MET),
        ("74.5", Status.MET),
        ("74.4", Status.UNDER),
        ("67.5", Status.UNDER),
        ("67.4", Status.NOT_MET),
    ],
)
def test_up_rounds_first_and_tolerates_a_tenth(actual: str, status: Status) -> None:
    assert _status(actual, Target(D(75)), Direction.UP) is status


@pytest.mark.parametrize(
    ("actual", "status"),
    [("8", Status.MET), ("8.8", Status.UNDER), ("8.9", Status.NOT_MET)],
)
def test_down(actual: str, status: Status) -> None:
    assert _status(actual, Target(D(8)), Direction.DOWN, 1) is status


@pytest.mark.parametrize(
    ("actual", "status"),
    [
        ("16", Status.MET),
        ("20", Status.MET),
        ("15.6", Status.UNDER),
        ("20.4", Status.UNDER),
        ("15.5", Status.NOT_MET),
        ("20.5", Status.NOT_MET),
    ],
)
def test_range_tolerates_a_tenth_of_its_width(actual: str, status: Status) -> None:
    assert _status(actual, Target(low=D(16), high=D(20)), Direction.RANGE, 1) is status


def test_absolute_tolerance_goes_before_the_margin_and_the_margin_before_a_tenth() -> None:
    target = Target(D(50))
    assert tolerance_for(target, D(1), D(4)) == 1
    assert tolerance_for(target, None, D(4)) == 4
    assert tolerance_for(target) == 5


def test_survey_within_its_margin_is_under_goal() -> None:
    found = assess(D("52"), Target(D(55)), Direction.UP, 0, margin=D("3.8"))
    assert found.status is Status.UNDER


def test_target_of_zero_needs_an_absolute_tolerance() -> None:
    missing = assess(D(1), Target(D(0)), Direction.DOWN, 0)
    assert (missing.status, missing.reason) == (Status.NOT_SCORED, Reason.NO_TOLERANCE)
    given_one = assess(D(1), Target(D(0)), Direction.DOWN, 0, absolute_tolerance=D(1))
    assert given_one.status is Status.UNDER
    assert assess(D(0), Target(D(0)), Direction.DOWN, 0).status is Status.MET


def test_direction_none_is_not_scored() -> None:
    assert assess(D(1), Target(D(1)), Direction.NONE, 0).reason is Reason.NO_TARGET


@pytest.mark.parametrize(
    "ends", [{}, {"low": D(1)}, {"value": D(1), "low": D(1)}, {"low": D(2), "high": D(1)}]
)
def test_a_target_is_a_value_or_a_range(ends: dict[str, D]) -> None:
    with pytest.raises(ValueError, match="target"):
        Target(**ends)


@pytest.mark.parametrize(("value", "result"), [("2.5", "3"), ("-2.5", "-3"), ("2.49", "2")])
def test_half_is_rounded_up(value: str, result: str) -> None:
    assert rounded(D(value), 0) == D(result)


@given(amounts, amounts, one_way, st.integers(0, 3))
def test_met_exactly_when_the_rounded_result_is_not_worse(
    actual: D, target: D, direction: Direction, precision: int
) -> None:
    found = assess(actual, Target(target), direction, precision, absolute_tolerance=D(1))
    worse = rounded(actual, precision) - rounded(target, precision)
    if direction is Direction.DOWN:
        worse = -worse
    assert (found.status is Status.MET) == (worse >= 0)


@given(amounts, amounts, st.decimals(0, 1000, places=2), st.decimals(0, 1000, places=2))
def test_a_better_result_never_has_a_worse_status(
    actual: D, target: D, more: D, tolerance: D
) -> None:
    order = [Status.NOT_MET, Status.UNDER, Status.MET]
    low = assess(actual, Target(target), Direction.UP, 2, tolerance).status
    high = assess(actual + more, Target(target), Direction.UP, 2, tolerance).status
    assert order.index(low) <= order.index(high)


@given(amounts, amounts)
def test_up_and_down_mirror_each_other(actual: D, target: D) -> None:
    up = assess(actual, Target(target), Direction.UP, 2, D(1))
    down = assess(-actual, Target(-target), Direction.DOWN, 2, D(1))
    assert (up.status, up.gap) == (down.status, down.gap)


class TestYearToDate:
    def test_sum_against_the_targets_of_the_same_periods(self) -> None:
        figures = [
            Figure(D(10), target=D(12)),
            Figure(None, target=D(12)),
            Figure(D(16), target=D(12)),
        ]
        assert year_to_date(figures, Aggregation.SUM) == (26, 24)

    def test_sum_has_no_target_while_a_period_lacks_one(self) -> None:
        figures = [Figure(D(10), target=D(12)), Figure(D(16))]
        assert year_to_date(figures, Aggregation.SUM) == (26, None)

    def test_ratio_pools_and_does_not_average_percentages(self) -> None:
        figures = [Figure(D(50), D(1), D(2)), Figure(D(100), D(98), D(98))]
        assert year_to_date(figures, Aggregation.RATIO, D(100)) == (D(99), None)

    def test_ratio_without_all_parts_is_unknown(self) -> None:
        figures = [Figure(D(50), D(1), D(2)), Figure(D(100))]
        assert year_to_date(figures, Aggregation.RATIO, D(100)) == (None, None)

    def test_last_and_mean(self) -> None:
        figures = [Figure(D(1), target=D(3)), Figure(D(2), target=D(4)), Figure(None)]
        assert year_to_date(figures, Aggregation.LAST) == (2, 4)
        assert year_to_date(figures, Aggregation.MEAN) == (D("1.5"), 4)

    def test_nothing_yet(self) -> None:
        assert year_to_date([Figure(None)], Aggregation.SUM) == (None, None)
