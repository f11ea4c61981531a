"""``ckan indep insight``: plain answers, and nothing written when something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckanext.indep.insight import reader, service
from ckanext.indep.insight.cli import insight

from .conftest import Make


def test_load_and_publish(cli: Any, measure: Make, tmp_path: Path) -> None:
    made = measure(aggregation="last")
    file = tmp_path / "history.csv"
    file.write_text("period,value,target\nFY2026 Q1,81,75\nFY2026 Q2,,75\n", "utf-8-sig")
    loaded = cli.invoke(insight, ["load", made.name, str(file), "--user", "clerk"])
    assert loaded.exit_code == 0, loaded.output
    published = cli.invoke(insight, ["publish", "--all", "--user", "office"])
    assert "Published 1 results" in published.output
    assert [one.value for one in reader.records([made.id])[made.id].results] == [81]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"period,value\nFY2026 Q1,many\n", "not a number"),
        (b"value\n5\n", "no heading"),
        (b"period,value\nFY2026 Q1,\xff\n", "not a number"),
        (b"period,value\nFY2026 Q1,\x81\n", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_a_wrong_file_is_refused(
    cli: Any, measure: Make, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "history.csv"
    file.write_bytes(content)
    result = cli.invoke(insight, ["load", measure().name, str(file), "--user", "clerk"])
    assert result.exit_code == 1
    assert message in result.output
    assert service.pending_quarters() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["publish", "FY2026", "--user", "x"], "Only quarters"),
        (["publish", "soon", "--user", "x"], "not a period"),
        (["publish", "FY2026-Q1", "--user", "x"], "Nothing waits"),
        (["load", "nothing", "/dev/null", "--user", "x"], "no measure"),
    ],
)
def test_wrong_arguments(cli: Any, unguarded: None, arguments: list[str], message: str) -> None:
    result = cli.invoke(insight, arguments)
    assert result.exit_code == 1
    assert message in result.output
