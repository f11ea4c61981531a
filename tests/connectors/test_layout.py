"""Layouts: what is read from YAML, and what is refused with a sentence."""

from __future__ import annotations

import pytest

from ckanext.indep.connectors.layout import Column, Layout, parse
from ckanext.indep.errors import UnreadableError


def test_it_is_read() -> None:
    text = "columns:\n- {name: zip, type: text, heading: ZIP Code}\n- {name: n, type: integer}\n"
    layout = parse(text + "key: [zip]\n")
    assert layout == Layout(
        (Column("zip", "text", "ZIP Code"), Column("n", "integer", "n")), ("zip",)
    )
    assert layout.headings == ("ZIP Code", "n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "no YAML"),
        ("", "must have columns, key"),
        ("column: []", "“column”, which means nothing"),
        ("key: [a]", "“columns” of the layout must be a list"),
        ("columns: [a]\nkey: [a]", "A column of the layout must have"),
        (
            "columns: [{name: a, type: string}]\nkey: [a]",
            "type of “a” must be one of text, integer",
        ),
        ("columns: [{name: a, type: [text]}]\nkey: [a]", "type of “a” must be one of"),
        ("columns: [{name: no, type: text}]\nkey: [a]", "the name of a column must be text"),
        ("columns: [{name: a, type: text}]\nkey: []", "no key"),
        ("columns: [{name: a, type: text}]\nkey: [b]", "“b”, which is no column"),
        ("columns: [{name: a, type: text}, {name: a, type: text}]\nkey: [a]", "more than one"),
        (
            "columns: [{name: a, type: text}, {name: b, type: text, heading: a}]\nkey: [a]",
            "more than one column “a”",
        ),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        parse(text)
