"""Who may bring a request up to date: its stewards, as for submitting it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["indep_request_merge", "indep_request_rebase"]


def indep_request_merge(context: Any, data_dict: Any) -> Any:
    """Stewards of the department see what there is to choose."""
    return tk.check_access("indep_request_submit", context, data_dict) and {"success": True}


def indep_request_rebase(context: Any, data_dict: Any) -> Any:
    """Stewards of the department choose."""
    return tk.check_access("indep_request_submit", context, data_dict) and {"success": True}
