"""The three-way merge of contents, by example and by property."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.governance.comparing.merge import MINE, PUBLIC, Merged, merge

IDS = ("a", "b", "c", "d")
TEXTS = st.sampled_from(["one", "two", "three"])
TERMS = st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, unique=True).map(sorted)
RESOURCE = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS,
        "description": TEXTS,
        "url": TEXTS,
        "file": st.fixed_dictionaries({"sha256": TEXTS}),
        "table": st.fixed_dictionaries({"rows": st.integers(0, 2)}),
        "views": st.lists(st.fixed_dictionaries({"title": TEXTS}), min_size=1, max_size=2),
    },
)


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """A content: two plain fields, tags, and up to four files in any order."""
    fields = draw(st.fixed_dictionaries({"title": TEXTS}, optional={"notes": TEXTS, "tags": TERMS}))
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    return {**fields, "resources": [{"id": key, **draw(RESOURCE)} for key in ids]}


CHOICES = st.sampled_from([MINE, PUBLIC])


class TestProperties:
    @given(contents(), contents())
    def test_what_only_mine_changed_is_mine(self, base: Any, mine: Any) -> None:
        assert merge(base, base, mine) == Merged(mine, ())

    @given(contents(), contents())
    def test_what_only_the_public_changed_is_public(self, base: Any, public: Any) -> None:
        assert merge(base, public, base) == Merged(public, ())

    @given(contents(), contents())
    def test_the_same_change_on_both_sides_is_no_conflict(self, base: Any, both: Any) -> None:
        assert merge(base, both, both) == Merged(both, ())

    @given(contents(), contents(), contents())
    def test_no_conflict_is_lost(self, base: Any, public: Any, mine: Any) -> None:
        """Where there is no conflict, each side finds everything that it changed."""
        merged = merge(base, public, mine)
        told = {conflict.key for conflict in merged.conflicts}
        for field in ("title", "notes"):
            sides = [side.get(field) for side in (base, public, mine)]
            both = sides[1] != sides[0] and sides[2] != sides[0] and sides[1] != sides[2]
            assert (f":{field}" in told) == both
            if not both:
                expected = sides[2] if sides[1] == sides[0] else sides[1]
                assert merged.content.get(field) == expected
        for key in IDS:
            sides = [_resource(side, key) for side in (base, public, mine)]
            if sides[0] and sides[1] and not sides[2] and sides[1] != sides[0]:
                assert f"{key}:resource" in told
            if sides[0] and sides[2] and not sides[1] and sides[2] != sides[0]:
                assert f"{key}:resource" in told

    @given(contents(), contents(), contents(), st.data())
    def test_each_choice_is_followed(
        self, base: Any, public: Any, mine: Any, data: st.DataObject
    ) -> None:
        conflicts = merge(base, public, mine).conflicts
        choices = {conflict.key: data.draw(CHOICES) for conflict in conflicts}
        merged = merge(base, public, mine, choices)
        assert merged.conflicts == conflicts
        for conflict in conflicts:
            wanted = conflict.mine if choices[conflict.key] == MINE else conflict.public
            if not conflict.resource and conflict.field != "order of files":
                assert merged.content.get(conflict.field) == wanted
            elif conflict.field == "resource":
                assert (_resource(merged.content, conflict.resource) is None) == (wanted is None)

    @given(contents(), contents(), contents())
    def test_it_is_the_same_each_time_and_changes_nothing(
        self, base: Any, public: Any, mine: Any
    ) -> None:
        before = repr((base, public, mine))
        assert merge(base, public, mine) == merge(base, public, mine)
        assert repr((base, public, mine)) == before

    @given(contents(), contents(), contents())
    def test_each_file_is_there_once(self, base: Any, public: Any, mine: Any) -> None:
        ids = [resource["id"] for resource in merge(base, public, mine).content["resources"]]
        assert len(ids) == len(set(ids))


class TestExamples:
    def test_tags_are_merged_as_a_set(self) -> None:
        merged = merge(
            {"tags": ["a", "b"]}, {"tags": ["a", "b", "c"]}, {"tags": ["b", "d"]}
        ).content
        assert merged["tags"] == ["b", "c", "d"]

    def test_a_file_changed_on_both_sides_is_taken_whole(self) -> None:
        base, public, mine = (_with_file(name) for name in ("old", "theirs", "mine"))
        (conflict,) = merge(base, public, mine).conflicts
        assert conflict.key == "a:file"
        chosen = merge(base, public, mine, {"a:file": PUBLIC}).content["resources"][0]
        assert (chosen["url"], chosen["file"], chosen["table"]) == (
            "theirs.csv",
            {"sha256": "theirs"},
            {"rows": 6},
        )

    def test_a_new_name_and_a_new_file_go_together(self) -> None:
        base, public = _with_file("old"), _with_file("theirs")
        mine = {"resources": [{**base["resources"][0], "name": "A better name"}]}
        merged = merge(base, public, mine)
        assert merged.conflicts == ()
        assert merged.content["resources"][0]["name"] == "A better name"
        assert merged.content["resources"][0]["file"] == {"sha256": "theirs"}

    def test_a_file_that_is_new_on_one_side_keeps_its_place(self) -> None:
        merged = merge(_order("ab"), _order("apb"), _order("abm")).content
        assert [r["id"] for r in merged["resources"]] == ["a", "p", "b", "m"]

    @pytest.mark.parametrize(("choice", "order"), [(MINE, "cab"), (PUBLIC, "bac")])
    def test_two_new_orders_conflict(self, choice: str, order: str) -> None:
        sides = (_order("abc"), _order("bac"), _order("cab"))
        (conflict,) = merge(*sides).conflicts
        assert conflict.key == ":order of files"
        merged = merge(*sides, {conflict.key: choice}).content
        assert [r["id"] for r in merged["resources"]] == list(order)

    def test_a_field_that_both_made_empty_is_gone(self) -> None:
        assert "notes" not in merge({"notes": "x"}, {}, {}).content


def _resource(content: Any, key: str) -> Any:
    return next((r for r in content["resources"] if r["id"] == key), None)


def _with_file(name: str) -> dict[str, Any]:
    file = {"url": f"{name}.csv", "file": {"sha256": name}, "table": {"rows": len(name)}}
    return {"resources": [{"id": "a", "name": "Cases", **file}]}


def _order(ids: str) -> dict[str, Any]:
    return {"resources": [{"id": key} for key in ids]}
