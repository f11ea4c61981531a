"""Statistics, stretch and pacing, by example and by what must always hold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.insight import periods
from ckanext.indep.insight.definition import Definition, of_package
from ckanext.indep.insight.status import Aggregation, Direction, Target
from ckanext.indep.insight.targets import stretch
from ckanext.indep.insight.targets.stretch import Compared, Past

NUMBERS = st.decimals("-1000", "1000", places=2, allow_nan=False)
FEW = st.lists(NUMBERS, max_size=20)
SINGLE = NUMBERS.map(Target)
RANGES = st.tuples(NUMBERS, NUMBERS).map(lambda ends: Target(None, min(ends), max(ends)))
ONE_WAY = st.sampled_from([Direction.UP, Direction.DOWN])


def past(values: list[Decimal]) -> list[Past]:
    """Quarters from FY2015 on, with these figures."""
    found: list[Past] = []
    period = periods.parse("FY2015-Q1")
    for value in values:
        found.append(Past(period, value))
        period = period.next()
    return found


def numbers(*values: float) -> list[Past]:
    return past([Decimal(str(value)) for value in values])


def summed(**fields: str) -> Definition:
    return of_package(
        {"id": "m", "name": "m", "aggregation": "sum", "frequency": "quarter"} | fields
    )


class TestStatistics:
    def test_of_the_last_four(self) -> None:
        found = stretch.statistics(numbers(100, 1, 2, 3, 6), 4, Aggregation.LAST)
        assert found == stretch.Statistics(4, Decimal("2.5"), Decimal(3), Decimal(1), Decimal(6))

    def test_none_of_more_than_there_are(self) -> None:
        assert stretch.statistics(numbers(1, 2, 3), 4, Aggregation.LAST) is None

    def test_a_ratio_is_pooled(self) -> None:
        first, second = periods.parse("FY2026-Q1"), periods.parse("FY2026-Q2")
        ratios = [
            Past(first, Decimal(50), Decimal(1), Decimal(2)),
            Past(second, Decimal(100), Decimal(98), Decimal(98)),
        ]
        found = stretch.statistics(ratios, 2, Aggregation.RATIO, Decimal(100))
        assert found is not None
        assert found.mean == 99
        without = stretch.statistics(numbers(50, 100), 2, Aggregation.RATIO, Decimal(100))
        assert without is not None
        assert without.mean is None

    def test_the_same_quarter_of_the_year_before(self) -> None:
        found = numbers(1, 2, 3, 4, 5)
        assert stretch.year_ago(found, periods.parse("FY2016-Q2")) == 2
        assert stretch.year_ago(found, periods.parse("FY2018-Q2")) is None

    @given(FEW, st.integers(1, 12))
    def test_everything_lies_between_lowest_and_highest(
        self, values: list[Decimal], last: int
    ) -> None:
        found = stretch.statistics(past(values), last, Aggregation.MEAN)
        assert (found is None) == (len(values) < last)
        if found:
            assert found.mean is not None
            slack = Decimal("1e-20")
            assert found.lowest <= found.median <= found.highest
            assert found.lowest - slack <= found.mean <= found.highest + slack
            assert {found.lowest, found.highest} <= set(values[-last:])


class TestHits:
    def test_nine_of_twelve_is_no_stretch(self) -> None:
        found = stretch.hits(
            numbers(0, 0, *[80] * 9, 70, 70, 70), Target(Decimal(80)), Direction.UP, 0
        )
        assert (found.hit, found.of, found.is_stretch) == (9, 12, False)

    def test_eight_of_twelve_is(self) -> None:
        found = stretch.hits(numbers(*[80] * 8, *[70] * 4), Target(Decimal(80)), Direction.UP, 0)
        assert (found.hit, found.is_stretch) == (8, True)

    @pytest.mark.parametrize(("count", "known"), [(0, False), (3, False), (4, True)])
    def test_too_little_is_said_to_be_too_little(self, count: int, known: bool) -> None:
        found = stretch.hits(numbers(*[1] * count), Target(Decimal(5)), Direction.UP, 0)
        assert (found.is_stretch is not None) == known

    def test_it_is_the_rule_of_status_with_its_rounding(self) -> None:
        assert stretch.hits(numbers(79.6), Target(Decimal(80)), Direction.UP, 0).hit == 1
        assert stretch.hits(numbers(79.6), Target(Decimal(80)), Direction.UP, 1).hit == 0
        assert stretch.hits(numbers(0), Target(Decimal(0)), Direction.DOWN, 0).hit == 1

    @given(FEW, SINGLE, SINGLE, ONE_WAY)
    def test_a_tougher_target_is_never_met_more_often(
        self, values: list[Decimal], one: Target, other: Target, direction: Direction
    ) -> None:
        if stretch.compare(one, other, direction) is Compared.TOUGHER:
            tougher = stretch.hits(past(values), one, direction, 2)
            easier = stretch.hits(past(values), other, direction, 2)
            assert tougher.hit <= easier.hit <= easier.of <= 12

    @given(FEW, RANGES, RANGES)
    def test_nor_is_a_narrower_range(
        self, values: list[Decimal], one: Target, other: Target
    ) -> None:
        if stretch.compare(one, other, Direction.RANGE) is Compared.TOUGHER:
            tougher = stretch.hits(past(values), one, Direction.RANGE, 2)
            assert tougher.hit <= stretch.hits(past(values), other, Direction.RANGE, 2).hit


class TestCompare:
    @given(st.one_of(SINGLE, RANGES), st.one_of(SINGLE, RANGES), st.sampled_from(list(Direction)))
    def test_turned_around_it_is_the_opposite(
        self, one: Target, other: Target, direction: Direction
    ) -> None:
        opposite = {Compared.TOUGHER: Compared.EASIER, Compared.EASIER: Compared.TOUGHER}
        found = stretch.compare(one, other, direction)
        assert stretch.compare(other, one, direction) is opposite.get(found, found)
        assert (found is Compared.SAME) == (one == other)

    @pytest.mark.parametrize(
        ("target", "value", "direction", "expected"),
        [
            (Target(Decimal(80)), 75, Direction.UP, Compared.TOUGHER),
            (Target(Decimal(80)), 75, Direction.DOWN, Compared.EASIER),
            (Target(Decimal(80)), 80, Direction.UP, Compared.SAME),
            (Target(None, Decimal(1), Decimal(3)), 2, Direction.RANGE, Compared.EASIER),
            (Target(None, Decimal(1), Decimal(3)), 4, Direction.RANGE, Compared.TOUGHER),
        ],
    )
    def test_against_the_baseline(
        self, target: Target, value: int, direction: Direction, expected: Compared
    ) -> None:
        assert stretch.against_value(target, Decimal(value), direction) is expected


class TestPacing:
    YEAR = periods.parse("FY2027")

    def targets(self, goal: Decimal, *quarters: Decimal) -> dict[periods.Period, Target]:
        named = {
            periods.parse(f"FY2027-Q{number}"): Target(value)
            for number, value in enumerate(quarters, 1)
        }
        return {self.YEAR: Target(goal), **named}

    @given(st.lists(st.decimals(0, 1000, places=1), min_size=4, max_size=4), NUMBERS)
    def test_a_whole_year_fits_only_if_it_adds_up(
        self, quarters: list[Decimal], more: Decimal
    ) -> None:
        total = sum(quarters, Decimal(0))
        found = stretch.pacing(summed(), self.YEAR, self.targets(total + more, *quarters))
        assert found is not None
        assert (found.known, found.needed, found.total) == (4, 4, total)
        assert found.fits == (more == 0)

    def test_an_unfinished_year_may_not_yet_add_up(self) -> None:
        found = stretch.pacing(summed(), self.YEAR, self.targets(Decimal(10), Decimal(4)))
        assert found is not None
        assert found.fits
        over = stretch.pacing(summed(), self.YEAR, self.targets(Decimal(10), Decimal(11)))
        assert over is not None
        assert not over.fits

    def test_other_years_and_lengths_do_not_count(self) -> None:
        targets = self.targets(Decimal(1), Decimal(1)) | {
            periods.parse("FY2028-Q1"): Target(Decimal(9)),
            periods.parse("FY2027-M01"): Target(Decimal(9)),
        }
        found = stretch.pacing(summed(), self.YEAR, targets)
        assert found is not None
        assert found.total == 1

    @pytest.mark.parametrize(
        "fields", [{"aggregation": "mean"}, {"aggregation": "ratio"}, {"frequency": "year"}]
    )
    def test_it_is_a_matter_of_sums(self, fields: dict[str, str]) -> None:
        targets = self.targets(Decimal(1), Decimal(9))
        assert stretch.pacing(summed(**fields), self.YEAR, targets) is None

    def test_without_a_goal_there_is_none(self) -> None:
        assert stretch.pacing(summed(), self.YEAR, {}) is None
