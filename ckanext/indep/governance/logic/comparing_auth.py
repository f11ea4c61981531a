"""Who may see what a request changes: who may read the request."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["indep_request_diff"]


def indep_request_diff(context: Any, data_dict: Any) -> Any:
    """Contributors, the data owner, the auditor, and reviewers once it is submitted."""
    return tk.check_access("indep_request_show", context, data_dict) and {"success": True}
