"""What must hold before the pages of the portal are served."""

from __future__ import annotations

import ckan.plugins as p
from ckan.exceptions import CkanConfigurationException

__all__ = ["check"]


def check() -> None:
    """Raise CkanConfigurationException if nobody decides what becomes public."""
    if not p.plugin_loaded("indep_governance"):
        raise CkanConfigurationException(
            "Add indep_governance to ckan.plugins: without it nothing that is saved would be "
            "hidden until it is released."
        )
