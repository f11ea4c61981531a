"""Two contents of revisions set side by side, in the order in which a reviewer reads them.

``diff.compare`` says what differs; this sorts it into fields, files, tables and columns, with
the counts that stand above. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.indep.governance.comparing import columns, diff
from ckanext.indep.governance.comparing.columns import ColumnChange
from ckanext.indep.governance.comparing.diff import Change

__all__ = ["Comparison", "FileChange", "FileFacts", "Summary", "TableChange", "compare"]

Content = Mapping[str, Any]

SHOWN_APART = frozenset({"file", "table", "url", "url_type"})


@dataclass(frozen=True)
class FileFacts:
    """A file on one side: `name` is its file name or, where `link`, its address; size in bytes."""

    name: str
    link: bool
    size: int | None
    sha256: str | None


@dataclass(frozen=True)
class TableChange:
    """A table on both sides: digests as frozen (None: no table there), and what its columns did."""

    before: Content | None
    after: Content | None
    columns: tuple[ColumnChange, ...]


@dataclass(frozen=True)
class FileChange:
    """A file that was added, removed or changed; facts and table are None where the same."""

    id: str
    name: str
    kind: str
    before: FileFacts | None
    after: FileFacts | None
    fields: tuple[Change, ...]
    table: TableChange | None


@dataclass(frozen=True)
class Summary:
    """How many fields, files and columns changed; `rows` is the difference of their numbers."""

    fields: int
    files: dict[str, int]
    columns: dict[str, int]
    rows: int


@dataclass(frozen=True)
class Comparison:
    """Everything that differs: of the dataset, of each file, and whether files were reordered."""

    fields: tuple[Change, ...]
    files: tuple[FileChange, ...]
    order: Change | None
    summary: Summary


def compare(old: Content | None, new: Content) -> Comparison:
    """Compare two contents as ``freeze.content`` builds them; `old` is None before a release."""
    changes = diff.compare(old, new)
    order = next((c for c in changes if c.field == "order of files"), None)
    fields = tuple(c for c in changes if not c.where and c is not order)
    before: Content = old or {}
    files = tuple(_files(before.get("resources", []), new.get("resources", [])))
    return Comparison(fields, files, order, _summary(fields, files))


def _files(old: Sequence[Content], new: Sequence[Content]) -> list[FileChange]:
    before = {str(r["id"]): r for r in old}
    after = {str(r["id"]): r for r in new}
    pairs = [(before.get(key), resource) for key, resource in after.items()]
    pairs += [(resource, None) for key, resource in before.items() if key not in after]
    return [_file(a, b) for a, b in pairs if a != b]


def _file(old: Content | None, new: Content | None) -> FileChange:
    kind = "added" if old is None else "removed" if new is None else "changed"
    before: Content = old or {}
    after: Content = new or {}
    resource = before if new is None else after
    facts = (_facts(old), _facts(new))
    tables = (before.get("table"), after.get("table"))
    return FileChange(
        id=str(resource["id"]),
        name=diff.resource_name(resource),
        kind=kind,
        before=facts[0] if facts[0] != facts[1] else None,
        after=facts[1] if facts[0] != facts[1] else None,
        fields=tuple(diff.field_changes("", before, new, SHOWN_APART | {"id"}) if new else ()),
        table=_table(*tables) if tables[0] != tables[1] else None,
    )


def _facts(resource: Content | None) -> FileFacts | None:
    if resource is None:
        return None
    file: Content = resource.get("file") or {}
    return FileFacts(
        name=str(resource.get("url") or ""),
        link=resource.get("url_type") != "upload",
        size=file.get("size"),
        sha256=file.get("sha256"),
    )


def _table(before: Content | None, after: Content | None) -> TableChange:
    if before is None or after is None:
        return TableChange(before, after, ())
    changed = columns.compare(before["columns"], after["columns"])
    return TableChange(before, after, tuple(changed))


def _summary(fields: Sequence[Change], files: Sequence[FileChange]) -> Summary:
    tables = [file.table for file in files if file.table]
    kinds = [c.kind for table in tables for c in table.columns]
    return Summary(
        fields=len(fields),
        files={k: sum(f.kind == k for f in files) for k in ("added", "removed", "changed")},
        columns={k: kinds.count(k) for k in ("added", "removed", "retyped", "relabelled")},
        rows=sum(_rows(table.after) - _rows(table.before) for table in tables),
    )


def _rows(table: Content | None) -> int:
    return int(table["rows"]) if table else 0
