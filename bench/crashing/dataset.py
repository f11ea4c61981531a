"""One of the trials' datasets: its public version, and the way of the next one."""

from __future__ import annotations

import time

import sqlalchemy as sa

from bench.client import Client
from bench.crashing import workflow
from bench.crashing.reader import Reader
from bench.crashing.stack import Stack
from bench.crashing.workflow import Pending

CONVERGED_SECONDS = 60
APART = 1_000_000
"""Between the first versions of two datasets: no two have a version in common."""
BALLOT = sa.text(
    "SELECT count(*) FROM indep_ballot WHERE request_id = :request"
    ' AND user_id = (SELECT id FROM "user" WHERE name = :name)'
)


class Dataset:
    """A released dataset, whose version each trial raises by one.

    Args:
        stack: where it is made and released.
        number: sets it apart from the others of a run.
    """

    def __init__(self, stack: Stack, number: int) -> None:
        self._stack = stack
        self._name = f"crash-trial-{time.time_ns() // 1000:x}-{number}"
        self.version = time.time_ns() // 1_000_000 + number * APART
        pending = workflow.first(stack, self._name, self.version)
        began = time.monotonic()
        workflow.vote(stack, pending)
        self.vote_seconds = time.monotonic() - began
        shown = Client(stack.side).get("package_show", id=pending.live_id)
        self.table = str(shown["resources"][0]["id"])

    def propose(self) -> Pending:
        """Propose the next version, up to its last vote."""
        return workflow.change(self._stack, self._name, self.version + 1)

    def counted(self, pending: Pending) -> bool:
        """Whether the database has the last vote."""
        values = {"request": pending.request_id, "name": "committee-member"}
        with self._stack.engine.connect() as connection:
            return bool(connection.execute(BALLOT, values).scalar())

    def reader(self) -> Reader:
        """Return somebody who looks at it anonymously."""
        return Reader(self._stack.side.url, self._name, self.table)

    def wait_until_public(self, version: int) -> bool:
        """Whether metadata, rows and search all come to show this very version in time."""
        reader = self.reader()
        until = time.monotonic() + CONVERGED_SECONDS
        while True:
            seen = [reader.shown(), reader.told(), reader.found()]
            words = reader.found_by(version)
            if all(one == {version} for one in seen) and words and version in words:
                return True
            if time.monotonic() > until:
                return False
            time.sleep(0.1)
