"""The queue of what takes long and for which nobody waits: reports, pictures and drawings.

A council report takes 25 s on a busy machine. On the queue of everything else, whoever publishes
a file would wait for it; so a worker of its own takes these: ``ckan jobs worker indep-rendering``.
Each of these jobs makes what is missing, so a tick does the work where no such worker runs.
"""

from __future__ import annotations

from collections.abc import Callable

from ckanext.indep import waking

__all__ = ["QUEUE", "request"]

QUEUE = "indep-rendering"
_FORGOTTEN_AFTER = 3600
"""Seconds after which a job that nobody took is dropped: the ticks have done it by then."""


def request(job: Callable[[], None], title: str, seconds: int) -> None:
    """Ask for a job, which may take so many seconds; without Redis it waits for a tick."""
    options = {"timeout": seconds, "ttl": _FORGOTTEN_AFTER}
    waking.wake(job, title, options, queue=QUEUE)
