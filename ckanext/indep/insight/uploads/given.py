"""What a request brings as a file: an upload, a text, or rows as JSON."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.insight.uploads.reading import MOST_BYTES

__all__ = ["content_of", "is_long", "name_of"]

LONG_BYTES = 1 << 20
LONG_ROWS = 2000
LONG_UNPACKED_BYTES = 8 << 20


def content_of(data: Mapping[str, Any]) -> bytes:
    """The bytes of the file. Raises ValidationError unless exactly one of the three is given."""
    given = [name for name in ("upload", "text", "rows") if data.get(name)]
    if len(given) != 1:
        raise tk.ValidationError({"upload": [tk._("Choose a file.")]})
    if given == ["text"]:
        content = data["text"].encode("utf-8", "replace")
    elif given == ["rows"]:
        content = _rows_as_csv(data["rows"])
    else:
        content = _uploaded(data["upload"])
    if len(content) > MOST_BYTES:
        told = tk._("The file is larger than {size} MB. Split it.")
        raise tk.ValidationError({"upload": [told.format(size=MOST_BYTES >> 20)]})
    if not content:
        raise tk.ValidationError({"upload": [tk._("The file is empty.")]})
    return content


def name_of(data: Mapping[str, Any]) -> str:
    """What the file is called."""
    uploaded = str(getattr(data.get("upload"), "filename", "") or "")
    return str(data.get("name") or uploaded or "history.csv")


def is_long(content: bytes) -> bool:
    """Whether a web process should leave the file to the worker."""
    if len(content) > LONG_BYTES:
        return True
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                unpacked = sum(member.file_size for member in archive.infolist())
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
            return False
        return unpacked > LONG_UNPACKED_BYTES
    return content.count(b"\n") > LONG_ROWS


def _uploaded(upload: Any) -> bytes:
    stream = getattr(upload, "stream", None) or getattr(upload, "file", None)
    if stream is None:
        raise tk.ValidationError({"upload": [tk._("Send the file as multipart form data.")]})
    return stream.read(MOST_BYTES + 1)


def _rows_as_csv(rows: object) -> bytes:
    wrong = tk.ValidationError({"rows": [tk._("Rows are a list of objects of texts and numbers.")]})
    if not isinstance(rows, Sequence) or isinstance(rows, (str, bytes)):
        raise wrong
    heading: dict[str, None] = {}
    for row in rows:
        if not isinstance(row, Mapping):
            raise wrong
        for name, value in row.items():
            if value is not None and not isinstance(value, (str, int, float, bool)):
                raise wrong
            heading[str(name)] = None
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(heading))
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8", "replace")
