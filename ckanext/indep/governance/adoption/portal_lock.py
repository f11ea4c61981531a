"""Turning governance on or off: how it is noted, and keeping everybody from writing meanwhile."""

from __future__ import annotations

import ckan.model as ckan_model
import sqlalchemy as sa

__all__ = ["OFF", "ON", "SUBJECT", "lock"]

# Audit events about the portal as a whole.
SUBJECT = "portal"
ON = "taken_over"
OFF = "turned_off"

# The tables that the database's fingerprint of a package is made from. Readers may go on.
LOCK = sa.text(
    "LOCK TABLE package, resource, package_tag, member, resource_view, package_relationship"
    " IN SHARE ROW EXCLUSIVE MODE"
)


def lock() -> None:
    """Wait for writers to end and keep new ones waiting, until the transaction ends."""
    ckan_model.Session.execute(LOCK)
