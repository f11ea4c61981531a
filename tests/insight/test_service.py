"""The record: append-only, published at once, corrected with a reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ckanext.indep.errors import ConflictError, RefusedError
from ckanext.indep.insight import periods, reader, service
from ckanext.indep.insight.model import Observation
from ckanext.indep.insight.status import Target

from .conftest import Make, entry

Q1 = periods.parse("FY2026-Q1")
Q2 = periods.parse("FY2026-Q2")


def _rows(measure_id: str) -> list[Observation]:
    query = sa.select(Observation).where(Observation.measure_id == measure_id)
    return list(model.Session.scalars(query.order_by(Observation.id)))


class TestRecord:
    def test_the_same_again_changes_nothing(self, measure: Make) -> None:
        made = measure()
        first = entry("FY2026-Q1", numerator=Decimal(8), denominator=Decimal(10))
        assert service.record(made, [first], "clerk") == 1
        assert service.record(made, [first], "clerk") == 0
        assert [row.value for row in _rows(made.id)] == [80]

    def test_a_draft_figure_is_replaced_by_a_new_revision(self, measure: Make) -> None:
        made = measure(aggregation="last")
        service.record(made, [entry("FY2026-Q1", "80")], "clerk")
        service.record(made, [entry("FY2026-Q1", "81")], "clerk")
        service.publish([Q1], "office")
        published = [row.published_version is not None for row in _rows(made.id)]
        assert published == [False, True]

    def test_a_public_figure_is_corrected_with_a_reason_only(self, measure: Make) -> None:
        made = measure(aggregation="last")
        service.record(made, [entry("FY2026-Q1", "80")], "clerk")
        service.publish([Q1], "office")
        with pytest.raises(ConflictError, match="why"):
            service.record(made, [entry("FY2026-Q1", "82")], "clerk")
        service.record(made, [entry("FY2026-Q1", "82", reason="Two cases were late")], "clerk")
        service.publish([Q1], "office")
        results = reader.records([made.id])[made.id].results
        assert [(one.value, one.correction_reason) for one in results] == [
            (80, None),
            (82, "Two cases were late"),
        ]

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            (entry("FY2026-M01", "5"), "reported by quarter"),
            (entry("FY2026-Q1"), "no figure"),
            (entry("FY2026-Q1", "5", state="suppressed"), "Leave one of them out"),
            (entry("FY2026-Q1", numerator=Decimal(1), denominator=Decimal(0)), "above zero"),
            (
                entry("FY2026-Q1", "50", numerator=Decimal(8), denominator=Decimal(10)),
                "makes 80.0",
            ),
            (entry("FY2026-Q1", "1e15"), "too large"),
            (entry("FY2026-Q1", "1e-99"), "too small"),
        ],
    )
    def test_wrong_result_is_refused_and_nothing_written(
        self, measure: Make, wrong: Any, message: str
    ) -> None:
        made = measure()
        good = entry("FY2025-Q1", numerator=Decimal(8), denominator=Decimal(10))
        with pytest.raises(RefusedError, match=message):
            service.record(made, [good, wrong], "clerk")
        assert _rows(made.id) == []


class TestPublish:
    def test_all_measures_of_a_quarter_share_one_version(self, measure: Make) -> None:
        first, second = measure(aggregation="last"), measure(aggregation="last", frequency="month")
        service.record(first, [entry("FY2026-Q1", "80"), entry("FY2026-Q2", "81")], "clerk")
        service.record(second, [entry("FY2026-M02", "70")], "clerk")
        version, results = service.publish([Q1], "office")
        assert results == 2
        assert reader.current_version() == version
        assert [row.published_version for row in _rows(first.id)] == [version, None]
        assert [row.published_version for row in _rows(second.id)] == [version]
        assert service.pending_quarters() == [Q2]

    def test_nothing_to_publish_is_said(self, measure: Make) -> None:
        with pytest.raises(ConflictError, match="Nothing waits"):
            service.publish([Q1], "office")

    def test_nothing_is_public_before(self, measure: Make) -> None:
        made = measure(aggregation="last")
        service.record(made, [entry("FY2026-Q1", "80")], "clerk", [(Q1, "Soon")])
        record = reader.records([made.id])[made.id]
        assert (record.results, dict(record.comments)) == ((), {})
        assert record.waiting == {Q1}

    def test_versions_only_grow(self, measure: Make) -> None:
        before = reader.current_version()
        service.announce("something", "test")
        assert reader.current_version() > before


class TestTarget:
    def test_versions_stay_with_reason_and_approver(self, measure: Make) -> None:
        made = measure()
        assert service.set_target(made, Q1, Target(Decimal(80)), "Baseline", "boss")
        assert not service.set_target(made, Q1, Target(Decimal(80)), "Again", "boss")
        assert service.set_target(made, Q1, Target(Decimal(85)), "Stretch", "boss")
        found = reader.records([made.id])[made.id].targets
        assert [(one.target.value, one.reason, one.approved_by) for one in found] == [
            (80, "Baseline", "boss"),
            (85, "Stretch", "boss"),
        ]

    @pytest.mark.parametrize(
        ("direction", "target", "message"),
        [
            ("up", Target(low=Decimal(1), high=Decimal(2)), "one target value"),
            ("range", Target(Decimal(1)), "lower and an upper"),
            ("none", Target(Decimal(1)), "informs only"),
            ("down", Target(Decimal(0)), "zero needs a tolerance"),
            ("up", Target(Decimal("1e20")), "too large"),
        ],
    )
    def test_target_that_does_not_fit(
        self, measure: Make, direction: str, target: Target, message: str
    ) -> None:
        with pytest.raises(RefusedError, match=message):
            service.set_target(measure(direction=direction), Q1, target, "Because", "boss")


class TestHistory:
    def test_the_same_rows_twice_change_nothing(self, measure: Make) -> None:
        made = measure(aggregation="last")
        rows = [
            {"period": "FY2026-Q1", "value": "80", "target": "75", "comment": "Good"},
            {"period": "FY2026-Q2", "state": "not_collected"},
        ]
        assert service.load_history(made, rows, "loader") == 4
        assert service.load_history(made, rows, "loader") == 0

    def test_one_wrong_row_and_nothing_is_written(self, measure: Make) -> None:
        made = measure(aggregation="last")
        rows = [{"period": "FY2026-Q1", "value": "80"}, {"period": "FY2026-Q9", "value": "80"}]
        with pytest.raises(RefusedError):
            service.load_history(made, rows, "loader")
        assert _rows(made.id) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE indep_observation SET value = 99",
        "UPDATE indep_observation SET value = 99, published_version = 1, published_at = now()",
        "UPDATE indep_observation SET published_version = NULL, published_at = NULL",
        "DELETE FROM indep_observation",
        "TRUNCATE indep_observation CASCADE",
        "UPDATE indep_target SET value = 1",
        "DELETE FROM indep_target",
        "TRUNCATE indep_insight_version CASCADE",
        "UPDATE indep_insight_version SET kind = 'target'",
    ],
)
def test_the_database_refuses_to_rewrite_history(measure: Make, statement: str) -> None:
    made = measure(aggregation="last")
    service.load_history(made, [{"period": "FY2026-Q1", "value": "80", "target": "75"}], "loader")
    service.publish([Q1], "office")
    with pytest.raises(DBAPIError, match="append-only"):
        model.Session.execute(sa.text(statement))
    model.Session.rollback()
    assert [row.value for row in _rows(made.id)] == [80]


def test_dates_must_follow_each_other(measure: Make) -> None:
    with pytest.raises(RefusedError, match="follow each other"):
        service.set_dates(Q1, Q1.end, Q1.end, Q1.end, "office")
    due, review, council = (Q2.start.replace(day=number) for number in (10, 20, 25))
    service.set_dates(Q1, due, review, council, "office")
    assert reader.cycles()[Q1].council_on == council


def test_a_baseline_is_set_once(measure: Make) -> None:
    made = measure()
    assert service.set_baseline(made, Q1, Q2, None, "Under review", "boss")
    assert not service.set_baseline(made, Q1, Q2, None, "Under review", "boss")
    assert service.set_baseline(made, Q1, Q2, Decimal(70), "Mean of two quarters", "boss")
    baseline = reader.records([made.id])[made.id].baseline
    assert baseline is not None
    assert baseline.value == 70
