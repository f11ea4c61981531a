"""Services of a stack: what each one is, and how it is started, found and stopped."""

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stack import files, ports, processes
from stack.errors import StackError
from stack.layout import REPOSITORY, Layout

STOP = signal.SIGTERM


@dataclass(frozen=True)
class Service:
    """One long-running process.

    Args:
        name: one word; names its record, its log and its port in the settings.
        command: what to run.
        environment: the whole environment.
        ready: tells whether it does its work; asked until it says so.
        port: TCP port it listens on, or None.
        depends: further inputs; a change of them or of the command restarts the service.
        stop_signal: asks it to end in good order.
        patience: seconds to wait for it to become ready.
        cwd: working directory.
    """

    name: str
    command: tuple[str | Path, ...]
    environment: Mapping[str, str]
    ready: Callable[[], bool]
    port: int | None = None
    depends: tuple[str | Path, ...] = ()
    stop_signal: signal.Signals = STOP
    patience: float = 60
    cwd: Path = field(default=REPOSITORY)

    @property
    def key(self) -> str:
        return files.digest([*(str(part) for part in self.command), *self.depends])


def record(layout: Layout, name: str) -> Path:
    """Return the path of a service's process record."""
    return layout.run / f"{name}.stat"


def pid(layout: Layout, name: str) -> int | None:
    """Return the process id of a service, or None if it does not run."""
    return processes.find(record(layout, name))


def running(layout: Layout) -> dict[str, int]:
    """Return the process ids of all running services by name."""
    names = [path.stem for path in sorted(layout.run.glob("*.stat"))]
    return {name: number for name in names if (number := pid(layout, name))}


def ensure(layout: Layout, service: Service) -> str:
    """Start a service unless it runs already with the same command and inputs.

    Returns a remark for the user.

    Raises:
        StackError: if it ends or does not become ready in time.
    """
    key_file = layout.run / f"{service.name}.key"
    if pid(layout, service.name):
        if files.has_stamp(key_file, service.key) and service.ready():
            return "running"
        stop(layout, service.name, service.stop_signal)
    processes.end_orphans(record(layout, service.name), layout.home)
    log = layout.logs / f"{service.name}.log"
    processes.start(
        record(layout, service.name), service.command, log, service.environment, service.cwd
    )
    _wait_until_ready(layout, service, log)
    files.write(key_file, service.key)
    return f"started on port {service.port}" if service.port else "started"


def settle(layout: Layout) -> set[str]:
    """Return the names of the services that run, and kill what the others left behind.

    Both by one look: a service that dies in between counts as running, keeps its port, and is
    cleared away when it is started anew.
    """
    names = set(running(layout))
    for path in layout.run.glob("*.stat"):
        if path.stem not in names:
            processes.end_orphans(path, layout.home)
    return names


def stop(layout: Layout, name: str, how: signal.Signals = STOP) -> bool:
    """Stop one service; returns whether it was running."""
    (layout.run / f"{name}.key").unlink(missing_ok=True)
    return processes.stop(record(layout, name), how, patience=20)


def _wait_until_ready(layout: Layout, service: Service, log: Path) -> None:
    began = time.monotonic()
    see = f"Its log is {log} (./portal logs {service.name})."
    while not service.ready():
        waited = time.monotonic() - began
        if waited > 1 and not pid(layout, service.name):
            raise StackError(f"{service.name} ended while it was starting.", see)
        if waited > service.patience:
            raise StackError(
                f"{service.name} was not ready after {service.patience:.0f} seconds.", see
            )
        time.sleep(0.1)
    if service.port and not pid(layout, service.name):
        raise StackError(
            f"Port {service.port} of {service.name} was taken by another program meanwhile.",
            "Run ./portal up again; it chooses another port.",
        )


def port_answers(port: int) -> Callable[[], bool]:
    """Return a readiness check that tries to connect."""
    return lambda: ports.answers(port)
