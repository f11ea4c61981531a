"""Waiting for the scan for personal data, without which nothing is released."""

from __future__ import annotations

import time

from bench.client import Client

__all__ = ["is_awaited", "wait"]

PATIENCE_SECONDS = 300


def is_awaited(client: Client, request_id: str) -> bool:
    """Return whether what was submitted is still being scanned."""
    left = client.get("indep_request_show", id=request_id)["scan_left"]
    return bool(left and left["awaited"])


def wait(client: Client, request_id: str) -> None:
    """Return when what was submitted is scanned; raises RuntimeError where no worker does it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while is_awaited(client, request_id):
        if time.monotonic() > until:
            raise RuntimeError("The scan did not end in time; is the worker there?")
        time.sleep(0.5)
