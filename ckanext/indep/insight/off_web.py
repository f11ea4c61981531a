"""Heavy work is done by the worker or on the command line, never in a web process."""

from __future__ import annotations

import click
from rq import get_current_job

from ckanext.indep.errors import RefusedError

__all__ = ["refuse_in_web"]


def refuse_in_web(what: str) -> None:
    """Raise RefusedError unless this is a job of the worker or a command.

    :param what: what is refused, with its article, such as ``A PDF``.
    """
    if get_current_job() is None and click.get_current_context(silent=True) is None:
        raise RefusedError(f"{what} is made by the worker or the command line only.")
