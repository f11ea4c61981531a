"""What a department may propose, and the states that a proposal goes through."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import periods
from ckanext.indep.insight.definition import Definition, of_package
from ckanext.indep.insight.status import Target
from ckanext.indep.insight.targets import cases, given
from ckanext.indep.insight.targets.cases import OPEN, State, Step
from ckanext.indep.insight.targets.given import WantedBaseline, WrongError

TODAY = dt.date(2026, 11, 23)


def measure(**fields: str) -> Definition:
    plain = {"direction": "up", "aggregation": "last", "frequency": "quarter", "unit": "%"}
    return of_package({"id": "m", "name": "m", "title": "M"} | plain | fields)


def read(values: Any, reason: str = "Because", **more: Any) -> dict[str, str]:
    """The targets that were read, or the errors."""
    known = {"in_force": {}, "open_places": set(), "today": TODAY} | more
    made = known.pop("measure", measure())
    try:
        wanted = given.targets(made, values, reason, **known)
    except WrongError as error:
        return {field: said[0] for field, said in error.errors.items()}
    return {one.period.key: str(one.target.value) for one in wanted}


def test_several_periods_and_the_annual_goal_at_once() -> None:
    values = {
        "FY2027 Q3": {"target": "1,250.5 %"},
        "FY2027-Q4": {"target": " "},
        "FY2027": {"target": 82},
    }
    assert read(values) == {"FY2027-Q3": "1250.5", "FY2027": "82"}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({}, "targets", "at least one"),
        ({"FY2027-Q3": {"target": ""}}, "targets", "at least one"),
        ({"soon": {"target": "1"}}, "soon.target", "not a period"),
        ({"FY2027-Q3": {"target": "many"}}, "FY2027-Q3.target", "not a number"),
        ({"FY2027-Q3": {"target": "1e15"}}, "FY2027-Q3.target", "shortened"),
        ({"FY2027-Q3": {"target": "900000000000000000"}}, "FY2027-Q3.target", "too large"),
        ({"FY2027-M03": {"target": "1"}}, "FY2027-M03.target", "by quarter"),
        ({"FY2027-Q3": {"low": "1", "high": "2"}}, "FY2027-Q3.low", "one target value"),
        ({"FY2027-Q3": {"low": "1"}}, "FY2027-Q3.low", "range with two ends"),
        ({"FY2027-Q1": {"target": "1"}}, "FY2027-Q1.target", "has ended"),
        ({"FY2027-Q3": {"target": "0"}}, "FY2027-Q3.target", "zero needs a tolerance"),
        (
            {"FY2027-Q3": {"target": "1"}, "FY2027 Q3": {"target": "2"}},
            "FY2027 Q3.target",
            "there twice",
        ),
    ],
)
def test_what_cannot_be_proposed(values: Any, field: str, words: str) -> None:
    assert words in read(values)[field]


def test_all_problems_at_once() -> None:
    values = {"FY2027-Q3": {"target": "x"}, "FY2027-Q4": {"target": "y"}, "FY2027": {"target": 1}}
    assert set(read(values, reason=" ")) == {"FY2027-Q3.target", "FY2027-Q4.target", "reason"}


def test_what_is_in_force_or_proposed_already() -> None:
    q3 = periods.parse("FY2027-Q3")
    values = {"FY2027-Q3": {"target": "80.0"}}
    assert "already" in read(values, in_force={q3: Target(Decimal(80))})["FY2027-Q3.target"]
    assert "open proposal" in read(values, open_places={"FY2027-Q3"})["FY2027-Q3.target"]


def test_a_period_of_today_can_still_be_planned() -> None:
    assert read({"FY2027-Q2": {"target": "1"}}, today=dt.date(2026, 12, 31)) == {"FY2027-Q2": "1"}
    assert (
        "ended"
        in read({"FY2027-Q2": {"target": "1"}}, today=dt.date(2027, 1, 1))["FY2027-Q2.target"]
    )


@examples(
    st.dictionaries(
        st.text(max_size=12),
        st.dictionaries(st.sampled_from(given.FIELDS), st.text(max_size=20)),
        max_size=4,
    )
)
def test_whatever_is_typed_is_read_or_refused(values: Any) -> None:
    assert read(values)


class TestBaseline:
    def read(self, open_places: tuple[str, ...] = (), **fields: str) -> Any:
        try:
            return given.baseline(measure(), fields, "Because", open_places)
        except WrongError as error:
            return set(error.errors)

    def test_a_value_over_a_year(self) -> None:
        assert self.read(first="FY2026 Q1", last="FY2026 Q4", value="81 %") == WantedBaseline(
            periods.parse("FY2026-Q1"), periods.parse("FY2026-Q4"), Decimal(81)
        )

    def test_being_set(self) -> None:
        found = self.read(first="FY2026 Q1", last="FY2026 Q4", being_set="true")
        assert found.value is None

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({}, {"first", "last", "value"}),
            ({"first": "FY2026-Q4", "last": "FY2026-Q1", "value": "1"}, {"last"}),
            ({"first": "FY2026-M01", "last": "x", "value": "1"}, {"first", "last"}),
            ({"first": "FY2026-Q1", "last": "FY2026-Q1"}, {"value"}),
            (
                {"first": "FY2026-Q1", "last": "FY2026-Q1", "value": "1", "being_set": "yes"},
                {"value"},
            ),
            ({"first": "FY2026-Q1", "last": "FY2026-Q1", "value": "lots"}, {"value"}),
        ],
    )
    def test_what_cannot_be(self, fields: dict[str, Any], wrong: set[str]) -> None:
        assert self.read(**fields) == wrong

    def test_one_at_a_time(self) -> None:
        found = self.read(("baseline",), first="FY2026-Q1", last="FY2026-Q1", value="1")
        assert found == {"first"}


class TestStates:
    @examples(st.lists(st.sampled_from(list(Step)), max_size=8))
    def test_approval_needs_a_recommendation_and_ends_it(self, steps: list[Step]) -> None:
        try:
            state = cases.replay(steps)
        except ConflictError:
            return
        if Step.APPROVE in steps:
            assert Step.RECOMMEND in steps[: steps.index(Step.APPROVE)]
            assert steps[-1] is Step.APPROVE
            assert state is State.APPROVED

    def test_what_is_closed_stays_closed(self) -> None:
        closed = set(State) - OPEN
        assert closed == {State.SENT_BACK, State.APPROVED, State.DECLINED, State.WITHDRAWN}
        for state, step in product(closed, Step):
            with pytest.raises(ConflictError):
                cases.follow(state, step)
