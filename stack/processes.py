"""Long-running processes: started detached, known again by process id and start time.

A service writes its own line of /proc/PID/stat into its record before it becomes the service. So a
record exists whenever the service does, however early `./portal` was killed, and a process id that
was given to another program since is never taken for ours.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from stack.errors import StackError

_RECORD_THEN_BECOME = 'read -r line < /proc/$$/stat && printf "%s\\n" "$line" > "$0" && exec "$@"'


def start(
    record: Path,
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str],
    cwd: Path,
) -> None:
    """Start a command in a session of its own, its output appended to `log`.

    Returns when the record is written, so that whoever asks next finds the process, or when the
    process has ended before that.
    """
    record.unlink(missing_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["/bin/sh", "-c", _RECORD_THEN_BECOME, str(record), *(str(part) for part in command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment),
            cwd=cwd,
            start_new_session=True,
        )
    while not _is_written(record) and process.poll() is None:
        time.sleep(0.005)


def find(record: Path) -> int | None:
    """Return the process id of the recorded process if that very process still runs."""
    try:
        recorded = _identity(record.read_text())
        current = _identity(Path(f"/proc/{recorded[0]}/stat").read_text())
    except (OSError, ValueError, IndexError):
        return None
    return recorded[0] if current[:2] == recorded[:2] and current[2] not in "ZX" else None


def stop(record: Path, how: signal.Signals, patience: float) -> bool:
    """Stop the recorded process; after `patience` seconds kill it and what it started.

    Returns whether it was running. The record of one that was not is kept: it tells what the
    process may have left behind.

    Raises:
        StackError: if it belongs to another user or does not even end when killed.
    """
    pid = find(record)
    if pid is None:
        return False
    try:
        os.kill(pid, how)
        if not _wait_for_end(record, patience):
            os.killpg(pid, signal.SIGKILL)
            if not _wait_for_end(record, 10):
                raise StackError(
                    f"Process {pid} ({record.stem}) does not end.", "Restart the machine."
                )
    except ProcessLookupError:
        pass
    except PermissionError:
        raise StackError(
            f"Process {pid} ({record.stem}) belongs to another user.",
            "Run the command as that user.",
        ) from None
    record.unlink(missing_ok=True)
    return True


def end_orphans(record: Path, home: Path) -> None:
    """Kill what a recorded process left behind when it was killed itself, such as its workers.

    They are in the session that it began, and their HOME is that of the stack.
    """
    try:
        session, began, _ = _identity(record.read_text())
    except (OSError, ValueError, IndexError):
        return
    leader = Path(f"/proc/{session}/stat")
    if leader.exists() and _identity(leader.read_text())[1] != began:
        return  # The number belongs to another program by now.
    mark = f"HOME={home}".encode()
    until = time.monotonic() + 10
    while (orphans := _members(session, mark)) and time.monotonic() < until:
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _members(session: int, mark: bytes) -> list[int]:
    """Return the living processes of a session that have the mark in their environment.

    One that is ending has no environment left, but still its ports, until it is a zombie.
    """
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        # Processes come and go meanwhile.
        with contextlib.suppress(OSError, IndexError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] not in "ZX":
                environment = _environment(stat.parent)
                ours = not environment or mark in environment.split(b"\0")
                found += [int(stat.parent.name)] if ours else []
    return found


def _environment(process: Path) -> bytes:
    """Return the environment of a process; none of one that is ending."""
    try:
        return (process / "environ").read_bytes()
    except ProcessLookupError:
        return b""


def _is_written(record: Path) -> bool:
    return record.exists() and record.read_text().endswith("\n")


def _wait_for_end(record: Path, patience: float) -> bool:
    until = time.monotonic() + patience
    while find(record) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _identity(stat: str) -> tuple[int, int, str]:
    """Return process id, start time in clock ticks since boot, and state (proc_pid_stat(5))."""
    before, _, after = stat.rpartition(")")
    fields = after.split()
    return int(before.split(maxsplit=1)[0]), int(fields[19]), fields[0]
