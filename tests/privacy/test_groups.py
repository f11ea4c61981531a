"""The groups of rows that indirect identifiers make."""

from __future__ import annotations

from ckanext.indep.privacy.groups import Groups
from ckanext.indep.privacy.table import Table, scan_table

HEADINGS = ["id", "ZIP", "birth_year", "sex", "cause"]


def groups_of(rows: list[list[str]], headings: list[str] = HEADINGS) -> Groups | None:
    return scan_table(Table("", headings, rows)).groups


def test_smallest_group_and_rows_in_small_ones() -> None:
    many = [[str(n), "64050", "1980", "F", "a"] for n in range(12)]
    few = [[str(n), "64055", "1980", "F", "a"] for n in range(3)]
    groups = groups_of([*many, *few])
    assert groups is not None
    assert groups.columns == ("ZIP", "birth_year", "sex")
    assert (groups.smallest, groups.small_rows, groups.rows) == (3, 3, 15)


def test_nothing_to_group_by() -> None:
    assert groups_of([["a", "b"]], ["status", "usage"]) is None
    assert groups_of([]) is None
