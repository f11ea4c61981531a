"""Standing approvals: what they cover, and what takes the ordinary way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.governance import standing
from ckanext.indep.governance.policy import Refresh
from ckanext.indep.governance.standing import RowCount, outside, too_wide

TODAY = dt.date(2026, 11, 22)
COLUMNS = [{"id": "zip", "type": "TEXT", "info": ""}]


def _content(rows: int = 100, md5: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "title": "Potholes",
        "refresh_by": "robot",
        "refresh_max_change": "20",
        "refresh_until": "2026-12-31",
        "resources": [
            {
                "id": "1",
                "name": "Rows",
                "url": "rows.csv",
                "file": {"sha256": md5, "size": rows},
                "table": {"columns": COLUMNS, "rows": rows, "md5": md5},
            }
        ],
        **more,
    }


class TestBounds:
    @given(st.integers(0, 1000), st.integers(0, 1000))
    def test_the_share_of_rows_decides(self, before: int, touched: int) -> None:
        found = list(
            outside(
                _content(before),
                _content(before, "b"),
                {"robot"},
                TODAY,
                {"1": RowCount(before, touched)},
            )
        )
        assert bool(found) == (touched > 0.2 * max(before, 1))

    @pytest.mark.parametrize(
        ("new", "workers", "today", "reason"),
        [
            (_content(md5="b"), {"steward"}, TODAY, "account robot alone"),
            (_content(md5="b"), {"robot", "steward"}, TODAY, "account robot alone"),
            (_content(md5="b"), {"robot"}, dt.date(2027, 1, 1), "ended on 2026-12-31"),
            (_content(md5="b", title="Else"), {"robot"}, TODAY, "field title"),
            (_content(md5="b", refresh_max_change="90"), {"robot"}, TODAY, "refresh_max_change"),
            (_content(md5="b", resources=[]), {"robot"}, TODAY, "file was removed"),
            ({**_content(), "refresh_until": "2030-01-01"}, {"robot"}, TODAY, "refresh_until"),
        ],
    )
    def test_everything_else_is_outside(
        self, new: dict[str, Any], workers: set[str], today: dt.date, reason: str
    ) -> None:
        rows = {"1": RowCount(100, 1)}
        assert reason in " ".join(outside(_content(), new, workers, today, rows))

    def test_other_columns_are_outside(self) -> None:
        new = _content(md5="b")
        new["resources"][0]["table"]["columns"] = [{"id": "zip", "type": "INTEGER", "info": ""}]
        assert "columns differ" in " ".join(outside(_content(), new, {"robot"}, TODAY, {}))

    def test_what_is_no_table_is_outside(self) -> None:
        new = _content(md5="b")
        del new["resources"][0]["table"]
        assert "not a table" in " ".join(outside(_content(), new, {"robot"}, TODAY, {}))

    def test_rows_that_nobody_counted_are_outside(self) -> None:
        found = outside(_content(), _content(md5="b"), {"robot"}, TODAY, {})
        assert "not counted" in " ".join(found)


class TestAsking:
    def test_the_policy_bounds_what_may_be_asked_for(self) -> None:
        bounds = Refresh(longest_days=30, largest_change=0.1)
        assert len(list(too_wide(_content(), TODAY, bounds))) == 2
        assert list(too_wide(_content(), TODAY, Refresh())) == []
        assert list(too_wide({"resources": []}, TODAY, Refresh())) == []
        half = {"refresh_by": "robot", "resources": []}
        assert "needs an account" in next(too_wide(half, TODAY, Refresh()))

    def test_none_without_its_three_fields(self) -> None:
        assert standing.of({"refresh_by": "robot"}) is None
