"""When tables are loaded: after a file was stored, in the worker; else at the next tick."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import redis
from ckan.types import SignalMapping

from ckanext.indep import events
from ckanext.indep.tabular import records, service

__all__ = ["load_table", "request_load", "subscriptions", "tick"]

log = logging.getLogger(__name__)

_JOB_SECONDS = 3600
_LEFT_TO_WORKER = timedelta(minutes=2)
_GIVEN_UP_AFTER = timedelta(seconds=2 * _JOB_SECONDS)
_LOADS_PER_TICK = 20


def subscriptions() -> SignalMapping:
    """Signals and their receivers, for `ISignal`."""
    return {events.file_stored: [_file_stored]}


def request_load(resource_id: str, sha256: str | None, again: bool = False) -> None:
    """Note that a file is to be loaded, and wake a worker.

    Without Redis the note stays, and `tick` loads the file.

    :param again: load it even if this very file was loaded before.
    """
    if not records.request(resource_id, sha256, again):
        return
    try:
        tk.enqueue_job(
            load_table,
            [resource_id],
            title=f"Load table of resource {resource_id}",
            rq_kwargs={"timeout": _JOB_SECONDS},
        )
    except redis.RedisError:
        log.warning("Redis is away: the table of resource %s waits for a tick", resource_id)


def load_table(resource_id: str) -> None:
    """The job: may run twice, and at the same time as another."""
    service.load(resource_id)


def tick() -> int:
    """Load what no worker has taken for a while, or has left unfinished.

    :returns: how many files were taken up.
    """
    overdue = records.waiting(_LEFT_TO_WORKER, _GIVEN_UP_AFTER, _LOADS_PER_TICK)
    for resource_id in overdue:
        try:
            service.load(resource_id)
        except Exception:
            # One file must not keep the others waiting; its state says that it failed.
            log.exception("Loading the table of resource %s failed", resource_id)
    return len(overdue)


def _file_stored(resource_id: str, **details: Any) -> None:
    request_load(resource_id, details.get("sha256"))
