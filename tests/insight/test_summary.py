"""What is said about a measure as of a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from ckanext.indep.insight import definition, periods
from ckanext.indep.insight.calendar import Rule
from ckanext.indep.insight.records import BaselineVersion, Record, Result, TargetChange
from ckanext.indep.insight.status import Reason, Status, Target
from ckanext.indep.insight.summary import Summary, Today, runs, summarise

TODAY = Today(date(2026, 11, 22), Rule(data_due=25, review=39, council=47))
NOON = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)


def _result(key: str, value: str | None, **fields: Any) -> Result:
    known: dict[str, Any] = {
        "revision": 1,
        "state": "reported" if value else "not_collected",
        "numerator": None,
        "denominator": None,
        "margin": None,
        "provisional": False,
        "source": {},
        "correction_reason": None,
        "published_at": NOON,
    }
    number = Decimal(value) if value else None
    return Result(periods.parse(key), value=number, **{**known, **fields})


def _target(key: str, value: int, days: int = -1, revision: int = 1) -> TargetChange:
    at = NOON + timedelta(days=days)
    return TargetChange(periods.parse(key), revision, Target(Decimal(value)), "Agreed", "boss", at)


def _summary(record: Record, **fields: str) -> Summary:
    package = {
        "id": "m",
        "title": "M",
        "direction": "up",
        "aggregation": "last",
        "frequency": "quarter",
        "precision": "0",
        "unit": "%",
        **fields,
    }
    return summarise(definition.of_package(package), record, TODAY)


def test_a_period_is_judged_by_the_target_in_force_when_it_was_reported() -> None:
    record = Record(
        results=(_result("FY2027-Q1", "80"),),
        targets=(_target("FY2027-Q1", 75), _target("FY2027-Q1", 90, days=5, revision=2)),
    )
    assert _summary(record).status is Status.MET


def test_a_correction_is_judged_by_the_same_target_and_shows_both_figures() -> None:
    later = NOON + timedelta(days=9)
    record = Record(
        results=(
            _result("FY2027-Q1", "80"),
            _result("FY2027-Q1", "74", revision=2, published_at=later),
        ),
        targets=(_target("FY2027-Q1", 75), _target("FY2027-Q1", 60, days=5, revision=2)),
    )
    line = _summary(record).lines[-1]
    assert line.is_corrected
    assert line.assessment.status is Status.UNDER
    assert line.first is not None
    assert line.first.value == 80


def test_the_years_target_holds_for_its_quarters_unless_they_add_up() -> None:
    record = Record(results=(_result("FY2027-Q1", "80"),), targets=(_target("FY2027", 75),))
    assert _summary(record).status is Status.MET
    headline = _summary(record, aggregation="sum").headline
    assert headline is not None
    assert headline.assessment.reason is Reason.NO_TARGET


def test_a_late_figure_is_overdue_and_the_latest_one_still_shown() -> None:
    found = _summary(Record(results=(_result("FY2026-Q4", "80"),)))
    assert found.is_overdue
    assert found.latest is not None
    assert found.latest.period.key == "FY2026-Q4"


def test_a_figure_handed_in_is_not_overdue() -> None:
    waiting = frozenset({periods.parse("FY2027-Q1")})
    found = _summary(Record(results=(_result("FY2026-Q4", "80"),), waiting=waiting))
    assert not found.is_overdue
    assert found.lines[-1].period.key == "FY2026-Q4"


def test_a_figure_handed_in_is_not_called_late_while_a_later_one_is() -> None:
    waiting = frozenset({periods.parse("FY2026-Q4")})
    found = _summary(Record(results=(_result("FY2026-Q3", "80"),), waiting=waiting))
    assert [line.assessment.reason for line in found.lines[1:]] == [
        Reason.HANDED_IN,
        Reason.OVERDUE,
    ]


def test_a_measure_that_begins_this_year_owes_nothing_of_the_last() -> None:
    target = _target("FY2027", 75)
    first = periods.parse("FY2027-Q1")
    [owed] = _summary(Record(targets=(target,))).lines
    assert (owed.period, owed.assessment.reason) == (first, Reason.OVERDUE)
    assert _summary(Record(targets=(target,), waiting=frozenset({first}))).lines == ()
    assert _summary(Record(targets=(_target("FY2028", 75),))).lines == ()
    assert len(_summary(Record(targets=(target,)), aggregation="sum").lines) == 1


def test_a_retired_measure_is_not_overdue() -> None:
    record = Record(
        results=(_result("FY2020-Q1", "80"), _result("FY2020-Q2", None, state="retired"))
    )
    headline = _summary(record).headline
    assert headline is not None
    assert headline.assessment.reason is Reason.RETIRED


def test_an_irregular_measure_is_never_overdue() -> None:
    found = _summary(Record(results=(_result("FY2018", "80"),)), frequency="irregular")
    assert [line.period.key for line in found.lines] == ["FY2018"]


def test_a_baseline_being_set_is_not_scored() -> None:
    record = Record(
        results=(_result("FY2027-Q1", "80"),),
        targets=(_target("FY2027", 75),),
        baseline=BaselineVersion("FY2026-Q1", "FY2026-Q4", None, "Reviewed"),
    )
    headline = _summary(record).headline
    assert headline is not None
    assert headline.assessment.reason is Reason.BASELINE


def test_a_small_denominator_is_suppressed_everywhere() -> None:
    small = _result("FY2027-Q1", "50", numerator=Decimal(2), denominator=Decimal(4))
    found = _summary(Record(results=(small,)), minimum_denominator="10")
    line = found.lines[-1]
    assert line.assessment.reason is Reason.SUPPRESSED
    assert line.value is None
    assert found.record.results[0].numerator is None


def test_year_to_date_of_a_sum() -> None:
    record = Record(
        results=(_result("FY2026-Q4", "50"), _result("FY2026-Q3", "10")),
        targets=(_target("FY2026-Q3", 20), _target("FY2026-Q4", 30)),
    )
    ordered = Record(results=record.results[::-1], targets=record.targets)
    ytd = _summary(ordered, aggregation="sum").year_to_date
    assert ytd is not None
    assert (ytd.actual, ytd.status) == (60, Status.MET)


def test_year_to_date_of_a_range_is_judged_by_the_latest_range() -> None:
    low, high = Decimal(16), Decimal(20)
    target = TargetChange(
        periods.parse("FY2026"), 1, Target(None, low, high), "Agreed", "boss", NOON
    )
    results = (_result("FY2026-Q3", "10"), _result("FY2026-Q4", "18"))
    ytd = _summary(Record(results, (target,)), direction="range").year_to_date
    assert ytd is not None
    assert (ytd.actual, ytd.status) == (18, Status.MET)


def test_year_to_date_is_not_scored_while_the_baseline_is_being_set() -> None:
    record = Record(
        results=(_result("FY2026-Q3", "70"), _result("FY2026-Q4", "80")),
        targets=(_target("FY2026", 75),),
        baseline=BaselineVersion("FY2026-Q3", "FY2026-Q4", None, "Reviewed"),
    )
    ytd = _summary(record).year_to_date
    assert ytd is not None
    assert (ytd.actual, ytd.reason) == (80, Reason.BASELINE)


def test_changes_of_status_and_target_are_seen() -> None:
    record = Record(
        results=(_result("FY2026-Q4", "80"), _result("FY2027-Q1", "80")),
        targets=(_target("FY2026", 75), _target("FY2027", 85)),
    )
    found = _summary(record)
    assert found.changed_status
    assert found.changed_target


def test_neighbours_without_figure_are_told_together() -> None:
    record = Record(
        results=tuple(
            _result(f"FY2026-Q{number}", "80" if number == 4 else None) for number in range(1, 5)
        )
    )
    lengths = [len(run) for run in runs(_summary(record).lines)]
    assert lengths == [3, 1, 1]
