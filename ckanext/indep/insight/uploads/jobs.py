"""Long files: they are checked and loaded by the worker; what it left, the tick takes up."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import redis

from ckanext.indep.insight.uploads import records, service

__all__ = ["on_tick", "process_upload", "request"]

log = logging.getLogger(__name__)

_JOB_SECONDS = 1800
_LEFT_TO_WORKER = timedelta(minutes=2)
_KEPT = timedelta(days=30)
_PER_TICK = 10


def request(upload_id: str) -> None:
    """Wake a worker for an upload; without Redis it waits for a tick."""
    try:
        tk.enqueue_job(
            process_upload,
            [upload_id],
            title=f"Process the uploaded history {upload_id}",
            rq_kwargs={"timeout": _JOB_SECONDS},
        )
    except redis.RedisError:
        log.warning("Redis is away: the uploaded history %s waits for a tick", upload_id)


def process_upload(upload_id: str) -> None:
    """The job: may run twice, and at the same time as another."""
    service.process(upload_id)


def on_tick(_sender: Any = None, **_more: Any) -> None:
    """Take up what no worker has taken, or has left unfinished; let go of old files."""
    records.expire(_KEPT)
    for upload_id in records.waiting(_LEFT_TO_WORKER, _PER_TICK):
        try:
            service.process(upload_id)
        except Exception:
            # One file must not keep the others waiting; it is tried again a few times.
            log.exception("Processing the uploaded history %s failed", upload_id)
