"""What docs/security.md says is shown by a test, a test shows."""

from __future__ import annotations

import re

from tests.tools import documented
from tests.tools.source import REPOSITORY

PAGE = REPOSITORY / "docs" / "security.md"
NAMED = re.compile(r"`?\b(test_[a-z_0-9]+|Test[A-Z]\w+)\b")


def _rows() -> list[str]:
    return documented.rows(PAGE.name)


def test_each_test_that_it_names_is_there() -> None:
    sources = "\n".join(
        f"{path.stem}\n{path.read_text('utf-8')}" for path in (REPOSITORY / "tests").rglob("*.py")
    )
    words = set(re.findall(r"\w+", sources))
    named = {name for row in _rows() for name in NAMED.findall(row)}
    assert named
    assert named - words == set()


def test_each_file_that_it_names_is_there() -> None:
    files = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE.read_text("utf-8")))
    assert files
    assert {name for name in files if not (REPOSITORY / name).exists()} == set()


def test_each_threat_has_a_test() -> None:
    assert [row for row in _rows() if not documented.cells(row)[2]] == []
