"""Who may ask what."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

__all__ = ["indep_catalog_problems"]


@tk.auth_disallow_anonymous_access
def indep_catalog_problems(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever is signed in; the action shows each person the departments they edit for."""
    return {"success": True}
