"""`ckan indep scan`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckanext.indep.privacy.cli import scan


@pytest.mark.usefixtures("with_plugins")
@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("a,b\n1,2\n", 0, "2 cells scanned, 0 findings."),
        ("a,ssn\n1,219-09-9998\n", 1, "ssn: Social Security number (high), 1 of 1 cells, rows 1"),
        ("", 1, "The file is empty."),
    ],
)
def test_outcome(cli: Any, tmp_path: Path, content: str, code: int, words: str) -> None:
    file = tmp_path / "table.csv"
    file.write_text(content)
    result = cli.invoke(scan, [str(file)])
    assert result.exit_code == code
    assert words in result.output
    assert "219-09-9998" not in result.output
