"""Declarations of derived measures: what is accepted and how a wrong one is refused."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight.derivation import Condition, Rule, read

GOOD: dict[str, Any] = {
    "dataset": "requests",
    "rule": "percent_where",
    "period_column": "open_dt",
    "where": {"column": "ontime", "equals": "ONTIME"},
}


def test_good_declaration() -> None:
    found = read(json.dumps(GOOD))
    assert found.rule is Rule.PERCENT_WHERE
    assert found.where == Condition("ontime", "ONTIME")
    assert found.columns == {"open_dt", "ontime"}
    assert found.has_parts


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": "sql"}, "rule"),
        ({"rule": ["count"]}, "rule"),
        ({"dataset": ""}, "dataset"),
        ({"resource_id": "x"}, "either"),
        ({"sql": "DROP TABLE"}, "does not know “sql”"),
        ({"where": {"column": "a"}}, "where"),
        ({"where": "a = b"}, "where"),
        ({"period_column": 3}, "period_column"),
        ({"period": "week"}, "period"),
        ({"rule": "percent_within_days", "where": None}, "does not know"),
    ],
)
def test_wrong_declaration_is_refused_by_name(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        read(json.dumps({**GOOD, **change}))


@pytest.mark.parametrize("days", [-1, 1.5, "5", True, None, 10**9])
def test_days_must_be_a_small_whole_number(days: Any) -> None:
    declared = {
        "dataset": "d",
        "rule": "percent_within_days",
        "period_column": "a",
        "from": "a",
        "to": "b",
        "days": days,
    }
    with pytest.raises(RefusedError, match="days"):
        read(json.dumps(declared))


@pytest.mark.parametrize("key", ["rule", "dataset", "period_column", "where"])
def test_what_is_missing_is_named(key: str) -> None:
    declared = {name: value for name, value in GOOD.items() if name != key}
    with pytest.raises(RefusedError, match=key):
        read(json.dumps(declared))


JOIN = {"dataset": "beats", "as": "beat", "on": {"beat_code": "code"}}
RATE: dict[str, Any] = {
    "dataset": "crimes",
    "rule": "rate",
    "period_column": "day",
    "per": 1000,
    "denominator": {"dataset": "people", "column": "residents", "since": "counted"},
}


def test_columns_of_a_joined_table_are_told_apart() -> None:
    among = {"column": "beat.district.name", "equals": "North"}
    found = read(json.dumps({**GOOD, "join": JOIN, "among": among}))
    assert found.columns == {"open_dt", "ontime", "beat_code"}
    assert found.joined_columns == {"code", "district.name"}
    assert [table.dataset for table in found.tables] == ["requests", "beats"]


def test_a_rate_names_what_it_is_divided_by() -> None:
    found = read(json.dumps({**RATE, "column": "victims"}))
    assert found.has_parts
    assert found.denominator
    assert (found.denominator.per, found.denominator.columns) == (1000, {"residents", "counted"})
    assert [table.dataset for table in found.tables] == ["crimes", "people"]


@pytest.mark.parametrize(
    ("declared", "change", "message"),
    [
        (GOOD, {"join": "beats"}, "join"),
        (GOOD, {"join": {**JOIN, "on": {}}}, "“on”"),
        (GOOD, {"join": {**JOIN, "on": {"a": 1}}}, "“a” must be text"),
        (GOOD, {"join": {**JOIN, "on": {str(n): "k" for n in range(6)}}}, "“on”"),
        (GOOD, {"join": {**JOIN, "as": "a b"}}, "“as”"),
        (GOOD, {"join": {**JOIN, "sql": "1=1"}}, "does not know “sql”"),
        (GOOD, {"join": {"as": "b", "on": {"a": "b"}}}, "either"),
        (GOOD, {"denominator": RATE["denominator"]}, "does not know “denominator”"),
        (RATE, {"per": 0}, "per"),
        (RATE, {"per": True}, "per"),
        (RATE, {"denominator": {"dataset": "people", "column": "n"}}, "needs “since”"),
        (RATE, {"denominator": []}, "denominator"),
    ],
)
def test_wrong_joins_and_rates_are_refused_by_name(
    declared: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(RefusedError, match=message):
        read(json.dumps({**declared, **change}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from([*GOOD, *RATE, *JOIN, "join", "x"]), inner)
    ),
)


@given(
    json_values
    | st.builds(lambda inner: {**GOOD, "join": inner}, json_values)
    | st.builds(lambda inner: {**RATE, "denominator": inner}, json_values)
)
def test_anything_is_read_or_refused(declared: Any) -> None:
    with contextlib.suppress(RefusedError):
        read(json.dumps(declared))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null"])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read(text)
