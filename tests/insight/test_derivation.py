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
    assert found.is_percent


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


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*GOOD, "x"]), inner),
)


@given(json_values | st.just(GOOD))
def test_anything_is_read_or_refused(declared: Any) -> None:
    with contextlib.suppress(RefusedError):
        read(json.dumps(declared))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null"])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read(text)
