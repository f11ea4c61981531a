"""Asking a worker for a job that does all there is to do, once however many changes ask for it.

What is to be done stands in the database, so one job that has not begun yet is enough. Fifty
releases in a row would else put fifty renewals of the same exports before a steward's file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import redis
from ckan.lib.jobs import DEFAULT_QUEUE_NAME
from ckan.lib.redis import connect_to_redis

__all__ = ["LOST_AFTER", "begun", "wake"]

log = logging.getLogger(__name__)

LOST_AFTER = 60
"""Seconds after which a job that has not begun counts as lost, and another one is asked for."""


def wake(
    job: Callable[..., Any],
    title: str,
    rq_options: dict[str, Any] | None = None,
    queue: str = DEFAULT_QUEUE_NAME,
    lost_after: int = LOST_AFTER,
) -> None:
    """Put the job on the queue unless it waits there; without Redis a tick does its work.

    The job has to call `begun` before it looks for what is to be done.
    """
    try:
        if connect_to_redis().set(key(job), "1", nx=True, ex=lost_after):
            tk.enqueue_job(job, title=title, queue=queue, rq_kwargs=rq_options or {})
    except redis.RedisError as error:
        log.warning("Redis does not answer (%s), so this waits for a tick: %s", error, title)


def begun(job: Callable[..., Any]) -> None:
    """From now on a change asks for another job, since this one may not see it."""
    try:
        connect_to_redis().delete(key(job))
    except redis.RedisError as error:
        log.warning("Redis does not answer (%s); the work is in the database", error)


def key(job: Callable[..., Any]) -> str:
    """Where Redis notes that a job is asked for."""
    return f"indep:{tk.config['ckan.site_id']}:woken:{job.__module__}.{job.__name__}"
