"""How soon a dataset is gone that is taken down while the search engine is dead."""

from __future__ import annotations

import signal
import time

import requests

from bench.client import Client
from bench.crashing import workflow
from bench.crashing.reader import Reader
from bench.crashing.stack import Stack

PATIENCE = 60


def seconds(stack: Stack) -> float:
    """Release a dataset, kill Solr, take it down; return seconds until no stranger saw it.

    They are counted from when the order was sent. Solr is brought back with all that it knew;
    were the dataset found then, that is an error.
    """
    name = f"crash-down-{time.time_ns() // 1000:x}"
    pending = workflow.first(stack, name, 1)
    workflow.vote(stack, pending)
    resource = Client(stack.side).get("package_show", id=name)["resources"][0]["id"]
    reader = Reader(stack.side.url, name, resource)
    stack.send(signal.SIGKILL, stack.processes("solr"))
    sent = time.monotonic()
    Client(stack.side, "owner").post("indep_take_down", id=name, reason="Taken down by a trial.")
    while any((reader.shown(), reader.told(), reader.page(), reader.found())):
        if time.monotonic() - sent > PATIENCE:
            raise RuntimeError(f"{name} is still there after {PATIENCE} s")
    effective = time.monotonic() - sent
    _check_that_it_stays_away(stack, name)
    return effective


def _check_that_it_stays_away(stack: Stack, name: str) -> None:
    stack.up()
    for _ in range(2):
        query = {"fq": f"name:{name}"}
        address = f"{stack.side.url}/api/3/action/package_search"
        found = requests.get(address, params=query, timeout=PATIENCE).json()["result"]
        if found["count"] or found["results"]:
            raise RuntimeError(f"{name} is found again")
        stack.commands.run("indep tick")
