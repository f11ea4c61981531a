"""What all actions of INsight share: checked input, and the name of who acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, Schema

__all__ = ["actor", "validated"]


def validated(
    make_schema: Callable[[], Schema], context: Context, data_dict: dict[str, Any]
) -> dict[str, Any]:
    """Return the checked fields that the schema names; the others are left out.

    Raises:
        ValidationError: with each field that is wrong.
    """
    known = make_schema()
    given = {key: data_dict[key] for key in known if key in data_dict}
    data, errors = tk.navl_validate(given, known, context)
    if errors:
        raise tk.ValidationError(errors)
    return data


def actor(context: Context) -> str:
    """Return the name of the account that acts; empty for a stranger."""
    return str(context.get("user") or "")
