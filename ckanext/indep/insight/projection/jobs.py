"""When the tables are made again: after a publication, in the worker; else at the next tick."""

from __future__ import annotations

from typing import Any

from ckanext.indep import waking
from ckanext.indep.insight.projection import service

__all__ = ["bring_up_to_date", "on_published", "on_tick", "request"]

_JOB_SECONDS = 300


def request() -> None:
    """Wake a worker; without Redis the tables wait for a tick."""
    waking.wake(
        bring_up_to_date, "Bring the tables of figures up to date", {"timeout": _JOB_SECONDS}
    )


def bring_up_to_date() -> None:
    """The job: makes the tables again if they lag; may run twice."""
    waking.begun(bring_up_to_date)
    service.update()


def on_published(_sender: Any = None, **_more: Any) -> None:
    """Show what was published just now."""
    request()


def on_tick(_sender: Any = None, **_more: Any) -> None:
    """Show what no worker has shown yet, and targets that were approved since the last tick."""
    service.update()
