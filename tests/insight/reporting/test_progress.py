"""Which figures belong to a quarter, and how far they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ckanext.indep.insight import periods
from ckanext.indep.insight.calendar import Rule
from ckanext.indep.insight.definition import Definition, of_package
from ckanext.indep.insight.reporting import entry, progress
from ckanext.indep.insight.reporting.progress import Desk, Progress
from ckanext.indep.insight.rules import Standing

Q1, Q4 = periods.parse("FY2026-Q1"), periods.parse("FY2026-Q4")
FIGURE = Standing(1, False, "reported", None, None, None, None, False, {})


def measure(name: str = "potholes", **fields: str) -> Definition:
    return of_package(
        {"id": name, "name": name, "title": name, "aggregation": "last", "frequency": "quarter"}
        | fields
    )


@pytest.mark.parametrize(
    ("frequency", "quarter", "expected"),
    [
        ("month", Q1, ["FY2026-M01", "FY2026-M02", "FY2026-M03"]),
        ("month", Q4, ["FY2026-M10", "FY2026-M11", "FY2026-M12"]),
        ("quarter", Q1, ["FY2026-Q1"]),
        ("year", Q1, []),
        ("year", Q4, ["FY2026"]),
        ("irregular", Q1, ["FY2026-Q1"]),
    ],
)
def test_the_periods_of_a_quarter(
    frequency: str, quarter: periods.Period, expected: list[str]
) -> None:
    found = progress.expected(measure(frequency=frequency), quarter)
    assert [period.key for period in found] == expected
    assert all(period.quarter() == quarter for period in found)


def desk(**fields: object) -> Desk:
    tasks = progress.tasks([measure()], Q1, {}, {}, frozenset())
    dates = Rule(25, 39, 47).dates(Q1)
    return replace(Desk("d", "d", "D", Q1, dates, tasks), **fields)  # type: ignore[arg-type]


def test_a_sign_off_holds_for_what_it_was_given_for() -> None:
    assert not desk(waiting=frozenset({1})).is_signed
    assert desk(waiting=frozenset({1}), signed=frozenset({1})).is_signed
    later = desk(waiting=frozenset({1, 2}), signed=frozenset({1}))
    assert not later.is_signed
    assert later.was_changed
    published = desk(waiting=frozenset(), signed=frozenset({1}))
    assert not published.was_changed


def test_late_is_what_is_missing_or_unsigned_after_its_day() -> None:
    due = desk().dates.data_due
    day = dt.timedelta(days=1)
    assert not desk().is_late(due)
    assert desk().is_late(due + day)
    tasks = progress.tasks([measure()], Q1, {("potholes", "FY2026-Q1"): FIGURE}, {}, frozenset())
    complete = desk(tasks=tasks)
    assert not complete.is_late(due + day)
    assert replace(complete, waiting=frozenset({1})).is_late(due + day)


def test_all_problems_are_told_at_once_under_their_fields() -> None:
    tasks = progress.tasks([measure("a"), measure("b", unit="%")], Q1, {}, {}, frozenset())
    given = entry.read(
        tasks, {"a.FY2026-Q1": {"value": "1,5"}, "b.FY2026-Q1": {"value": "=1+1", "state": "lost"}}
    )
    assert given.rows == []
    assert set(given.errors) == {"a.FY2026-Q1.value", "b.FY2026-Q1.value", "b.FY2026-Q1.state"}
    assert all("FY2026 Q1" in sentences[0] for sentences in given.errors.values())


def test_blank_is_left_alone_and_never_zero() -> None:
    tasks = progress.tasks([measure("a"), measure("b")], Q1, {}, {}, frozenset())
    given = entry.read(tasks, {"a.FY2026-Q1": {"value": " ", "comment": ""}})
    assert (given.rows, given.errors) == ([], {})


def test_what_is_computed_is_not_entered() -> None:
    computed = measure("a", derivation="{}")
    tasks = progress.tasks([computed], Q1, {}, {}, frozenset())
    given = entry.read(tasks, {"a.FY2026-Q1": {"value": "4"}})
    assert list(given.errors) == ["a.FY2026-Q1.value"]
    assert tasks[0].progress is Progress.MISSING
