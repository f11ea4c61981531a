"""When pictures are made: after a publication, in the worker; else at the next tick."""

from __future__ import annotations

from typing import Any

from ckanext.indep import waking
from ckanext.indep.insight import rendering
from ckanext.indep.insight.pictures import making

__all__ = ["make_pictures", "on_published", "on_tick", "request"]

_JOB_SECONDS = 900
_PER_TICK = 60


def request() -> None:
    """Wake a worker; without Redis the pictures wait for a tick."""
    rendering.request(make_pictures, "Make pictures of the charts", _JOB_SECONDS)


def make_pictures() -> None:
    """The job: makes what is missing or shows something else; may run twice."""
    waking.begun(make_pictures)
    making.make_due()


def on_published(_sender: Any = None, **_more: Any) -> None:
    """Have pictures made of what was published."""
    request()


def on_tick(_sender: Any = None, **_more: Any) -> None:
    """Make what no worker has made, such as after midnight, when a figure has become late."""
    making.make_due(_PER_TICK)
