"""Plugin `indep_governance`."""

from __future__ import annotations

import ckan.plugins as p


class GovernancePlugin(p.SingletonPlugin):
    pass
