"""Plugin `indep_committee`: the meetings at which data is released."""

from __future__ import annotations

import ckan.plugins as p


class CommitteePlugin(p.SingletonPlugin):
    """Registers nothing yet."""
