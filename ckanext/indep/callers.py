"""Who calls: the person behind a page, as actions want to know."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

__all__ = ["reader", "signed_in"]


def reader() -> Context:
    """Return the context of whoever reads the page, signed in or not."""
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def signed_in() -> Context:
    """Return the context of the signed-in person; 403 for anybody else."""
    if tk.current_user.is_anonymous:
        tk.abort(403, tk._("Sign in to see this page."))
    return reader()
