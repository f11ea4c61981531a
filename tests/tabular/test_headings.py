"""Names of columns."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.tabular.headings import clean_headings


@pytest.mark.parametrize(
    ("cells", "names", "changes"),
    [
        (["a", "b"], ["a", "b"], [(), ()]),
        ([" a ", "Case Number"], ["a", "Case Number"], [(), ()]),
        (["a", "a", "a"], ["a", "a_2", "a_3"], [(), ("duplicate",), ("duplicate",)]),
        (["a", "a_2", "a"], ["a", "a_2", "a_3"], [(), (), ("duplicate",)]),
        (["", "  "], ["column_1", "column_2"], [("empty",), ("empty",)]),
        (["_id", "__"], ["id", "column_2"], [("underscore",), ("empty",)]),
        (["a\nb", 'say "x"'], ["a b", "say x"], [("characters",), ("characters",)]),
        (["time :x"], ["time x"], [("characters",)]),
        (["ctid"], ["ctid_"], [("reserved",)]),
        (["é" * 40], ["é" * 31], [("too_long",)]),
        (["% change", "año (2022)"], ["% change", "año (2022)"], [(), ()]),
    ],
)
def test_cases(cells: list[str], names: list[str], changes: list[tuple[str, ...]]) -> None:
    headings = clean_headings(cells)
    assert [heading.name for heading in headings] == names
    assert [heading.changes for heading in headings] == changes
    assert [heading.original for heading in headings] == cells


@given(st.lists(st.text(max_size=80), max_size=12))
def test_any_header_gives_valid_distinct_names(cells: list[str]) -> None:
    names = [heading.name for heading in clean_headings(cells)]
    assert len(set(names)) == len(cells)
    for name in names:
        assert name
        assert name == name.strip()
        assert not name.startswith("_")
        assert len(name.encode()) <= 63
        assert '"' not in name
        assert not any(unicodedata.category(char).startswith("C") for char in name)
