"""The canonical form of a revision, and its hash: what reviewers approve, byte for byte."""

from __future__ import annotations

import hashlib
import json
from typing import Any

__all__ = ["canonical_json", "content_hash"]


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys and no white space (the idea of RFC 8785).

    Floats never occur in package dictionaries that CKAN validated, so the number
    formatting of RFC 8785 is not needed; NaN and infinity raise ``ValueError``.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def content_hash(value: Any) -> str:
    """Return the sha256 of the canonical form of `value`, in hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()
