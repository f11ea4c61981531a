"""How a refusal of the database's guards is recognised and said."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from sqlalchemy.exc import DBAPIError

__all__ = ["is_refusal", "released_sentence"]


def is_refusal(error: DBAPIError) -> bool:
    """Whether one of our triggers raised this; their SQLSTATEs begin with IND."""
    return str(getattr(error.orig, "pgcode", "") or "").startswith("IND")


def released_sentence() -> str:
    """Return the answer to everyone who tries to change, past governance, what is public."""
    return tk._(
        "What is public changes by a released change request only. Open one with "
        "'Propose a change', or with the action indep_request_open."
    )
