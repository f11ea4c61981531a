"""What reviewers are shown of two contents: fields, files, columns, words."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.governance.comparing import columns, comparison
from ckanext.indep.governance.comparing.word_diff import CUT, word_diff


def _column(name: str, kind: str = "TEXT", **words: str) -> dict[str, Any]:
    return {"id": name, "type": kind, "info": json.dumps({"_info": words}) if words else ""}


def _content(*resources: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**fields, "resources": list(resources)}


def _file(name: str = "Potholes", **rest: Any) -> dict[str, Any]:
    return {"id": "r1", "name": name, "url": "p.csv", "url_type": "upload", **rest}


def _table(rows: int, *names: str) -> dict[str, Any]:
    return {"rows": rows, "md5": str(rows), "columns": [_column(name) for name in names]}


class TestColumns:
    def test_added_removed_retyped_and_relabelled(self) -> None:
        old = [_column("zip"), _column("count"), _column("gone", label="Gone")]
        new = [_column("zip", label="ZIP code"), _column("count", "BIGINT"), _column("new")]
        told = [(c.kind, c.column, c.what, c.before, c.after) for c in columns.compare(old, new)]
        assert told == [
            ("removed", "gone", "type", "text", None),
            ("added", "new", "type", None, "text"),
            ("relabelled", "zip", "label", None, "ZIP code"),
            ("retyped", "count", "type", "text", "bigint"),
        ]

    def test_a_renamed_column_is_one_less_and_one_more(self) -> None:
        told = columns.compare([_column("zip")], [_column("zip_code")])
        assert [(c.kind, c.column) for c in told] == [("removed", "zip"), ("added", "zip_code")]

    def test_a_new_order_is_told_once(self) -> None:
        (moved,) = columns.compare(
            [_column("a"), _column("b"), _column("c")], [_column("c"), _column("a"), _column("b")]
        )
        assert (moved.kind, moved.before, moved.after) == ("moved", "a, b, c", "c, a, b")

    def test_a_comment_that_is_no_dictionary_is_ignored(self) -> None:
        for comment in ("not json", "[1]", '"x"', '{"_info": 3}', None):
            assert columns.dictionary({"id": "a", "type": "TEXT", "info": comment}) == {}


class TestComparison:
    def test_summary_counts_what_the_page_lists(self) -> None:
        old = _content(_file(table=_table(3, "zip", "count")), title="Old", notes="Same")
        new = _content(
            _file(table=_table(10, "zip", "date"), description="Monthly"),
            {**_file("Second"), "id": "r2"},
            title="New",
            notes="Same",
        )
        result = comparison.compare(old, new)
        assert result.summary.fields == 1
        assert result.summary.files == {"added": 1, "removed": 0, "changed": 1}
        assert result.summary.columns == {
            "added": 1, "removed": 1, "retyped": 0, "relabelled": 0,
        }  # fmt: skip
        assert result.summary.rows == 7
        changed, added = result.files
        assert [c.field for c in changed.fields] == ["description"]
        assert (changed.kind, added.kind, added.name) == ("changed", "added", "Second")

    def test_a_removed_file_is_told_with_its_size(self) -> None:
        old = _content(_file(file={"sha256": "ab", "size": 12}))
        (gone,) = comparison.compare(old, _content()).files
        assert gone.kind == "removed"
        assert gone.before
        assert (gone.before.size, gone.after) == (12, None)

    def test_the_order_is_told_apart_from_the_fields(self) -> None:
        first, second = _file("A"), {**_file("B"), "id": "r2"}
        result = comparison.compare(_content(first, second), _content(second, first))
        assert result.order
        assert result.order.after == ["B", "A"]
        assert result.fields == ()
        assert result.files == ()


class TestWordDiff:
    def test_only_the_changed_words_are_marked(self) -> None:
        parts = word_diff("One row for each pothole.", "One row for every pothole.")
        assert [(p.kind, p.text) for p in parts] == [
            ("same", "One row for "),
            ("removed", "each "),
            ("added", "every "),
            ("same", "pothole."),
        ]

    def test_long_stretches_that_are_the_same_are_cut(self) -> None:
        text = " ".join(f"word{n}" for n in range(500))
        parts = word_diff(f"{text} end", f"{text} ending")
        assert parts[0].text.startswith(CUT)
        assert len(parts[0].text) < 200

    def test_very_long_texts_are_given_whole(self) -> None:
        old, new = "a " * 5000, "b " * 5000
        assert [(p.kind, p.text) for p in word_diff(old, new)] == [("removed", old), ("added", new)]

    @given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
    def test_both_texts_can_be_read_from_it(self, before: str, after: str) -> None:
        parts = word_diff(before, after)
        assert "".join(p.text for p in parts if p.kind != "added") == before
        assert "".join(p.text for p in parts if p.kind != "removed") == after
