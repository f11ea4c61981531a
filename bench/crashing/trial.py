"""One trial: a vote, a fault, repair, and what is public then."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from dataclasses import dataclass, field

import requests
import sqlalchemy as sa

from bench.client import Client
from bench.crashing import workflow
from bench.crashing.faults import Fault, wait_for_commit
from bench.crashing.reader import Reader, Watch
from bench.crashing.stack import Stack
from bench.crashing.workflow import Pending

CONVERGED_SECONDS = 60
BALLOT = sa.text(
    "SELECT count(*) FROM indep_ballot WHERE request_id = :request"
    ' AND user_id = (SELECT id FROM "user" WHERE name = :name)'
)
AGAIN = sa.text(
    "UPDATE indep_outbox SET done_at = NULL WHERE seq IN"
    " (SELECT seq FROM indep_outbox ORDER BY seq DESC LIMIT 8)"
)


@dataclass
class Found:
    """What a trial found.

    Args:
        fault: its name.
        answered: whether the vote was answered with success.
        counted: whether the database has the ballot.
        old: whether it was the old version that was public after the repair.
        lost: votes that were answered with success and are gone.
        mixed: whether neither the old nor the new version was wholly public after the repair.
        breaches: lines of `ckan indep verify`.
        leaks: what a stranger saw and should not have.
        converged: seconds from the repair until search, table and page agreed.
        looks: how many answers the stranger got.
    """

    fault: str
    answered: bool = False
    counted: bool = False
    old: bool = False
    lost: int = 0
    mixed: bool = False
    breaches: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    converged: float = 0.0
    looks: int = 0

    @property
    def good(self) -> bool:
        """Whether nothing was wrong."""
        return not (self.lost or self.mixed or self.breaches or self.leaks)


class Trials:
    """Trials one after the other on one dataset, whose version each of them raises."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self._stack = stack
        self._random = random.Random(seed)
        self._name = f"crash-trial-{time.time_ns() // 1000:x}"
        self.version = time.time_ns() // 1_000_000
        workflow.draft(stack)
        pending = workflow.first(stack, self._name, self.version)
        began = time.monotonic()
        workflow.vote(stack, pending)
        self._vote_seconds = time.monotonic() - began
        self._live_id = pending.live_id
        shown = Client(stack.side).get("package_show", id=pending.live_id)
        self._resource = shown["resources"][0]["id"]
        self.repair()
        self.wait_until_public(self.version)

    def run(self, fault: Fault) -> Found:
        """Do one trial."""
        stack, found = self._stack, Found(fault.name)
        old, new = self.version, self.version + 1
        pending = self.propose()
        with Watch(self._reader(), old, new) as watch:
            around = fault.around(stack, self._resource) if fault.around else None
            with around or contextlib.nullcontext():
                found.answered = self._vote_and_strike(fault, pending, watch)
            stack.up()
            found.counted = self._counted(pending)
            found.lost = int(found.answered and not found.counted)
            found.breaches = self.repair()
            found.old = not found.counted
            began = time.monotonic()
            found.mixed = not self.wait_until_public(old if found.old else new)
            found.converged = time.monotonic() - began
            if watch.saw_new and not found.counted:
                found.leaks.append(f"{new} was seen without a vote")
        found.looks = watch.answers
        found.leaks += watch.wrong
        if found.old:
            workflow.vote(stack, pending)
            found.breaches += self.repair()
            found.mixed |= not self.wait_until_public(new)
        self.version = new
        return found

    def deliver_twice(self) -> Found:
        """Have the last pieces of work of the outbox done again."""
        found = Found("outbox delivered twice", answered=True, counted=True)
        with self._stack.engine.begin() as connection:
            connection.execute(AGAIN)
        found.breaches = self.repair()
        found.mixed = not self.wait_until_public(self.version)
        return found

    def repair(self) -> list[str]:
        """Tick twice at once, then once more while verifying; return the breaches."""
        commands = self._stack.commands
        ticks = [*commands.run("indep tick", "indep tick"), *commands.run("indep tick")]
        failed = [output for code, output in ticks if code]
        [(code, output)] = commands.run("indep verify")
        return failed + (output.splitlines() if code else [])

    def wait_until_public(self, version: int) -> bool:
        """Whether metadata, rows and search all come to show this very version in time."""
        reader = self._reader()
        until = time.monotonic() + CONVERGED_SECONDS
        while True:
            seen = [reader.shown(), reader.told(), reader.found()]
            words = reader.found_by(version)
            if all(one == {version} for one in seen) and words and version in words:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.1)

    def propose(self) -> Pending:
        """Propose the next version, up to its last vote."""
        return workflow.change(self._stack, self._name, self.version + 1)

    def _vote_and_strike(self, fault: Fault, pending: Pending, watch: Watch) -> bool:
        answered = threading.Event()

        def vote() -> None:
            with contextlib.suppress(RuntimeError, requests.RequestException):
                workflow.vote(self._stack, pending)
                answered.set()

        voter = threading.Thread(target=vote, daemon=True)
        watch.decided.set()
        voter.start()
        if fault.at_commit:
            wait_for_commit(self._stack)
        else:
            time.sleep(self._random.uniform(0, 1.2 * self._vote_seconds))
        fault.strike(self._stack)
        voter.join()
        return answered.is_set()

    def _counted(self, pending: Pending) -> bool:
        values = {"request": pending.request_id, "name": "committee-member"}
        with self._stack.engine.connect() as connection:
            return bool(connection.execute(BALLOT, values).scalar())

    def _reader(self) -> Reader:
        return Reader(self._stack.side.url, self._name, self._resource)
