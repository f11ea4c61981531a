"""When the tables are made again: after a publication, in the worker; else at the next tick."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
import redis

from ckanext.indep.insight.projection import service

__all__ = ["bring_up_to_date", "on_published", "on_tick", "request"]

log = logging.getLogger(__name__)

_JOB_SECONDS = 300


def request() -> None:
    """Wake a worker; without Redis the tables wait for a tick."""
    try:
        tk.enqueue_job(
            bring_up_to_date,
            title="Bring the tables of figures up to date",
            rq_kwargs={"timeout": _JOB_SECONDS},
        )
    except redis.RedisError:
        log.warning("Redis is away: the tables of figures wait for a tick")


def bring_up_to_date() -> None:
    """The job: makes the tables again if they lag; may run twice."""
    service.update()


def on_published(_sender: Any = None, **_more: Any) -> None:
    """Show what was published just now."""
    request()


def on_tick(_sender: Any = None, **_more: Any) -> None:
    """Show what no worker has shown yet, and targets that were approved since the last tick."""
    service.update()
