"""Rows compared in the DataStore: by a key that was named or found, or as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_write_engine
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.governance import tables
from ckanext.indep.governance.comparing import row_diff, row_key
from ckanext.indep.governance.comparing.row_diff import RowDiff

OLD, NEW = "row-diff-old", "row-diff-new"
Row = tuple[Any, ...]


@pytest.fixture(autouse=True)
def no_tables_left(with_plugins: None) -> Iterator[None]:
    yield
    for name in (OLD, NEW):
        tables.drop(name)


def _table(name: str, columns: dict[str, str], rows: list[Row]) -> None:
    tables.drop(name)
    types = {"text": sa.Text, "int": sa.Integer, "numeric": sa.Numeric, "json": sa.JSON}
    table = sa.Table(
        name,
        sa.MetaData(),
        sa.Column("_id", sa.Integer, primary_key=True),
        *(sa.Column(column, types[kind]) for column, kind in columns.items()),
    )
    with get_write_engine().begin() as connection:
        table.create(connection)
        if rows:
            connection.execute(
                sa.insert(table), [dict(zip(columns, row, strict=True)) for row in rows]
            )


def _compare(
    old: list[Row],
    new: list[Row],
    columns: dict[str, str],
    new_columns: dict[str, str] | None = None,
    key: str = "",
) -> RowDiff:
    _table(OLD, columns, old)
    _table(NEW, new_columns or columns, new)
    before, after = tables.digest(OLD), tables.digest(NEW)
    assert before
    assert after
    return row_diff.compare(get_write_engine(), OLD, NEW, before["columns"], after["columns"], key)


class TestByKey:
    COLUMNS = {"case": "text", "zip": "text", "count": "int"}

    def test_added_removed_and_changed(self) -> None:
        found = _compare(
            [("A", "64050", 1), ("B", "64050", 2), ("C", "64055", 3)],
            [("A", "64050", 1), ("B", "64058", 5), ("D", "64050", 4)],
            self.COLUMNS,
        )
        assert (found.key, found.added, found.removed, found.changed) == (("case",), 1, 1, 1)
        assert found.rows["added"] == [{"case": "D", "zip": "64050", "count": "4"}]
        assert found.rows["removed"] == [{"case": "C", "zip": "64055", "count": "3"}]
        assert found.rows["changed"] == [
            {
                "key": {"case": "B"},
                "cells": [
                    {"column": "zip", "before": "64050", "after": "64058"},
                    {"column": "count", "before": "2", "after": "5"},
                ],
            }
        ]

    def test_an_empty_cell_is_not_an_empty_text(self) -> None:
        found = _compare([("A", None, 1)], [("A", "", 1)], self.COLUMNS)
        assert found.changed == 1

    def test_a_pair_of_columns_is_found(self) -> None:
        old = [("2024", "64050", 1), ("2024", "64055", 1), ("2025", "64050", 1)]
        found = _compare(old, [*old[:2], ("2025", "64050", 9)], self.COLUMNS)
        assert (found.key, found.changed) == (("case", "zip"), 1)

    def test_a_named_key_goes_first_if_it_tells_rows_apart(self) -> None:
        old = [("A", "1", 1), ("B", "2", 1)]
        assert _compare(old, old, self.COLUMNS, key="zip").key == ("zip",)
        assert _compare(old, old, self.COLUMNS, key="count").key == ("case",)
        assert _compare(old, old, self.COLUMNS, key="gone, zip").key == ("case",)

    def test_a_retyped_column_is_compared_as_text(self) -> None:
        found = _compare(
            [("A", "1", 1), ("B", "2", 2)],
            [("A", "1", "1"), ("B", "2", "two")],
            self.COLUMNS,
            {**self.COLUMNS, "count": "text"},
        )
        assert found.changed == 1

    def test_an_added_column_changes_no_row(self) -> None:
        found = _compare(
            [("A", "1", 1)], [("A", "1", 1, "x")], self.COLUMNS, {**self.COLUMNS, "new": "text"}
        )
        assert (found.added, found.removed, found.changed) == (0, 0, 0)

    def test_a_type_without_equality_is_compared_as_text(self) -> None:
        columns = {"case": "text", "shape": "json"}
        found = _compare([("A", {"a": 1})], [("A", {"a": 2})], columns)
        assert found.changed == 1

    def test_samples_are_few_and_counts_exact(self) -> None:
        old = [(f"C{n}", "64050", n) for n in range(500)]
        new = [(f"C{n}", "64050", n + 1) for n in range(100, 700)]
        found = _compare(old, new, self.COLUMNS)
        assert (found.added, found.removed, found.changed) == (200, 100, 400)
        assert {len(rows) for rows in found.rows.values()} == {row_diff.SAMPLES}


class TestWithoutKey:
    COLUMNS = {"zip": "text", "count": "int"}

    def test_rows_are_counted_as_a_whole(self) -> None:
        found = _compare(
            [("1", 1), ("1", 1), ("2", 2)], [("1", 1), ("3", 3), ("3", 3)], self.COLUMNS
        )
        assert (found.key, found.added, found.removed, found.changed) == ((), 2, 2, 0)
        assert found.rows["added"] == [{"zip": "3", "count": "3"}]

    def test_only_another_order_is_no_difference(self) -> None:
        rows: list[Row] = [("1", 1), ("1", 1), ("2", 2)]
        found = _compare(rows, rows[::-1], self.COLUMNS)
        assert (found.added, found.removed) == (0, 0)

    @pytest.mark.parametrize(("old", "new"), [([], [("1", 1)]), ([("1", 1)], [])])
    def test_an_empty_table(self, old: list[Row], new: list[Row]) -> None:
        found = _compare(old, new, self.COLUMNS)
        assert (found.added, found.removed) == (len(new), len(old))

    def test_no_column_in_common(self) -> None:
        found = _compare([("1", 1)], [("1",), ("2",)], self.COLUMNS, {"other": "text"})
        assert (found.added, found.removed) == (2, 1)


class TestCandidates:
    def test_a_column_with_gaps_or_repeats_is_none(self) -> None:
        rows = [("a", None, "1"), ("b", "x", "1")]
        assert list(row_key.candidates(["id", "gap", "same"], rows)) == [("id",)]

    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=8))
    def test_each_tells_the_rows_of_the_sample_apart(self, rows: list[Row]) -> None:
        for key in row_key.candidates(["a", "b"], rows):
            values = [tuple(row[("a", "b").index(name)] for name in key) for row in rows]
            assert len(set(values)) == len(rows)
