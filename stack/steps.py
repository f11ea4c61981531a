"""Steps of `./portal up`: printed with the time they began, skipped when their stamp says so."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stack import files

STARTED = time.monotonic() - float(os.environ.get("INDEP_PORTAL_ELAPSED", "0"))


@dataclass(frozen=True)
class Stamp:
    """Says that a step is done for certain inputs.

    Args:
        path: where the stamp lies: beside the data of the step, so that both vanish together.
        key: digest of the step's inputs.
    """

    path: Path
    key: str


@dataclass(frozen=True)
class Step:
    """One thing that `up` does.

    Args:
        name: one word; `INDEP_PORTAL_KILL_AT` knows steps by it.
        title: what the user reads.
        work: does it; may return a remark for the user. It must be safe to repeat after a kill.
        stamp: set after the work; while it holds, the work is skipped. None: it always runs.
    """

    name: str
    title: str
    work: Callable[[], str | None]
    stamp: Stamp | None = None


def run_steps(steps: list[Step]) -> None:
    """Run the steps in order and print one line for each."""
    for step in steps:
        print(f"{elapsed():7.1f} s  {step.title} … ", end="", flush=True)
        print(_run_step(step), flush=True)


def _run_step(step: Step) -> str:
    if step.stamp and files.has_stamp(step.stamp.path, step.stamp.key):
        return "unchanged"
    _arm_kill_hook(step.name)
    remark = step.work()
    _kill_here(step.name)
    if step.stamp:
        files.write(step.stamp.path, step.stamp.key)
    return remark or "done"


def elapsed() -> float:
    """Return the seconds since the command began, virtual environment included."""
    return time.monotonic() - STARTED


def _arm_kill_hook(name: str) -> None:
    """Test hook: `INDEP_PORTAL_KILL_AT=name:seconds` kills this process that long into the step."""
    at, _, seconds = os.environ.get("INDEP_PORTAL_KILL_AT", "").partition(":")
    if at == name and seconds:
        timer = threading.Timer(float(seconds), _kill)
        timer.daemon = True
        timer.start()


def _kill_here(name: str) -> None:
    """Test hook: `INDEP_PORTAL_KILL_AT=name` kills after the work, before its stamp."""
    if os.environ.get("INDEP_PORTAL_KILL_AT") == name:
        _kill()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
