"""Plugin `indep_catalog`."""

from __future__ import annotations

import ckan.plugins as p


class CatalogPlugin(p.SingletonPlugin):
    pass
