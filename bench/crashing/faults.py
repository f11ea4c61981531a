"""What is done to the stack while the last vote is on its way."""

from __future__ import annotations

import contextlib
import resource
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bench.crashing.stack import Stack

PAUSE = 1.5
ASLEEP = 0.6
PATIENCE = 10
PAGE = 8192

AGAIN = sa.text(
    "UPDATE indep_outbox SET done_at = NULL WHERE seq IN"
    " (SELECT seq FROM indep_outbox ORDER BY seq DESC LIMIT 8)"
)

Around = Callable[[Stack, str], contextlib.AbstractContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """One kind of trouble.

    Args:
        name: for the table.
        strike: makes it.
        around: prepares it before the vote and clears up afterwards; gets the table's name.
        at_commit: strike when the commit of the release is under way, not after a while.
    """

    name: str
    strike: Callable[[Stack], None]
    around: Around | None = None
    at_commit: bool = False

    def __str__(self) -> str:
        return self.name


def kill_workers(stack: Stack) -> None:
    """Kill both processes of the web server that answer; its master starts others."""
    stack.send(signal.SIGKILL, stack.processes("portal")[1:])


def killer(service: str) -> Callable[[Stack], None]:
    """Return what kills a service with all that it started."""
    return lambda stack: stack.send(signal.SIGKILL, stack.processes(service))


def kill_ticks(stack: Stack) -> None:
    """Kill the `ckan indep tick` that is at work, or both."""
    stack.send(signal.SIGKILL, stack.commands_at_work())


def kill_master(stack: Stack) -> None:
    """Kill the web server's master; the others end when they notice."""
    stack.send(signal.SIGKILL, stack.processes("portal")[:1])


def pauser(service: str) -> Callable[[Stack], None]:
    """Return what halts a service for a while, as a machine without memory would."""

    def pause(stack: Stack) -> None:
        pids = stack.processes(service)
        stack.send(signal.SIGSTOP, pids)
        time.sleep(PAUSE)
        stack.send(signal.SIGCONT, pids)

    return pause


def deliver_twice(stack: Stack) -> None:
    """Have the last pieces of work of the outbox done again."""
    with stack.engine.begin() as connection:
        connection.execute(AGAIN)


def nothing(_stack: Stack) -> None:
    """Leave it to what is around."""


@contextlib.contextmanager
def refused_commit(stack: Stack, _table: str) -> Iterator[None]:
    """Have the database refuse to commit any release, in the last moment."""
    with _at_commit(stack, "RAISE EXCEPTION 'refused by the trial';"):
        yield


@contextlib.contextmanager
def slow_commit(stack: Stack, _table: str) -> Iterator[None]:
    """Have the database sleep in the commit of a release."""
    with _at_commit(stack, f"PERFORM pg_sleep({ASLEEP});"):
        yield


@contextlib.contextmanager
def locked_table(stack: Stack, table: str) -> Iterator[None]:
    """Have somebody read the live table without an end, so that it cannot be swapped."""
    with stack.tables.begin() as connection:
        connection.execute(sa.DDL(f'LOCK TABLE "{table}" IN ACCESS SHARE MODE'))
        yield


def filler(*services: str) -> Callable[[Stack], None]:
    """Return what takes services the room on their disk: no file gets longer than a page.

    The kernel answers EFBIG where a full disk answers ENOSPC; programs meet both in the same calls.
    """

    def fill(stack: Stack) -> None:
        for service in services:
            _limit_files(stack.processes(service), PAGE)

    return fill


def room_afterwards(*services: str) -> Around:
    """Return what gives services room on their disk again."""

    @contextlib.contextmanager
    def around(stack: Stack, _table: str) -> Iterator[None]:
        try:
            yield
        finally:
            for service in services:
                _limit_files(stack.processes(service), resource.RLIM_INFINITY)

    return around


@contextlib.contextmanager
def slow_commit_then_room(stack: Stack, table: str) -> Iterator[None]:
    """Have the commit of a release sleep, and PostgreSQL get its room back afterwards."""
    with slow_commit(stack, table), room_afterwards("postgres")(stack, table):
        yield


def _limit_files(pids: list[int], size: int) -> None:
    """Set how long a file may get by what these processes write, in bytes."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def wait_for_commit(stack: Stack) -> None:
    """Return when a commit sleeps, or soon."""
    asleep = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    until = time.monotonic() + PATIENCE
    with stack.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while time.monotonic() < until:
            if connection.execute(asleep).scalar():
                return
            time.sleep(0.02)


@contextlib.contextmanager
def _at_commit(stack: Stack, work: str) -> Iterator[None]:
    _run(
        stack,
        "CREATE OR REPLACE FUNCTION crash_trial() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {work} RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER crash_trial AFTER INSERT OR UPDATE ON indep_publication "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crash_trial()",
    )
    try:
        yield
    finally:
        _run_once_it_is_back(stack, "DROP FUNCTION crash_trial() CASCADE")


def _run(stack: Stack, *statements: str) -> None:
    with stack.engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.DDL(statement))


def _run_once_it_is_back(stack: Stack, statement: str) -> None:
    try:
        _run(stack, statement)
    except DBAPIError:
        stack.up()
        _run(stack, statement)


REPAIR = (
    Fault("PostgreSQL killed", killer("postgres")),
    Fault("tick killed", kill_ticks),
    Fault("PostgreSQL halted", pauser("postgres")),
    Fault("Solr halted", pauser("solr")),
    Fault("PostgreSQL's disk full", filler("postgres"), room_afterwards("postgres")),
)
"""Those that `ckan indep tick` feels by itself, too."""
CHEAP = (
    *REPAIR,
    Fault("Redis killed", killer("redis")),
    Fault("job worker killed", killer("worker")),
    Fault("commit refused", nothing, refused_commit),
    Fault("PostgreSQL killed in the commit", killer("postgres"), slow_commit, at_commit=True),
    Fault("table locked by a reader", nothing, locked_table),
    Fault(
        "PostgreSQL's disk full in the commit",
        filler("postgres"),
        slow_commit_then_room,
        at_commit=True,
    ),
    Fault("outbox delivered twice", deliver_twice),
    Fault("storage full", filler("portal", "worker"), room_afterwards("portal", "worker")),
)
DEAR = (
    Fault("web workers killed", kill_workers),
    Fault("web workers killed in the commit", kill_workers, slow_commit, at_commit=True),
    Fault("web server's master killed", kill_master),
    Fault("whole web server killed", killer("portal")),
    Fault("Solr killed", killer("solr")),
    Fault("web workers halted", pauser("portal")),
)
FAULTS = CHEAP + DEAR
