"""What people are called on the pages of staff: their full name, or else their account's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import func, select

__all__ = ["displayed", "of", "of_all"]


def displayed() -> Any:
    """Return the name of an account as an expression of a query."""
    return func.coalesce(func.nullif(ckan_model.User.fullname, ""), ckan_model.User.name)


def of(user_id: str) -> str:
    """Return the name of an account, an empty one where there is no such account."""
    return of_all([user_id]).get(user_id, "")


def of_all(user_ids: Collection[str]) -> dict[str, str]:
    """Return the name of each account, by user id."""
    rows = ckan_model.Session.execute(
        select(ckan_model.User.id, displayed()).where(ckan_model.User.id.in_(user_ids))
    )
    return {row[0]: row[1] for row in rows}
