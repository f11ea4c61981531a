"""The parts of pages that are computed apart from CKAN."""

from __future__ import annotations

import pytest

from ckanext.indep.home import Goal, summarize_goals
from ckanext.indep.preview import cell_text, column_kind


class TestSummarizeGoals:
    def test_statuses_are_counted_in_the_order_of_the_plan(self) -> None:
        measures = [
            {"strategic_goal": "quality", "status": "met"},
            {"strategic_goal": "customer-focused", "status": "not_met"},
            {"strategic_goal": "quality", "status": "met"},
            {"strategic_goal": "quality", "status": "not_scored"},
        ]
        assert summarize_goals(measures) == [
            Goal("customer-focused", {"not_met": 1}),
            Goal("quality", {"met": 2, "not_scored": 1}),
        ]

    def test_what_is_not_scored_does_not_count_against_a_goal(self) -> None:
        goal = Goal("quality", {"met": 2, "under": 1, "not_scored": 4})
        assert (goal.met, goal.scored) == (2, 3)

    def test_no_measures_no_goals(self) -> None:
        assert summarize_goals([]) == []


class TestColumnKind:
    @pytest.mark.parametrize(
        ("database_type", "kind"),
        [
            ("int4", "number"),
            ("numeric", "number"),
            ("float8", "number"),
            ("timestamp", "date"),
            ("timestamptz", "date"),
            ("date", "date"),
            ("time", "time"),
            ("bool", "yes_no"),
            ("text", "text"),
            ("json", "other"),
        ],
    )
    def test_types_of_the_database_in_plain_words(self, database_type: str, kind: str) -> None:
        assert column_kind(database_type) == kind


class TestCellText:
    @pytest.mark.parametrize(
        ("value", "kind", "text"),
        [
            (None, "text", ""),
            (0, "number", "0"),
            ("2026-03-03T00:00:00", "date", "2026-03-03"),
            ("2026-03-03T13:47:00.000", "date", "2026-03-03 13:47"),
            ("2026-03-03T13:47:09", "date", "2026-03-03 13:47:09"),
            ("2026-03-03", "date", "2026-03-03"),
            ("T00:00:00", "text", "T00:00:00"),
        ],
    )
    def test_values_as_shown(self, value: object, kind: str, text: str) -> None:
        assert cell_text(value, kind) == text
