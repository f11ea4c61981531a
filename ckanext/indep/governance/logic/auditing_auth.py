"""Who may read the audit log: every reviewing office, and sysadmins."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk

from ckanext.indep.governance import permissions

__all__ = ["indep_event_list"]


def indep_event_list(context: Any, data_dict: Any) -> Any:
    """Offices of the committee and the auditor read the whole log."""
    user = ckan_model.User.get(context.get("user"))
    allowed = user and permissions.offices(user.id) & permissions.REVIEWING_OFFICES
    return {"success": bool(allowed), "msg": tk._("You do not have the office that this needs.")}
