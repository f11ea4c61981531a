"""When reports are made: after a publication, in the worker; else at the next tick."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import redis

from ckanext.indep.insight.report import making

__all__ = ["make_reports", "on_published", "on_tick", "request"]

log = logging.getLogger(__name__)

_JOB_SECONDS = 600
_LEFT_TO_WORKER = timedelta(minutes=5)


def request() -> None:
    """Wake a worker; without Redis the reports wait for a tick."""
    try:
        tk.enqueue_job(
            make_reports,
            title="Make the council reports",
            rq_kwargs={"timeout": _JOB_SECONDS},
        )
    except redis.RedisError:
        log.warning("Redis is away: the council reports wait for a tick")


def make_reports() -> None:
    """The job: makes what is missing or out of date; may run twice."""
    making.make_due()


def on_published(_sender: Any = None, **_more: Any) -> None:
    """Have the reports made that show what was published."""
    request()


def on_tick(_sender: Any = None, **_more: Any) -> None:
    """Make what no worker has made in time."""
    making.make_due(_LEFT_TO_WORKER)
