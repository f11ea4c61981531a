"""One `./portal` command at a time per folder."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from stack.errors import StackError

WAIT_SECONDS = 180


@contextmanager
def exclusive(path: Path) -> Iterator[int]:
    """Hold the lock file, waiting for its holder to finish.

    Yields the file descriptor. Commands of a step inherit it, so that a step which outlives a
    killed `./portal` still keeps the next one waiting.

    Raises:
        StackError: when another command holds the lock for longer than WAIT_SECONDS.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        _acquire(file, path)
        yield file.fileno()


def _acquire(file: IO[str], path: Path) -> None:
    if _locks(file):
        return
    print("Another ./portal command is at work in this folder; waiting for it.", flush=True)
    until = time.monotonic() + WAIT_SECONDS
    while not _locks(file):
        if time.monotonic() > until:
            raise StackError(
                f"Another ./portal command is at work in {path.parent} since {WAIT_SECONDS} s.",
                "Wait for it or end it, then try again.",
            )
        time.sleep(0.2)


def _locks(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
