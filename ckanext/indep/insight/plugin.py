"""Plugin `indep_insight`."""

from __future__ import annotations

import ckan.plugins as p


class InsightPlugin(p.SingletonPlugin):
    pass
