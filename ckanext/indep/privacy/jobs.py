"""The scans that no worker has made, at the tick."""

from __future__ import annotations

import logging
from datetime import timedelta

from ckanext.indep.privacy import records, service

__all__ = ["tick"]

log = logging.getLogger(__name__)

_LEFT_TO_WORKER = timedelta(minutes=2)
_GIVEN_UP_AFTER = timedelta(hours=2)
_SCANS_PER_TICK = 20


def tick(sender: object = None, **_more: object) -> int:
    """Scan what no worker has taken for a while, or has left unfinished; receives `events.tick`.

    :returns: how many contents were taken up.
    """
    overdue = records.waiting(_LEFT_TO_WORKER, _GIVEN_UP_AFTER, _SCANS_PER_TICK)
    for scan in overdue:
        try:
            service.run(scan.subject)
        except Exception:
            # One content must not keep the others waiting; its state says that it failed.
            log.exception("Scanning %s failed", scan.subject)
    return len(overdue)
