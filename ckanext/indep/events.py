"""Signals between domains that must not import each other.

Governance sends them after its transaction is committed, from its outbox, at least once:
a receiver must bear being called twice.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk

__all__ = ["file_stored", "notice", "published", "released", "scanned", "tick", "withdrawn"]

released = tk.signals.ckanext.signal("indep:released")
"""``released.send(package_id, package_type=str, revision_id=str)``: a new revision is public."""

withdrawn = tk.signals.ckanext.signal("indep:withdrawn")
"""``withdrawn.send(package_id, package_type=str)``: the package is public no longer."""

file_stored = tk.signals.ckanext.signal("indep:file-stored")
"""``file_stored.send(resource_id, sha256=str)``: a workspace resource has a new file."""

scanned = tk.signals.ckanext.signal("indep:scanned")
"""``scanned.send(subject)``: the scan of a content for personal data has ended.

Sent by privacy after the outcome is stored; whoever misses it looks again at the next tick.
"""

notice = tk.signals.ckanext.signal("indep:notice")
"""``notice.send(kind, subject=str, period=str, user_ids=set, text=str, path=str)``: tell people.

``text`` is one sentence for their inbox without its full stop and without content that is not
public yet, ``path`` the page of the portal to go to. The same kind, subject and period is told
once, however often it is sent. Sent outside transactions: the receiver commits its own.
"""

published = tk.signals.ckanext.signal("indep:published")
"""``published.send(version=int, quarters=list)``: results of these quarters became public.

Sent by insight after the commit; a receiver must not raise.
"""

tick = tk.signals.ckanext.signal("indep:tick")
"""``tick.send()``: ``ckan indep tick`` runs; do what is due, safe to run twice at once, or late."""
