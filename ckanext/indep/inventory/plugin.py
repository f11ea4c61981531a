"""Plugin `indep_inventory`: what the departments hold, and what residents ask for."""

from __future__ import annotations

import ckan.plugins as p


class InventoryPlugin(p.SingletonPlugin):
    """Registers nothing yet."""
