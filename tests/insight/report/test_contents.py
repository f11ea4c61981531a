"""What stands in a report and of which quarters one is due, without a database."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from ckanext.indep.insight import periods
from ckanext.indep.insight.calendar import Rule
from ckanext.indep.insight.definition import of_package
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.records import Record, Result, TargetChange
from ckanext.indep.insight.report.contents import CouncilReport, Entry
from ckanext.indep.insight.report.due import quarters_due
from ckanext.indep.insight.report.paper import css_numbering, css_text
from ckanext.indep.insight.report.quarter import summary_at
from ckanext.indep.insight.status import Status, Target
from ckanext.indep.insight.summary import Today

RULE = Rule(25, 39, 47)
NOW = dt.datetime(2026, 11, 1, tzinfo=dt.timezone.utc)
TODAY = Today(dt.date(2026, 11, 22), RULE)
Q3, Q4, Q1 = (periods.parse(key) for key in ("FY2026-Q3", "FY2026-Q4", "FY2027-Q1"))


def measure(**fields: str) -> object:
    given = {"id": "a", "name": "a", "title": "A", "frequency": "quarter", "direction": "up"}
    return of_package({**given, "aggregation": "last", **fields})


def result(period: Period, value: str, revision: int = 1) -> Result:
    return Result(
        period, revision, "reported", Decimal(value), None, None, None, False, {}, None, NOW
    )


def target(key: str, value: str) -> TargetChange:
    early = dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)
    return TargetChange(periods.parse(key), 1, Target(Decimal(value)), "Agreed", "boss", early)


RECORD = Record(
    results=(result(Q3, "60"), result(Q4, "95"), result(Q4, "91", 2), result(Q1, "70")),
    targets=(target("FY2026", "90"), target("FY2027", "80")),
)


def entry(quarter: Period, record: Record = RECORD, **fields: str) -> Entry:
    made: object = measure(**fields)
    return Entry(
        summary_at(made, record, TODAY, quarter),  # type: ignore[arg-type]
        summary_at(made, record, TODAY, quarter.previous()),  # type: ignore[arg-type]
    )


def report(quarter: Period, *entries: Entry) -> CouncilReport:
    dates = RULE.dates(quarter), RULE.dates(quarter.next())
    return CouncilReport(quarter, 1, NOW, None, dates, entries, (("quality", "Quality"),))


def test_a_quarter_is_told_as_it_ended_with_later_corrections() -> None:
    seen = entry(Q4)
    assert [line.period for line in seen.lines] == [Q4, Q3]
    assert seen.now.latest is not None
    assert seen.now.latest.value == 91
    assert [line.first.value for line in seen.corrected if line.first] == [95]
    assert seen.change is not None
    assert seen.change.statuses == (Status.NOT_MET, Status.MET)
    assert seen.change.targets is None


def test_a_new_target_is_a_change() -> None:
    change = entry(Q1).change
    assert change is not None
    assert change.targets == (Target(Decimal(90)), Target(Decimal(80)))


def test_what_was_not_reported_is_late_and_what_came_later_is_not_seen() -> None:
    late = replace(RECORD, results=(result(Q3, "60"), result(Q1, "70")))
    made = report(Q4, entry(Q4, late))
    assert [summary.headline.period for summary in made.late if summary.headline] == [Q4]
    assert made.counts[Status.NOT_SCORED] == 1
    assert report(Q1, entry(Q1, late)).late == []


@pytest.mark.parametrize(("direction", "gains"), [("up", []), ("down", ["A"]), ("none", [])])
def test_a_gain_is_one_in_the_direction_that_is_better(direction: str, gains: list[str]) -> None:
    before = periods.parse("FY2026-Q1")
    record = replace(RECORD, results=(result(before, "75"), *RECORD.results))
    made = report(Q1, entry(Q1, record, direction=direction))
    assert [gain.summary.definition.title for gain in made.gains(3)] == gains


def test_a_measure_without_a_goal_of_the_plan_is_not_lost() -> None:
    made = report(Q1, entry(Q1, strategic_goal="quality"), entry(Q1, strategic_goal="gone"))
    assert [(group.title, len(group.summaries)) for group in made.groups("Other")] == [
        ("Quality", 1),
        ("Other", 1),
    ]


@pytest.mark.parametrize(
    ("publications", "made", "expected"),
    [
        ([], {}, []),
        ([(1, [Q3, Q4]), (2, [Q1])], {}, [Q1, Q4]),
        ([(1, [Q3, Q4]), (2, [Q1])], {Q4: 1, Q1: 2}, []),
        # A correction of an earlier quarter shows in all later reports, not the other way round.
        ([(1, [Q4]), (2, [Q1]), (3, [Q3])], {Q4: 1, Q1: 2, Q3: 3}, [Q1, Q4]),
        ([(1, [Q4]), (2, [Q1])], {Q4: 1, Q1: 0}, [Q1]),
    ],
)
def test_reports_that_are_due(
    publications: list[tuple[int, list[Period]]],
    made: dict[Period, int],
    expected: list[Period],
) -> None:
    assert quarters_due(publications, made) == expected


def test_a_text_cannot_leave_its_place_in_the_style_sheet() -> None:
    made = css_text('a"; } </style><script>\\ \n')
    assert not re.search(r"[<>\n]", made)
    assert made.count('"') == 2
    assert css_numbering("Page {page} of {pages}") == (
        '"Page " counter(page) " of " counter(pages)'
    )
