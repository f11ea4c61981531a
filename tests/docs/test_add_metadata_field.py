"""The examples of docs/add-metadata-field.md and of the lists of terms in docs/schema.md."""

from __future__ import annotations

import ast
import re
from textwrap import dedent
from typing import Any

import pytest
import yaml

from ckanext.indep.catalog.mapping import Line
from ckanext.indep.schema import fields, vocabularies

from .pages import DOCS, REPOSITORY, blocks

SCHEMA = REPOSITORY / "ckanext" / "indep" / "schema"


@pytest.fixture
def field() -> dict[str, Any]:
    """The field that the page adds."""
    return yaml.safe_load(blocks("add-metadata-field.md", "yaml")[0])[0]


def test_the_field_is_new_and_of_a_known_kind(field: dict[str, Any]) -> None:
    presets = yaml.safe_load((SCHEMA / "presets.yaml").read_text("utf-8"))["presets"]
    assert field["field_name"] not in fields.names("dataset")
    assert field["preset"] in {preset["preset_name"] for preset in presets}


def test_the_field_stands_in_a_part_of_the_form(field: dict[str, Any]) -> None:
    schema = yaml.safe_load((SCHEMA / "dataset.yaml").read_text("utf-8"))
    assert field["fieldset"] in {part["name"] for part in schema["fieldsets"]}


def test_the_line_of_the_export_is_made_of_that_field(field: dict[str, Any]) -> None:
    call = ast.parse(blocks("add-metadata-field.md", "python")[0].strip().rstrip(","))
    expression = call.body[0]
    assert isinstance(expression, ast.Expr)
    assert isinstance(expression.value, ast.Call)
    assert ast.unparse(expression.value.func) == Line.__name__
    assert ast.literal_eval(expression.value.args[1]) == (field["field_name"],)


def test_the_term_of_a_list_can_be_read() -> None:
    page = (DOCS / "schema.md").read_text("utf-8")
    match = re.search(r"^    - value:.*?(?=^\S)", page, re.MULTILINE | re.DOTALL)
    assert match
    terms = vocabularies.parse("example", dedent(match[0]).replace("…", "Some words"))
    assert [term["value"] for term in terms] == ["public-safety"]
