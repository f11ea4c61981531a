"""Who may use the drafts of press releases."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context

from ckanext.indep.insight import rights

__all__ = ["indep_press_release_draft"]


@tk.auth_sysadmins_check
def indep_press_release_draft(context: Context, data_dict: dict[str, Any]) -> AuthResult:
    """Members of the performance office (setting ``ckanext.indep.insight.office``)."""
    if rights.is_in_office(context):
        return {"success": True}
    return {"success": False, "msg": tk._("Only the performance office drafts press releases.")}
