"""What a form saw of a draft when it was opened, so that no save undoes another one unnoticed.

Two people may have the form of one draft open at once. The form carries a mark of each field;
where a field is another by the time of saving, the second one is told what it is now (optimistic
locking, field by field). This module is pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.indep.governance.canonical import canonical_json

__all__ = ["FIELD", "changed", "marks"]

FIELD = "indep_seen"
"""The hidden answer of a form that carries the marks."""

_LENGTH = 12


def marks(package: Mapping[str, Any], names: Iterable[str]) -> str:
    """Return a mark of each field of a package as ``package_show`` gives it: ``name=mark …``."""
    return " ".join(f"{name}={_mark(_value(package, name))}" for name in names)


def changed(seen: str, now: str) -> list[str]:
    """Return the fields whose mark in `now` is not the one in `seen`, in the order of `now`.

    Whatever else a client sends as `seen` is a mark of nothing, so every field counts as changed.
    """
    before = set(seen.split())
    return [each.partition("=")[0] for each in now.split() if each not in before]


def _value(package: Mapping[str, Any], name: str) -> Any:
    if name == "tag_string":
        return sorted(tag["name"] for tag in package.get("tags") or [])
    return package.get(name) or ""


def _mark(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()[:_LENGTH]
