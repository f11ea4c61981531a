"""Who may see a load report, and ask for another load: whoever may update the resource."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

__all__ = ["indep_table_reload", "indep_table_report"]


def indep_table_report(context: Context, data_dict: DataDict) -> AuthResult:
    return _as_update(context, data_dict)


def indep_table_reload(context: Context, data_dict: DataDict) -> AuthResult:
    return _as_update(context, data_dict)


def _as_update(context: Context, data_dict: DataDict) -> AuthResult:
    """Load reports quote cells of the file, so they are not for readers of the dataset."""
    try:
        tk.check_access("resource_update", context, {"id": data_dict["id"]})
    except tk.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}
