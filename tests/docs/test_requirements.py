"""What the pages of requirements say must hold, a test shows, and what they point at is there."""

from __future__ import annotations

import re

import pytest

from tests.tools import documented
from tests.tools.source import REPOSITORY

ROWS = [
    row for page in ("requirements.md", "requirements-insight.md") for row in documented.rows(page)
]
PACKAGE = REPOSITORY / "ckanext" / "indep"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: documented.cells(row)[0][:50])
def test_each_requirement_is_built_and_shown(row: str) -> None:
    requirement, built, shown = documented.cells(row)
    assert requirement
    places = re.findall(r"`([\w./]+)`", built)
    assert places
    assert [place for place in places if not (PACKAGE / place).exists()] == []
    assert documented.named_files(shown), "no test is named"
    assert documented.missing_names(shown) == []
