"""Standing approvals: what they cover, and what takes the ordinary way."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from ckanext.indep import city_time
from ckanext.indep.governance import outbox, verify
from ckanext.indep.governance.approving import standing
from ckanext.indep.governance.approving.standing import RowCount, outside, too_wide
from ckanext.indep.governance.policy import Refresh
from ckanext.indep.tabular.jobs import load_table
from tests.governance.conftest import City, act, city, draft, released, submitted

__all__ = ["city", "draft", "released", "submitted"]

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


ROWS = "zip,count\n" + "".join(f"64{n:03},{n}\n" for n in range(10))


@pytest.fixture
def robot(city: City) -> str:
    """A service account of the department."""
    name = factories.User()["name"]
    helpers.call_action(
        "organization_member_create", id=city.department, username=name, role="editor"
    )
    return name


def _update(who: str, package: dict[str, Any], csv: str, **fields: Any) -> dict[str, Any]:
    """Send new rows of a released dataset in somebody's name, and submit them."""
    request = act(who, "indep_request_open", id=package["id"])
    copy = act(who, "package_show", id=request["workspace_id"])["resources"][0]
    upload = FileStorage(io.BytesIO(csv.encode()), filename="potholes.csv")
    act(who, "resource_patch", id=copy["id"], upload=upload)
    outbox.drain()
    load_table(copy["id"])
    if fields:
        act(who, "package_patch", id=request["workspace_id"], **fields)
    return act(who, "indep_request_submit", id=request["id"])


class TestUpdates:
    def test_what_is_covered_is_released_at_once_and_the_rest_is_not(
        self, city: City, robot: str, released: Callable[..., dict[str, Any]]
    ) -> None:
        until = (city_time.today() + dt.timedelta(days=90)).isoformat()
        package = released(csv=ROWS, refresh_by=robot, refresh_max_change="20", refresh_until=until)
        resource = package["resources"][0]["id"]
        assert "refresh_by" not in package

        done = _update(robot, package, ROWS.replace("64003,3", "64003,33"))
        assert (done["state"], done["lane"]) == ("released", "standing")
        rows = act("", "datastore_search", resource_id=resource)["records"]
        assert {r["zip"]: r["count"] for r in rows}["64003"] == 33
        assert list(verify.breaches()) == []

        sent = _update(robot, package, "zip,count\n1,1\n")
        assert (sent["state"], sent["lane"]) == ("submitted", "committee")
        assert "rows differ" in str(
            act(city.owner, "indep_request_show", id=sent["id"])["standing"]["outside"]
        )
        act(robot, "indep_request_withdraw", id=sent["id"])
        outbox.drain()

        sent = _update(city.steward, package, ROWS)
        assert (sent["state"], sent["lane"]) == ("submitted", "committee")
        assert list(verify.breaches()) == []

    def test_one_that_is_too_wide_cannot_be_asked_for(
        self, city: City, draft: Callable[..., dict[str, Any]]
    ) -> None:
        until = (city_time.today() + dt.timedelta(days=3000)).isoformat()
        workspace = draft(refresh_by="robot", refresh_max_change="90", refresh_until=until)
        mine = act(city.steward, "indep_request_list", which="mine")
        request = next(r for r in mine if r["workspace_id"] == workspace["id"])
        with pytest.raises(tk.ValidationError, match="366 days"):
            act(city.steward, "indep_request_submit", id=request["id"])
        with pytest.raises(tk.ValidationError, match="not a percentage"):
            act(city.steward, "package_patch", id=workspace["id"], refresh_max_change="all")
