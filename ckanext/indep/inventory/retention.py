"""How long the portal keeps who asked for data: some days after the answer."""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk

from ckanext.indep.inventory import data_requests
from ckanext.indep.inventory.model import now

__all__ = ["forget_due"]

ACTOR = "ckan indep tick"


def forget_due() -> int:
    """Remove names, addresses and reasons that are no longer needed; return of how many."""
    days: int = tk.config["ckanext.indep.inventory.requester_days"]
    return data_requests.forget_contacts(now() - dt.timedelta(days=days), ACTOR)
