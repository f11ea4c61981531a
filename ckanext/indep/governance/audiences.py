"""For whom a revision is released, and what that makes of its publication.

Pure: from the content of a revision to words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["LIVE", "PUBLIC", "RETIRED", "SHOWN", "STAFF", "WITHDRAWN", "of", "publication_state"]

PUBLIC = "public"
STAFF = "staff"

LIVE = "live"
WITHDRAWN = "withdrawn"
RETIRED = "retired"
SHOWN = frozenset({LIVE, STAFF})
"""States of a publication in which somebody is shown its revision: everyone, or city staff."""


def of(content: Mapping[str, Any]) -> str:
    """Return whom the content is for; what says nothing is for everyone."""
    return STAFF if content.get("audience") == STAFF else PUBLIC


def publication_state(content: Mapping[str, Any]) -> str:
    """Return the state of the publication once this content is released."""
    return STAFF if of(content) == STAFF else LIVE
