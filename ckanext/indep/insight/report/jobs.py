"""When reports are made: after a publication, in the worker; else at the next tick."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ckanext.indep import waking
from ckanext.indep.insight import rendering
from ckanext.indep.insight.report import making

__all__ = ["make_reports", "on_published", "on_tick", "request"]

_JOB_SECONDS = 600
_LEFT_TO_WORKER = timedelta(minutes=5)


def request() -> None:
    """Wake a worker; without Redis the reports wait for a tick."""
    rendering.request(make_reports, "Make the council reports", _JOB_SECONDS)


def make_reports() -> None:
    """The job: makes what is missing or out of date; may run twice."""
    waking.begun(make_reports)
    making.make_due()


def on_published(_sender: Any = None, **_more: Any) -> None:
    """Have the reports made that show what was published."""
    request()


def on_tick(_sender: Any = None, **_more: Any) -> None:
    """Make what no worker has made in time."""
    making.make_due(_LEFT_TO_WORKER)
