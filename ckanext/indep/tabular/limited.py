"""Running a module in a child process with limits of memory, processor time and patience.

A workbook of 5 KB can ask for gigabytes, and the library that reads it then ends the whole
process. So the sizes that the file itself declares are checked first, and the reading is
done by a child of its own, which tells its answer as JSON on standard output. Suggested
charts are drawn in the same way, under limits of their own.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.indep.tabular.no_network import forbid_network
from ckanext.indep.tabular.notes import NotedError

__all__ = [
    "WORKBOOK",
    "Bounds",
    "TooCostlyError",
    "check_declared_size",
    "limit_this_process",
    "run_child",
    "run_limited",
]

_HANDED_DOWN = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class TooCostlyError(Exception):
    """The child passed a limit, or ended without an answer."""


@dataclass(frozen=True)
class Bounds:
    """What a child may use.

    :param seconds: of real time; the parent then ends it with all that it has begun.
    :param cpu_seconds: of processor time.
    :param memory_bytes: of memory, as ``memory`` counts it: all addresses, or what holds data
        only, for programs that reserve many more addresses than they use.
    :param file_bytes: largest file that it may write, its answer included; None for any.
    :param network: whether it may open sockets.
    """

    seconds: float
    cpu_seconds: int
    memory_bytes: int
    memory: int = resource.RLIMIT_AS
    file_bytes: int | None = None
    network: bool = True


WORKBOOK = Bounds(seconds=120, cpu_seconds=60, memory_bytes=2 << 30)
"""For reading one workbook."""


def check_declared_size(path: Path, max_bytes: int) -> None:
    """Raise NotedError ``too_large`` for an archive that would unpack to more.

    :raises NotedError: also ``workbook_unreadable``, where it is no archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise NotedError("workbook_unreadable") from error
    if unpacked > max_bytes:
        raise NotedError("too_large", size=unpacked, limit=max_bytes)


def run_child(module: str, *arguments: str) -> Any:
    """Run a module that reads a workbook and return its answer.

    :raises NotedError: ``workbook_too_costly``, where it passed its limits.
    """
    try:
        return run_limited(module, arguments, WORKBOOK)
    except TooCostlyError as error:
        raise NotedError("workbook_too_costly") from error


def run_limited(module: str, arguments: Sequence[str], bounds: Bounds, given: bytes = b"") -> Any:
    """Run a module as a process of its own and return its answer, read as JSON.

    It starts in an empty folder that is gone afterwards, finds ``given`` on standard input, and
    has none of the parent's environment but the way to its modules. The module calls
    `limit_this_process` with the same bounds first of all.

    :raises TooCostlyError: where it passed a limit, or ended without an answer.
    """
    with tempfile.TemporaryDirectory(prefix="indep-child-") as folder:
        question, answer = Path(folder) / "question", Path(folder) / "answer"
        question.write_bytes(given)
        with question.open("rb") as stdin, answer.open("wb") as stdout:
            child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=_environment(folder),
                start_new_session=True,
            )
            try:
                code = child.wait(bounds.seconds)
            except subprocess.TimeoutExpired as error:
                raise TooCostlyError("It took too long.") from error
            finally:
                # The group outlives its leader if that has begun processes.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if code != 0:
            raise TooCostlyError(f"It ended with {code}.")
        try:
            return json.loads(answer.read_bytes())
        except ValueError as error:
            raise TooCostlyError("It gave no answer.") from error


def _environment(folder: str) -> dict[str, str]:
    known = {name: os.environ[name] for name in _HANDED_DOWN if name in os.environ}
    return {**known, "HOME": folder, "LANG": "C.UTF-8", "TZ": "UTC"}


def limit_this_process(bounds: Bounds = WORKBOOK) -> None:
    """Set the limits that hostile content cannot pass; the child does so first of all.

    :raises OSError: where the network cannot be taken away although it should be.
    """
    resource.setrlimit(bounds.memory, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if bounds.file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.file_bytes, bounds.file_bytes))
    if not bounds.network:
        forbid_network()
