"""Joins and rates over tables, against the same worked out in Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from ckanext.datastore.backend.postgres import get_write_engine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ckanext.indep.errors import RefusedError
from ckanext.indep.insight import derived_rows
from ckanext.indep.insight.derivation import (
    Condition,
    Denominator,
    Derivation,
    Join,
    Rule,
    TableName,
)
from ckanext.indep.insight.periods import Kind, period_of
from ckanext.indep.insight.released_table import Released

NAME = TableName(dataset="any")
OWN = Released("d", "test derived own", types={"day": "date", "beat": "text", "n": "int8"})
JOINED = Released("d", "test derived joined", types={"code": "text", "district": "text"})
PEOPLE = Released("d", "test derived people", types={"since": "date", "number": "numeric"})
TABLES = {
    OWN.resource_id: "day date, beat text, n int8",
    JOINED.resource_id: "code text, district text",
    PEOPLE.resource_id: "since date, number numeric",
}
JOIN = Join(NAME, "b", (("beat", "code"),))

Fill = Any


@pytest.fixture(scope="module")
def fill() -> Iterator[Fill]:
    """Fill one of the tables; they are there for this module."""
    engine = get_write_engine()
    with engine.begin() as connection:
        for name, columns in TABLES.items():
            connection.execute(sa.DDL(f'CREATE TABLE "{name}" ({columns})'))
            connection.execute(sa.DDL(f'GRANT SELECT ON "{name}" TO PUBLIC'))

    def put(table: Released, rows: list[tuple[Any, ...]]) -> None:
        target = sa.table(table.resource_id, *(sa.column(name) for name in table.types))
        with engine.begin() as connection:
            connection.execute(sa.delete(target))
            if rows:
                names = list(table.types)
                listed = [dict(zip(names, row, strict=True)) for row in rows]
                connection.execute(sa.insert(target), listed)

    yield put
    with engine.begin() as connection:
        for name in TABLES:
            connection.execute(sa.DDL(f'DROP TABLE "{name}"'))


beats = st.sampled_from(["a", "b", "c", "'; --", None])
own_rows = st.lists(
    st.tuples(
        st.dates(date(2021, 5, 1), date(2023, 9, 1)) | st.none(),
        beats,
        st.integers(-50, 50) | st.none(),
    ),
    max_size=30,
)
districts = st.dictionaries(
    st.sampled_from(["a", "b", "'; --", "z"]), st.sampled_from(["North", "South", None])
)
trials = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@trials
@given(rows=own_rows, district_of=districts, kind=st.sampled_from(list(Kind)))
def test_a_join_counts_each_row_once(
    fill: Fill, rows: list[Any], district_of: dict[str, str | None], kind: Kind
) -> None:
    fill(OWN, rows)
    fill(JOINED, list(district_of.items()))
    derived_rows.check_key(JOINED, ["code"])
    expected: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day, beat, _n in rows:
        if day:
            counts = expected[period_of(day, kind).start]
            district = district_of.get(beat) if beat else None
            counts[0] += 1
            counts[1] += district == "North"
            counts[2] += district is not None
    count = Derivation(Rule.COUNT, NAME, "day", join=JOIN)
    found = derived_rows.rows(count, OWN, JOINED, kind)
    assert {row.start: row.value for row in found} == {k: c[0] for k, c in expected.items()}
    north = Condition("b.district", "North")
    percent = Derivation(Rule.PERCENT_WHERE, NAME, "day", where=north, join=JOIN)
    parts = derived_rows.rows(percent, OWN, JOINED, kind)
    assert {row.start: (row.numerator, row.denominator) for row in parts} == {
        k: (c[1], c[2]) for k, c in expected.items() if c[2]
    }
    among = Derivation(Rule.COUNT, NAME, "day", among=north, join=JOIN)
    some = derived_rows.rows(among, OWN, JOINED, kind)
    assert {row.start: row.value for row in some} == {k: c[1] for k, c in expected.items() if c[1]}


@trials
@given(
    rows=own_rows,
    people=st.dictionaries(
        st.dates(date(2020, 1, 1), date(2023, 1, 1)),
        st.decimals(Decimal("0.5"), Decimal(200_000), places=1) | st.none(),
        max_size=5,
    ),
    by_column=st.booleans(),
)
def test_a_rate_divides_by_what_holds_at_the_end_of_the_period(
    fill: Fill, rows: list[Any], people: dict[date, Decimal | None], by_column: bool
) -> None:
    fill(OWN, rows)
    fill(PEOPLE, list(people.items()))
    known = derived_rows.denominators(Denominator(NAME, "number", "since", 1000), PEOPLE)
    assert known == sorted((day, number) for day, number in people.items() if number)
    rate = Derivation(Rule.RATE, NAME, "day", column="n" if by_column else "")
    for row in derived_rows.rows(rate, OWN, None, Kind.QUARTER):
        period = period_of(row.start, Kind.QUARTER)
        inside = [n for day, _beat, n in rows if day and period.start <= day <= period.end]
        numbers = [n for n in inside if n is not None]
        assert row.numerator == (sum(numbers) if by_column else len(inside))
        earlier = [one for one in known if one[0] <= period.end]
        holds = derived_rows.in_force(known, period.end)
        assert holds == (earlier[-1] if earlier else None)


def test_a_key_that_is_there_twice_is_refused(fill: Fill) -> None:
    fill(JOINED, [("a", "North"), ("b", "North"), ("a", "South"), (None, "x"), (None, "y")])
    with pytest.raises(RefusedError, match="more than one row for code a"):
        derived_rows.check_key(JOINED, ["code"])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(date(2022, 7, 1), 0)], "above zero"),
        ([(date(2022, 7, 1), -5)], "above zero"),
        ([(date(2022, 7, 1), Decimal("NaN"))], "above zero"),
        ([(date(2022, 7, 1), 5), (date(2022, 7, 1), 6)], "more than one"),
    ],
)
def test_a_denominator_that_cannot_be_used_is_refused(
    fill: Fill, rows: list[Any], message: str
) -> None:
    fill(PEOPLE, rows)
    with pytest.raises(RefusedError, match=message):
        derived_rows.denominators(Denominator(NAME, "number", "since", 1), PEOPLE)
