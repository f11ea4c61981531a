"""What is done at each tick: clean up, count anew, expire, remind, collect digests."""

from __future__ import annotations

from pathlib import Path

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.types import SignalMapping

from ckanext.indep import city_time, events
from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import (
    audit_heads,
    kept_tables,
    notifications,
    outbox,
    policies,
    tables,
)
from ckanext.indep.governance.maintenance import expiring, reminding
from ckanext.indep.governance.model import now
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.governance.review import deciding
from ckanext.indep.privacy import jobs

__all__ = ["on_scanned", "subscriptions", "tick"]


def subscriptions() -> SignalMapping:
    """Signals and their receivers, for `ISignal`."""
    return {
        events.tick: [tick, jobs.tick],
        events.notice: [reminding.on_notice],
        events.scanned: [on_scanned],
    }


def on_scanned(sender: object = None, **_more: object) -> None:
    """Release what a standing approval covers and waited for its scan; tell who is to answer it."""
    releasing.release_waiting()
    try:
        reminding.remind_of_scans()
    except ConflictError:
        # Without a policy nothing was submitted that anybody could be told of.
        return


def tick(sender: object = None, **_more: object) -> None:
    """Do what is due. Safe to run twice, late, or beside another tick."""
    _keep_head()
    tables.drop_unclaimed_copies()
    try:
        _version, policy = policies.in_force()
    except ConflictError:
        return
    if policy.kept_tables:
        kept_tables.drop_surplus(policy.kept_tables, now())
    deciding.recount_waiting()
    expiring.expire_old()
    reminding.remind()
    for user_id in notifications.due_for_digest():
        if not outbox.is_waiting("digest", user_id=user_id):
            outbox.add("digest", user_id=user_id)
    ckan_model.Session.commit()
    outbox.drain("mail", "digest")


def _keep_head() -> None:
    path = tk.config.get("ckanext.indep.audit_heads_file")
    if path:
        audit_heads.record_daily(Path(path), city_time.today())
