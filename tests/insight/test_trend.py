"""XmR: each rule on hand-made results, and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.insight.status import Direction
from ckanext.indep.insight.trend import (
    Assurance,
    Limits,
    Meaning,
    Rule,
    Signal,
    analyse,
    assurance,
    limits,
    meaning,
)

ORDINARY = [10.0, 12.0] * 8
values = st.lists(st.floats(-1e6, 1e6), min_size=13, max_size=60)


def test_limits_by_hand() -> None:
    # Mean 11, every moving range 2: limits 11 ± 2.66 × 2.
    found = limits(ORDINARY)
    assert found.mean == 11
    assert found.lower == pytest.approx(5.68)
    assert found.upper == pytest.approx(16.32)


def test_an_extreme_moving_range_is_left_out() -> None:
    # Ranges: 14 of 2, then 18 and 18 around the spike; 18 ≥ 3.267 × 4.
    spiked = [10.0, 12.0] * 7 + [10.0, 28.0, 10.0]
    found = limits(spiked)
    assert found.upper - found.mean == pytest.approx(2.66 * 2)


def test_twelve_results_are_not_enough() -> None:
    assert analyse(ORDINARY[:12]) is None
    assert meaning(None, Direction.UP) is Meaning.UNKNOWN


def test_ordinary_variation_has_no_signal() -> None:
    found = analyse(ORDINARY)
    assert found is not None
    assert set(found.signals) == {None}
    assert meaning(found, Direction.UP) is Meaning.STEADY


@pytest.mark.parametrize(
    ("tail", "rule", "upward"),
    [
        ([30.0], Rule.OUTSIDE, True),
        ([-9.0], Rule.OUTSIDE, False),
        ([10.0, 10.3, 10.6, 10.9, 11.2, 11.5, 11.8], Rule.RUN_TREND, True),
        ([11.8, 11.5, 11.2, 10.9, 10.6, 10.3, 10.0], Rule.RUN_TREND, False),
        ([11.9, 16.3, 16.2], Rule.TWO_OF_THREE, True),
        ([11.9, 11.6, 11.8, 11.5, 11.9, 11.6, 11.7], Rule.RUN_SIDE, True),
        ([9.1, 9.4, 9.2, 9.5, 9.1, 9.4, 9.3], Rule.RUN_SIDE, False),
    ],
)
def test_each_rule(tail: list[float], rule: Rule, upward: bool) -> None:
    found = analyse(ORDINARY + tail)
    assert found is not None
    assert found.latest == Signal(rule, upward)


def test_meaning_depends_on_which_way_is_better() -> None:
    found = analyse([*ORDINARY, 30.0])
    assert meaning(found, Direction.UP) is Meaning.BETTER
    assert meaning(found, Direction.DOWN) is Meaning.WORSE
    assert meaning(found, Direction.RANGE) is Meaning.CHANGED


@pytest.mark.parametrize(
    ("direction", "low", "high", "expected"),
    [
        (Direction.UP, 17.0, None, Assurance.MISSES),
        (Direction.UP, 5.0, None, Assurance.MEETS),
        (Direction.UP, 11.0, None, Assurance.MAY_OR_MAY_NOT),
        (Direction.DOWN, None, 5.0, Assurance.MISSES),
        (Direction.DOWN, None, 17.0, Assurance.MEETS),
        (Direction.RANGE, 5.0, 17.0, Assurance.MEETS),
        (Direction.RANGE, 17.0, 20.0, Assurance.MISSES),
        (Direction.RANGE, 8.0, 12.0, Assurance.MAY_OR_MAY_NOT),
        (Direction.NONE, 8.0, 12.0, None),
        (Direction.UP, None, None, None),
    ],
)
def test_assurance(
    direction: Direction, low: float | None, high: float | None, expected: Assurance | None
) -> None:
    assert assurance(Limits(11, 6, 16), direction, low, high) is expected


@given(st.floats(-1e6, 1e6), st.integers(13, 40))
def test_results_that_never_change_are_never_a_signal(value: float, count: int) -> None:
    found = analyse([value] * count)
    assert found is not None
    assert set(found.signals) == {None}


@given(values)
def test_limits_enclose_the_mean_and_every_result_is_judged(results: list[float]) -> None:
    found = analyse(results)
    assert found is not None
    assert found.limits.lower <= found.limits.mean <= found.limits.upper
    assert len(found.signals) == len(results)


@given(values)
def test_points_outside_the_limits_are_exactly_the_first_rule(results: list[float]) -> None:
    found = analyse(results)
    assert found is not None
    for value, signal in zip(results, found.signals, strict=True):
        outside = not found.limits.lower <= value <= found.limits.upper
        assert outside == (signal is not None and signal.rule is Rule.OUTSIDE)
