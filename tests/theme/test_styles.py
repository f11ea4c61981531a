"""The style sheets: each rule stands once, and no brace is left over."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import ckanext.indep.plugin

SHEETS = sorted((Path(ckanext.indep.plugin.__file__).parent / "public/indep/css").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_rules_stand_once_and_braces_match(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    depth = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0, "a brace closes nothing, so a browser drops the rule after it"
    assert depth == 0
    rules = Counter(rule.strip() for rule in re.findall(r"[^{}]+\{[^{}]*\}", text))
    assert [rule for rule, times in rules.items() if times > 1] == []


def test_there_are_sheets() -> None:
    assert "indep.css" in {sheet.name for sheet in SHEETS}
