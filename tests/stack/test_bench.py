"""Arithmetic and discovery of the benchmarks, which `./portal bench` runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import setting
from bench.compare import Comparison, alternate, table
from bench.setting import Setting, Side
from tests.stack.driver import REPOSITORY

pytestmark = pytest.mark.stack


def test_both_sides_run_equally_often_and_take_turns_to_be_first() -> None:
    calls: list[str] = []
    found = alternate("work", lambda: calls.append("a"), lambda: calls.append("b"), runs=4)
    assert calls == list("ab" + "ab" + "ba" + "ab" + "ba")
    assert len(found.ours) == len(found.theirs) == 4


def test_ratio_is_that_of_the_medians() -> None:
    assert Comparison("work", [1.0, 2.0, 90.0], [4.0, 4.0, 4.0]).ratio == pytest.approx(0.5)


def test_table_is_in_milliseconds() -> None:
    last = table([Comparison("home", [0.1, 0.2, 0.3], [0.4])]).splitlines()[-1]
    assert last == "| home | 100.0 / 200.0 / 300.0 | 400.0 / 400.0 / 400.0 | 0.50 |"


def test_setting_travels_through_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    side = Side("portal", "http://127.0.0.1:1", "portal.ini", "postgresql://x", {"steward": "t"})
    path = tmp_path / "setting.json"
    path.write_text(Setting(ours=side, stock=side).to_json())
    monkeypatch.setenv("INDEP_BENCH", str(path))
    assert setting.current() == Setting(ours=side, stock=side)


def test_benchmark_outside_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INDEP_BENCH", raising=False)
    with pytest.raises(SystemExit, match=r"\./portal bench"):
        setting.current()


def test_unknown_benchmark() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.run", "p999"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "p999" in done.stdout
