"""The rules that know neither CKAN nor a database."""

from __future__ import annotations

import csv
import datetime as dt
import io
from statistics import median as exact_median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.errors import ConflictError, UnreadableError
from ckanext.indep.freshness import Standing
from ckanext.indep.inventory import holding_table, plain, program, states
from ckanext.indep.inventory.holding_fields import COLUMNS, clean
from ckanext.indep.inventory.states import RequestState
from ckanext.indep.inventory.visitors import network
from ckanext.indep.spreadsheet import FORMULA, original_cell

# What a spreadsheet may hold, line breaks and quotes included, but no control characters.
CELLS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)


class TestStates:
    def test_each_state_can_be_left_or_is_an_end(self) -> None:
        left = {source for rule in states.TRANSITIONS.values() for source in rule.sources}
        assert set(RequestState) - left == {RequestState.MERGED}

    @pytest.mark.parametrize("state", RequestState)
    @pytest.mark.parametrize("name", states.TRANSITIONS)
    def test_what_is_not_possible_is_refused_with_what_is(
        self, name: str, state: RequestState
    ) -> None:
        rule = states.TRANSITIONS[name]
        if state in rule.sources:
            assert states.check(name, state) is rule.target
            return
        with pytest.raises(ConflictError) as refused:
            states.check(name, state)
        assert state.value in refused.value.message

    def test_nothing_is_public_before_a_person_accepted_it(self) -> None:
        assert set(RequestState) - states.ACCEPTED == {RequestState.RECEIVED, RequestState.SPAM}


class TestFields:
    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        values = {
            "title": "x" * 201,
            "status": "secret",
            "planned_on": "soon",
            "update_frequency": "now and then",
            "internal_notes": "a\x00b",
        }
        _cleaned, problems = clean(values)
        assert {problem.column for problem in problems} == set(values)
        assert all(problem.remedy for problem in problems)

    @pytest.mark.parametrize(
        ("status", "needed"),
        [("released", "dataset"), ("planned", "planned_on"), ("withheld", "withheld_reason")],
    )
    def test_a_status_needs_its_reason(self, status: str, needed: str) -> None:
        _cleaned, problems = clean({"title": "Hydrants", "status": status})
        assert [problem.column for problem in problems] == [needed]

    def test_a_status_may_be_written_as_people_do(self) -> None:
        cleaned, problems = clean({"title": " Fire \n hydrants ", "status": "Under review"})
        assert problems == []
        assert (cleaned["status"], cleaned["title"]) == ("under_review", "Fire hydrants")

    @given(st.dictionaries(st.sampled_from(COLUMNS), st.text()))
    def test_anything_is_either_stored_or_refused(self, values: dict[str, str]) -> None:
        cleaned, problems = clean(values)
        assert set(cleaned) == set(COLUMNS)
        for value in cleaned.values():
            assert not plain.has_unstorable(str(value))
        assert problems or cleaned["title"]


class TestTable:
    def test_a_table_comes_back_as_it_was_written(self) -> None:
        row = {"title": "=cmd()", "status": "not_assessed", "description": "Two\nlines, “quoted”"}
        text = holding_table.write(COLUMNS, [row])
        assert "'=cmd()" in text
        table = holding_table.read(text.encode())
        assert table.problems == []
        assert {name: table.rows[0].values[name] for name in row} == row

    @given(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)))
    def test_no_cell_is_a_formula(self, cells: list[str]) -> None:
        text = holding_table.write(COLUMNS, [dict(zip(COLUMNS, cells, strict=True))])
        written = list(csv.reader(io.StringIO(text, newline="")))[1]
        assert not any(cell.startswith(FORMULA) for cell in written)
        assert [original_cell(cell) for cell in written] == [
            original_cell(cell) if cell.startswith("'") else cell for cell in cells
        ]

    def test_problems_name_line_column_value_and_remedy(self) -> None:
        text = "title,status,planned_on\nOne,planned,\n,secret,2027-13-01\nThree,withheld,,,x\n"
        problems = [problem.as_dict() for problem in holding_table.read(text.encode()).problems]
        assert [(row["line"], row["column"], row["value"]) for row in problems] == [
            (2, "planned_on", ""),
            (3, "status", "secret"),
            (3, "planned_on", "2027-13-01"),
            (3, "title", ""),
            (4, "withheld_reason", ""),
            (4, "", ""),
        ]

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"", "must name the columns"),
            (b"title;status\n", "must name the columns"),
            (b"title,status,colour\n", "no column"),
            (b"title,status,title\n", "twice"),
            (b'title,status\n"a\n' + b"x" * 200_000, "cannot be read"),
            (b"x" * (holding_table.MOST_BYTES + 1), "larger"),
            (b"title,status\n" + b"a,released\n" * (holding_table.MOST_ROWS + 1), "more than"),
        ],
        ids=("empty", "semicolons", "unknown", "twice", "huge-cell", "huge-file", "many-rows"),
    )
    def test_what_is_no_such_table_is_refused(self, content: bytes, told: str) -> None:
        with pytest.raises(UnreadableError, match=told):
            holding_table.read(content)

    @given(st.binary(max_size=300) | CELLS.map(str.encode))
    def test_any_file_is_read_or_refused(self, content: bytes) -> None:
        for start in (b"", b"title,status,id\n"):
            try:
                table = holding_table.read(start + content)
            except UnreadableError:
                continue
            assert all(problem.problem.remedy for problem in table.problems)


class TestProgram:
    @given(st.lists(st.integers(0, 500)))
    def test_the_median_is_that_of_the_numbers(self, days: list[int]) -> None:
        histogram = {day: days.count(day) for day in days}
        assert program.median(histogram) == (exact_median(days) if days else None)

    @pytest.mark.parametrize(
        ("part", "whole", "share"), [(0, 0, None), (1, 3, 33), (2, 3, 67), (1, 200, 1), (5, 5, 100)]
    )
    def test_shares(self, part: int, whole: int, share: int | None) -> None:
        assert program.percent(part, whole) == share

    def test_datasets_stand_as_on_their_pages(self) -> None:
        promises: list[Any] = [
            ("R/P1M", "2026-11-01", 3),
            ("R/P1M", "2026-09-01", 2),
            ("irregular", "2020-01-01", 4),
            ("R/P1M", None, 1),
        ]
        assert program.standings(promises, dt.date(2026, 11, 22)) == {
            Standing.ON_TIME: 3,
            Standing.LATE: 2,
            Standing.NO_PROMISE: 5,
        }


class TestVisitors:
    @pytest.mark.parametrize(
        ("remote", "forwarded", "seen"),
        [
            ("203.0.113.9", None, "203.0.113.9"),
            ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("127.0.0.1", "8.8.8.8, 198.51.100.7", "198.51.100.7"),
            ("8.8.8.8", "198.51.100.7", "8.8.8.8"),
            ("127.0.0.1", "nonsense", "127.0.0.1"),
            ("2600:1700:1:2:3:4:5:6", None, "2600:1700:1:2::/64"),
            (None, None, ""),
        ],
    )
    def test_only_our_own_web_server_is_believed(
        self, remote: str | None, forwarded: str | None, seen: str
    ) -> None:
        assert network(remote, forwarded) == seen
