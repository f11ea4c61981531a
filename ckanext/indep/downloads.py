"""The ways to get a file: as it came, or its table in other formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

__all__ = ["Download", "file_downloads"]

_TABLE_FORMATS = ("csv", "json", "tsv", "xml")


@dataclass(frozen=True)
class Download:
    """One link: the `format` in capitals, where it is, and whether it is the file as it came."""

    format: str
    url: str
    original: bool


def file_downloads(resource: dict[str, Any]) -> list[Download]:
    """All downloads of a resource, the file as it came first.

    The table formats are served by the DataStore and stand in for the original where they are
    the same format.
    """
    found = []
    original = (resource.get("format") or "").lower()
    if resource.get("url"):
        found.append(Download(original.upper() or tk._("File"), resource["url"], original=True))
    if resource.get("datastore_active"):
        found += [
            Download(
                name.upper(),
                tk.h.url_for("datastore.dump", resource_id=resource["id"], format=name),
                original=False,
            )
            for name in _TABLE_FORMATS
            if name != original
        ]
    return found
