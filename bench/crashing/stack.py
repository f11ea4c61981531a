"""The stack under trial: its processes, its databases, and the way back up."""

from __future__ import annotations

import contextlib
import io
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bench.crashing.commands import Commands
from bench.setting import Side
from stack import ckan, postgres, services, up
from stack.commands import Runner
from stack.environment import for_services
from stack.layout import REPOSITORY, Layout
from stack.settings import Settings
from stack.site import PORTAL
from stack.up import Plan

ROLES = ("steward", "owner", "chair", "member", "member2")


@dataclass
class Stack:
    """A running stack that may be broken.

    Args:
        layout: where it is.
        plan: what it consists of; durable, or PostgreSQL itself may lose commits when killed.
        kept: its ports and secrets.
        commands: runs `ckan` without a web server.
        side: how to reach it over HTTP.
        engine: CKAN's database.
        tables: the DataStore's database.
    """

    layout: Layout
    plan: Plan
    kept: Settings
    commands: Commands
    side: Side
    engine: sa.Engine
    tables: sa.Engine

    def up(self) -> None:
        """Bring back what is down, as `./portal up` does."""
        with contextlib.redirect_stdout(io.StringIO()):
            up.bring_up(self.layout, self.plan, Runner(self.layout.logs / "setup.log"))

    def processes(self, name: str, children: bool = True) -> list[int]:
        """Return the process of a service, if it runs, and those that it started."""
        pid = services.pid(self.layout, name)
        if pid is None:
            return []
        return [pid, *(_descendants(pid) if children else [])]

    def commands_at_work(self) -> list[int]:
        """Return the processes of the commands that run now."""
        return _descendants(self.commands.pid)

    def send(self, how: signal.Signals, pids: list[int]) -> None:
        """Send a signal to processes, some of which may have ended."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)


@contextlib.contextmanager
def brought_up(layout: Layout, plan: Plan) -> Iterator[Stack]:
    """Yield the stack, up and with tokens; the caller takes it down."""
    kept = up.bring_up(layout, plan, Runner(layout.logs / "setup.log"))
    environment = for_services(layout)
    ini = layout.ini(PORTAL.name)
    with Commands(layout.python, ini, environment, REPOSITORY) as commands:
        names = {account["role"]: account["name"] for account in ckan.accounts(layout)}
        yield Stack(
            layout,
            plan,
            kept,
            commands,
            Side(
                PORTAL.name,
                ckan.url(kept, PORTAL),
                str(ini),
                postgres.url(kept, PORTAL.database),
                {role: _token(commands, names[role]) for role in ROLES},
            ),
            sa.create_engine(postgres.url(kept, PORTAL.database), poolclass=sa.NullPool),
            sa.create_engine(postgres.url(kept, PORTAL.datastore), poolclass=sa.NullPool),
        )


def _token(commands: Commands, name: str) -> str:
    [(code, output)] = commands.run(f"user token add {name} kills --quiet")
    if code:
        raise RuntimeError(output)
    return output.split()[-1]


def _descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs (proc_pid_stat(5))."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    found, waiting = list[int](), [pid]
    while waiting:
        started = children.get(waiting.pop(), [])
        found += started
        waiting += started
    return found
