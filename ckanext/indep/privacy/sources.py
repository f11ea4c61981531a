"""Pure: what a content is called by the scans, and where a worker finds it."""

# pyright: strict
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FileSource", "Source", "TableSource", "from_dict", "subject_of"]


@dataclass(frozen=True)
class FileSource:
    """A file on the disk whose bytes never change, such as one stored under its digest."""

    path: str
    format_name: str = ""
    file_name: str = ""

    def as_dict(self) -> dict[str, str]:
        """The source as JSON can hold it."""
        return {"path": self.path, "format": self.format_name, "name": self.file_name}


@dataclass(frozen=True)
class TableSource:
    """The DataStore table of a resource."""

    resource_id: str

    def as_dict(self) -> dict[str, str]:
        """The source as JSON can hold it."""
        return {"table": self.resource_id}


Source = FileSource | TableSource


def from_dict(kept: Mapping[str, str]) -> Source:
    """The source that `as_dict` described."""
    if "table" in kept:
        return TableSource(kept["table"])
    return FileSource(kept["path"], kept["format"], kept["name"])


def subject_of(resource: Mapping[str, Any]) -> str | None:
    """The name of a resource's content, or None if it has none here: a mere link.

    :param resource: a resource as a frozen revision has it: ``file`` with its ``sha256``, or
        ``table`` with columns, number of rows and ``md5``, besides ``format`` and ``url``. The
        format counts, since the same bytes are read in another way as CSV than as text.
    """
    file, table = resource.get("file"), resource.get("table")
    if file:
        ending = str(resource.get("url", "")).rpartition(".")[2]
        kind = str(resource.get("format") or ending).strip().lower()
        return f"file:{file['sha256']}:{kind}"
    if table:
        text = json.dumps(table, sort_keys=True, ensure_ascii=False, default=str)
        return f"table:{hashlib.sha256(text.encode('utf-8')).hexdigest()}"
    return None
