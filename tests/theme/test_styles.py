"""The style sheets: each rule stands once in its place, and no brace is left over."""

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
    rules: Counter[str] = Counter()
    around: list[str] = []
    for before, brace in re.findall(r"([^{}]*)([{}])", text):
        if brace == "{":
            around.append(before.strip())
            continue
        assert around, "a brace closes nothing, so a browser drops the rule after it"
        if before.strip():
            rules[" { ".join([*around, before.strip()])] += 1
        around.pop()
    assert around == []
    assert [rule for rule, times in rules.items() if times > 1] == []


def test_there_are_sheets() -> None:
    assert "indep.css" in {sheet.name for sheet in SHEETS}
