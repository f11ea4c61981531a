"""Measures computed from a released dataset's table."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.lib.search import rebuild
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight import derive, reader, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.subscriptions import on_released

from .conftest import Make, publish_package

ROWS = [
    # opened, closed, ontime, status, days
    ("2022-01-03 10:00", "2022-01-05 09:00", "ONTIME", "Closed", 2),
    ("2022-02-03 10:00", "2022-02-20 09:00", "OVERDUE", "Closed", 17),
    ("2022-03-03 10:00", None, "ONTIME", "Open", None),
    ("2022-03-31 23:59", "2022-04-01 00:01", "ONTIME", "Closed", 1),
    ("2022-07-01 00:00", "2022-07-01 08:00", "ONTIME", "Closed", 0),
    (None, None, "ONTIME", "Closed", 5),
]


def _table(
    department: dict[str, Any], columns: dict[str, str], rows: list[tuple[Any, ...]]
) -> dict[str, Any]:
    """A public dataset with a table in the DataStore."""
    package = publish_package(
        name=f"d-{uuid4().hex[:12]}",
        title="Requests",
        notes="",
        type="dataset",
        owner_org=department["id"],
    )
    resource = model.Resource(package_id=package["id"], name="Requests", url="x", hash="abc")
    resource.extras = {"datastore_active": True}
    model.Session.add(resource)
    model.Session.commit()
    rebuild(package["id"])
    declared = "".join(f', "{name}" {type_}' for name, type_ in columns.items())
    with get_write_engine().begin() as connection:
        connection.execute(
            sa.DDL(
                f'CREATE TABLE "{resource.id}"'
                f" (_id serial PRIMARY KEY, _full_text tsvector{declared})"
            )
        )
        table = sa.table(resource.id, *(sa.column(name) for name in columns))
        connection.execute(sa.insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
    return {**package, "resource_id": resource.id}


@pytest.fixture
def requests(department: dict[str, Any]) -> dict[str, Any]:
    """A public dataset of requests."""
    moment, text = "timestamp", "text"
    columns = {"open dt": moment, "closed": moment, "ontime": text, "status": text}
    return _table(department, {**columns, "days": "numeric"}, ROWS)


@pytest.fixture
def statuses(department: dict[str, Any]) -> dict[str, Any]:
    """A public dataset that says more about each status."""
    rows = [("Closed", "done", 1), ("Open", "waits", 2)]
    return _table(department, {"code": "text", "group": "text", "size": "int8"}, rows)


@pytest.fixture
def residents(department: dict[str, Any]) -> dict[str, Any]:
    """A public dataset of how many people live in the city, and in another."""
    rows = [
        ("2022-01-01", "here", 2000),
        ("2022-01-01", "elsewhere", 7),
        ("2022-09-30", "here", 4000),
    ]
    return _table(department, {"since": "date", "city": "text", "people": "int8"}, rows)


@pytest.fixture
def derived(measure: Make, requests: dict[str, Any]) -> Callable[..., Definition]:
    """Make a measure that is computed from the requests."""

    def make(fields: dict[str, Any] | None = None, **rule: Any) -> Definition:
        declared = {"dataset": requests["name"], "period_column": "open dt", **rule}
        return measure(derivation=json.dumps(declared), **(fields or {}))

    return make


def _figures(made: Definition) -> list[tuple[str, Any, Any, Any]]:
    return [
        (one.period.key, one.value, one.numerator, one.denominator) for one in derive.compute(made)
    ]


def test_percent_where_among(derived: Callable[..., Definition]) -> None:
    made = derived(
        rule="percent_where",
        where={"column": "ontime", "equals": "ONTIME"},
        among={"column": "status", "equals": "Closed"},
    )
    assert _figures(made) == [("FY2022-Q3", None, 2, 3), ("FY2023-Q1", None, 1, 1)]


@pytest.mark.parametrize(
    ("rule", "figures"),
    [
        ({"rule": "count"}, [D(4), D(1)]),
        ({"rule": "sum", "column": "days"}, [D(20), D(0)]),
        ({"rule": "mean", "column": "days"}, [D(20) / 3, D(0)]),
        ({"rule": "median", "column": "days"}, [D(2), D(0)]),
    ],
)
def test_plain_rules(
    derived: Callable[..., Definition], rule: dict[str, Any], figures: list[D]
) -> None:
    made = derived({"aggregation": "sum"}, **rule)
    found = [value for _key, value, _numerator, _denominator in _figures(made)]
    assert found == pytest.approx(figures)


def test_percent_within_days_counts_the_open_ones_as_late(
    derived: Callable[..., Definition],
) -> None:
    made = derived(**{"rule": "percent_within_days", "from": "open dt", "to": "closed", "days": 2})
    assert _figures(made) == [("FY2022-Q3", None, 2, 4), ("FY2023-Q1", None, 1, 1)]


@pytest.mark.parametrize(
    ("period", "keys"),
    [
        ("month", ["FY2022-M07", "FY2022-M08", "FY2022-M09", "FY2023-M01"]),
        ("quarter", ["FY2022-Q3", "FY2023-Q1"]),
        ("year", ["FY2022", "FY2023"]),
    ],
)
def test_fiscal_periods(derived: Callable[..., Definition], period: str, keys: list[str]) -> None:
    made = derived({"aggregation": "sum", "frequency": period}, rule="count")
    assert [figure[0] for figure in _figures(made)] == keys


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"rule": "sum", "column": "status"}, "must hold numbers"),
        ({"rule": "count", "period_column": "status"}, "must hold dates"),
        ({"rule": "count", "period_column": 'x"; DROP TABLE package; --'}, "no column"),
        ({"rule": "count", "dataset": "hidden"}, "not public"),
        ({"rule": "count", "resource": "Other"}, "has 0 tables"),
    ],
)
def test_a_declaration_that_does_not_fit(
    derived: Callable[..., Definition], rule: dict[str, Any], message: str
) -> None:
    with pytest.raises(RefusedError, match=message):
        derive.compute(derived(**rule))


def test_a_release_computes_once_and_keeps_where_it_is_from(
    derived: Callable[..., Definition], requests: dict[str, Any]
) -> None:
    made = derived(rule="percent_where", where={"column": "ontime", "equals": "ONTIME"})
    for revision in ("r1", "r1", "r2"):
        on_released(requests["id"], package_type="dataset", revision_id=revision)
    service.publish(service.pending_quarters(), "office")
    results = reader.records([made.id])[made.id].results
    assert [(one.period.key, one.revision, one.value) for one in results] == [
        ("FY2022-Q3", 1, 75),
        ("FY2023-Q1", 1, 100),
    ]
    assert results[0].source == {
        "dataset_id": requests["id"],
        "resource_id": requests["resource_id"],
        "sha256": "abc",
        "rule": "percent_where",
        "revision_id": "r1",
    }


def test_a_later_release_corrects_what_is_public(
    derived: Callable[..., Definition], requests: dict[str, Any]
) -> None:
    made = derived({"aggregation": "sum"}, rule="count")
    on_released(requests["id"], package_type="dataset", revision_id="r1")
    service.publish(service.pending_quarters(), "office")
    with get_write_engine().begin() as connection:
        connection.execute(
            sa.insert(sa.table(requests["resource_id"], sa.column("open dt"))),
            [{"open dt": "2022-01-04"}],
        )
    on_released(requests["id"], package_type="dataset", revision_id="r2")
    service.publish(service.pending_quarters(), "office")
    results = reader.records([made.id])[made.id].results
    assert [(one.value, bool(one.correction_reason)) for one in results] == [
        (4, False),
        (5, True),
        (1, False),
    ]


def test_a_wrong_declaration_stops_no_release(
    measure: Make, requests: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    measure(derivation="{}")
    on_released(requests["id"], package_type="dataset", revision_id="r1")


def test_a_joined_table_says_which_rows_count(
    derived: Callable[..., Definition], statuses: dict[str, Any]
) -> None:
    join = {"dataset": statuses["name"], "as": "kind", "on": {"status": "code"}}
    made = derived(
        {"aggregation": "sum"},
        rule="sum",
        column="kind.size",
        join=join,
        among={"column": "kind.group", "equals": "waits"},
    )
    (found,) = derive.compute(made, {statuses["id"]: "r7"})
    assert (found.period.key, found.value) == ("FY2022-Q3", 2)
    assert found.source["join"] == {
        "dataset_id": statuses["id"],
        "resource_id": statuses["resource_id"],
        "sha256": "abc",
        "revision_id": "r7",
    }


def test_a_rate_per_resident_and_a_release_of_its_denominator(
    derived: Callable[..., Definition], residents: dict[str, Any], requests: dict[str, Any]
) -> None:
    declared = {
        "dataset": residents["name"],
        "column": "people",
        "since": "since",
        "among": {"column": "city", "equals": "here"},
    }
    made = derived({"unit": "per 1,000"}, rule="rate", per=1000, denominator=declared)
    on_released(requests["id"], package_type="dataset", revision_id="r1")
    service.publish(service.pending_quarters(), "office")
    with get_write_engine().begin() as connection:
        people = sa.table(residents["resource_id"], sa.column("people"), sa.column("since"))
        later = sa.update(people).where(people.c.since == "2022-09-30")
        connection.execute(later.values(people=5000))
    on_released(residents["id"], package_type="dataset", revision_id="r2")
    service.publish(service.pending_quarters(), "office")
    results = reader.records([made.id])[made.id].results
    assert [(one.period.key, one.numerator, one.denominator, one.value) for one in results] == [
        ("FY2022-Q3", 4, 2, 2),
        ("FY2023-Q1", 1, 4, D("0.25")),
        ("FY2023-Q1", 1, 5, D("0.2")),
    ]
    assert results[2].source["denominator"]["revision_id"] == "r2"
    assert results[2].source["denominator"]["since"] == "2022-09-30"
    assert "revision_id" not in results[2].source
    assert results[2].correction_reason


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"join": {"as": "k", "on": {"status": "nothing"}}}, "no column “nothing”"),
        ({"join": {"as": "k", "on": {"days": "code"}}}, "same kind"),
        ({"join": {"as": "k", "on": {"status": "code"}}, "period_column": "k.group"}, "dates"),
        ({"join": {"dataset": "hidden", "as": "k", "on": {"status": "code"}}}, "not public"),
    ],
)
def test_a_join_that_does_not_fit(
    derived: Callable[..., Definition],
    statuses: dict[str, Any],
    rule: dict[str, Any],
    message: str,
) -> None:
    join = {"dataset": statuses["name"], **rule["join"]}
    with pytest.raises(RefusedError, match=message):
        derive.compute(derived(**{"rule": "count", **rule, "join": join}))
