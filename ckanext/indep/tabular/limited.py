"""Reading a workbook in a child process with limits of memory, processor time and patience.

A workbook of 5 KB can ask for gigabytes, and the library that reads it then ends the whole
process. So the sizes that the file itself declares are checked first, and the reading is
done by a child of its own, which tells its answer as JSON on standard output.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from ckanext.indep.tabular.notes import NotedError

__all__ = ["check_declared_size", "limit_this_process", "run_child"]

CHILD_SECONDS = 120
"""Patience with the child in seconds of real time."""
MEMORY_BYTES = 2 << 30
CPU_SECONDS = 60


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
    """Run a module as a process and return its answer.

    :raises NotedError: ``workbook_too_costly``, where it passed its limits.
    """
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=CHILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotedError("workbook_too_costly") from error
    if done.returncode != 0:
        raise NotedError("workbook_too_costly")
    return json.loads(done.stdout)


def limit_this_process() -> None:
    """Set the limits that a malicious workbook cannot pass; the child does so first of all."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
