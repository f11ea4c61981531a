"""Rows of a history: blanks are never zero, and what is wrong is named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight.history import read_row


def test_blank_is_no_figure() -> None:
    row = read_row({"period": "FY2026 Q1", "value": " ", "target": "5"})
    assert row.entry is None
    assert row.target is not None


def test_full_row() -> None:
    row = read_row({"period": "2025-07", "numerator": 8, "denominator": "10", "source": "report"})
    assert row.entry is not None
    assert (row.entry.numerator, row.entry.denominator) == (8, 10)
    assert row.entry.source == {"system": "report"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"period": "soon"}, "not a period"),
        ({}, "not a period"),
        ({"period": "FY2026", "value": "12,5"}, "FY2026.*value is not a number"),
        ({"period": "FY2026", "value": "NaN"}, "not a number"),
        ({"period": "FY2026", "target": "inf"}, "not a number"),
        ({"period": "FY2026", "state": "lost"}, "not a state"),
        ({"period": "FY2026", "target_low": "3"}, "range"),
        ({"period": "FY2026", "target_low": "3", "target_high": "2"}, "lower end"),
    ],
)
def test_wrong_row(row: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        read_row(row)


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        row = read_row({"period": "FY2026", "value": text})
    except RefusedError:
        return
    assert row.entry is None or isinstance(row.entry.value, Decimal)
