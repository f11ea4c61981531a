"""Pure: what a content is called by the scans, and where a worker finds it."""

# pyright: strict
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["FileSource", "Source", "TableSource", "contents_of", "from_dict", "subject_of"]


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


def contents_of(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The resource once for its file and once for its table; as it is if it is a mere link.

    Rows can be put into a table through the API, so it need not be what is in the file.
    """
    contents: list[dict[str, Any]] = []
    if resource.get("file"):
        contents.append({key: value for key, value in resource.items() if key != "table"})
    if resource.get("table"):
        contents.append({key: value for key, value in resource.items() if key != "file"})
    return contents or [dict(resource)]


def subject_of(resource: Mapping[str, Any]) -> str | None:
    """The name of one content of a resource, or None if it has none here: a mere link.

    :param resource: one of `contents_of`, which has ``file`` with its ``sha256``, or
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
