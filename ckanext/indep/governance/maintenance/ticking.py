"""What is done at each tick: expire, remind, collect digests."""

from __future__ import annotations

import ckan.model as ckan_model
from ckan.types import SignalMapping

from ckanext.indep import events
from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import notifications, outbox, policies
from ckanext.indep.governance.maintenance import expiring, reminding

__all__ = ["subscriptions", "tick"]


def subscriptions() -> SignalMapping:
    """Signals and their receivers, for `ISignal`."""
    return {events.tick: [tick]}


def tick(sender: object = None, **_more: object) -> None:
    """Do what is due. Safe to run twice, late, or beside another tick."""
    try:
        policies.in_force()
    except ConflictError:
        return
    expiring.expire_old()
    reminding.remind()
    for user_id in notifications.due_for_digest():
        if not outbox.is_waiting("digest", user_id=user_id):
            outbox.add("digest", user_id=user_id)
    ckan_model.Session.commit()
    outbox.drain("mail", "digest")
