"""What the inventory does when governance releases or withdraws something, and at each tick."""

from __future__ import annotations

from ckan import types

from ckanext.indep import events
from ckanext.indep.inventory import holdings, mailing, retention

__all__ = ["get_subscriptions"]

ACTOR = "indep"
"""Who stands in the record where the portal itself acted."""


def get_subscriptions() -> types.SignalMapping:
    """Signals and receivers, for ISignal."""
    return {
        events.released: [on_released],
        events.withdrawn: [on_withdrawn],
        events.tick: [on_tick],
    }


def on_released(package_id: str, **_more: object) -> None:
    """What was taken down and is public again is released in the inventory as well."""
    holdings.package_released(package_id, ACTOR)


def on_withdrawn(package_id: str, **_more: object) -> None:
    """What was taken down is under review in the inventory."""
    holdings.package_withdrawn(package_id, ACTOR)


def on_tick(sender: object, **_more: object) -> None:
    """Send the mail that is waiting, and forget who asked when it is time."""
    mailing.send_waiting()
    retention.forget_due()
