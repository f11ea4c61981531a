"""How a refusal of the database's guards is recognised and said."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from sqlalchemy.exc import DBAPIError

__all__ = ["is_collision", "is_refusal", "released_sentence"]

COLLISIONS = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATEs of transactions that got into each other's way: one of them has to begin again."""


def is_collision(error: DBAPIError) -> bool:
    """Whether two changes at the same moment blocked each other."""
    return str(getattr(error.orig, "pgcode", "") or "") in COLLISIONS


def is_refusal(error: DBAPIError) -> bool:
    """Whether one of our triggers raised this; their SQLSTATEs begin with IND."""
    return str(getattr(error.orig, "pgcode", "") or "").startswith("IND")


def released_sentence() -> str:
    """Return the answer to everyone who tries to change, past governance, what is public."""
    return tk._(
        "What is public changes by a released change request only. Open one with "
        "'Propose a change', or with the action indep_request_open."
    )
