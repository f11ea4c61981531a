"""Processes are known by id and start time, and stopped for certain."""

import os
import signal
import time
from pathlib import Path

import pytest

from stack import processes, services, up
from stack.commands import Runner
from stack.errors import StackError
from stack.layout import Layout

pytestmark = pytest.mark.stack


def test_a_stack_that_does_not_come_up_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path / "var", tmp_path / "venv", tmp_path / "cache")
    layout.make_folders()
    started: list[int | None] = []

    def come_up_halfway(*_given: object) -> None:
        services.ensure(layout, services.Service("mail", ("sleep", "60"), os.environ, lambda: True))
        started.append(services.pid(layout, "mail"))
        raise StackError("The sample city is wrong.", "Mend it.")

    monkeypatch.setattr(up, "bring_up", come_up_halfway)
    runner = Runner(layout.logs / "setup.log")
    with pytest.raises(StackError, match="sample city"), up.brought_up(layout, up.TEST, runner):
        pytest.fail("It did not come up.")
    assert started != [None]
    assert services.running(layout) == {}


def begin(tmp_path: Path, *command: str) -> Path:
    record = tmp_path / "service.stat"
    processes.start(record, command, tmp_path / "service.log", os.environ, tmp_path)
    return record


def test_started_process_is_found_and_stopped(tmp_path: Path) -> None:
    record = begin(tmp_path, "sleep", "60")
    pid = processes.find(record)
    assert pid
    assert processes.stop(record, signal.SIGTERM, 5)
    assert not record.exists()
    assert not processes.stop(record, signal.SIGTERM, 5)


def test_process_that_ignores_the_signal_is_killed(tmp_path: Path) -> None:
    record = begin(tmp_path, "sh", "-c", "trap '' TERM; echo on; while :; do sleep 1; done")
    while "on" not in (tmp_path / "service.log").read_text():
        time.sleep(0.01)
    assert processes.stop(record, signal.SIGTERM, 0.2)
    assert processes.find(record) is None


def test_reused_process_id_is_not_ours(tmp_path: Path) -> None:
    """The record names this very process, but with another start time."""
    stat = Path("/proc/self/stat").read_text()
    before, _, after = stat.rpartition(")")
    fields = after.split()
    fields[19] = str(int(fields[19]) - 1)
    record = tmp_path / "service.stat"
    record.write_text(f"{before}) {' '.join(fields)}\n")
    assert processes.find(record) is None
    assert not processes.stop(record, signal.SIGKILL, 1)


@pytest.mark.parametrize("text", ["", "12", "not a record", "99999999 (x) S"])
def test_damaged_record(tmp_path: Path, text: str) -> None:
    record = tmp_path / "service.stat"
    record.write_text(text)
    assert processes.find(record) is None


def test_command_that_does_not_exist(tmp_path: Path) -> None:
    record = tmp_path / "service.stat"
    processes.start(record, ["/no/such/thing"], tmp_path / "log", os.environ, tmp_path)
    time.sleep(0.3)
    assert processes.find(record) is None
