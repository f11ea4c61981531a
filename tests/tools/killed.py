"""Work that is killed at a chosen point, in a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import pytest

__all__ = ["killed_at"]


def killed_at(
    point: str, work: Callable[[], Any], instead: Callable[..., Any] | None = None
) -> None:
    """Do the work in a process that kills itself where the function `point` is called.

    `instead` is called in its place, and has to end the process itself.
    """
    ckan_model.Session.remove()
    engine = ckan_model.meta.engine
    assert engine
    engine.dispose()
    child = os.fork()
    if child == 0:
        pytest.MonkeyPatch().setattr(point, instead or _die)
        try:
            work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def _die(*_args: Any, **_named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
