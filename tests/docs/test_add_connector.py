"""The examples of docs/add-connector.md."""

from __future__ import annotations

import shlex
from pathlib import Path
from types import ModuleType

import pytest

from ckanext.indep.cli import indep
from ckanext.indep.connectors import base, layout, quarantine

from .pages import blocks

PAGE = "add-connector.md"
FILLS = """\
{"id": "0017", "day": "2026-11-02", "gallons": 12.50, "pump": 3}
{"id": "0018", "day": "2026-11-31", "gallons": 9}
{"id": "0019", "day": "2026-11-03"}
[]
no JSON
"""


@pytest.fixture
def fuel_pumps(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example as a module, in a registry that forgets it afterwards."""
    base.names()
    monkeypatch.setattr(base, "_connectors", dict(base._connectors))
    module = ModuleType("fuel_pumps")
    exec(compile(blocks(PAGE, "python")[0], PAGE, "exec"), vars(module))
    return module


def test_it_is_registered(fuel_pumps: ModuleType) -> None:
    assert "fuel-pumps" in base.names()
    assert fuel_pumps.__all__ == ["fuel_pumps"]


def test_it_reads_what_the_pumps_write(fuel_pumps: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "fills.jsonl"
    file.write_text(FILLS, "utf-8")
    result = quarantine.harvest(base.fetch("fuel-pumps", {"path": str(file)}))
    assert quarantine.as_csv(result) == b"fill_number,filled_on,gallons\n0017,2026-11-02,12.50\n"
    assert [rejected.line for rejected in result.rejected] == [2, 3, 4, 5]


def test_the_layout_can_be_read() -> None:
    assert layout.parse(blocks(PAGE, "yaml")[0]).key == ("zip",)


@pytest.mark.parametrize("line", blocks(PAGE, "sh"))
def test_the_commands_have_the_options_that_there_are(line: str) -> None:
    words = shlex.split(line)
    command = indep.commands["connect"]
    context = command.make_context("connect", words[words.index("connect") + 1 :])
    assert context.params["user"] == "data-steward"
