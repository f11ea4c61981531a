"""When suggestions are drawn: by the worker when it is asked, else at the next tick."""

from __future__ import annotations

from typing import Any

from ckanext.indep import waking
from ckanext.indep.insight import rendering
from ckanext.indep.insight.suggestions import making

__all__ = ["draw_suggestions", "on_published", "on_tick", "request"]

_JOB_SECONDS = 900


def request() -> None:
    """Wake a worker; without Redis the drawings wait for a tick."""
    rendering.request(draw_suggestions, "Draw the suggested charts", _JOB_SECONDS)


def draw_suggestions() -> None:
    """The job: draws what is missing or shows other figures; may run twice."""
    waking.begun(draw_suggestions)
    making.make_due()


def on_published(_sender: Any = None, **_more: Any) -> None:
    """Have the suggestions drawn with the figures that were published."""
    request()


def on_tick(_sender: Any = None, **_more: Any) -> None:
    """Draw what no worker has drawn."""
    making.make_due()
