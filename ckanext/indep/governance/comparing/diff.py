"""The difference of two revisions: fields, resources, and the names of what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Change", "changed_fields", "compare", "field_changes", "resource_name"]

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference; `where` is empty for the dataset itself, else the resource's name.

    `kind` is added, removed or changed; `before` and `after` are plain JSON values.
    """

    where: str
    field: str
    kind: str
    before: Any
    after: Any


def compare(old: Content | None, new: Content) -> list[Change]:
    """Return what differs from `old` (None: nothing is public yet) to `new`.

    Both are contents of revisions as ``freeze.content`` builds them. Resources are matched by
    their live id, so that a renamed file is a change and not a loss.
    """
    before: Content = old or {}
    changes = field_changes("", before, new, skip=frozenset({"resources"}))
    old_resources = {r["id"]: r for r in before.get("resources", [])}
    new_resources = {r["id"]: r for r in new.get("resources", [])}
    for key, resource in new_resources.items():
        name = resource_name(resource)
        if key not in old_resources:
            changes.append(Change(name, "file", "added", None, _file(resource)))
            changes += field_changes(name, {}, resource, skip=frozenset({"id", "name", "url"}))
        else:
            changes += field_changes(name, old_resources[key], resource, skip=frozenset({"id"}))
    changes += [
        Change(resource_name(resource), "file", "removed", _file(resource), None)
        for key, resource in old_resources.items()
        if key not in new_resources
    ]
    shared = [key for key in old_resources if key in new_resources]
    if shared != [key for key in new_resources if key in old_resources]:
        changes.append(
            Change(
                "",
                "order of files",
                "changed",
                [resource_name(r) for r in old_resources.values()],
                [resource_name(r) for r in new_resources.values()],
            )
        )
    return changes


def changed_fields(changes: list[Change]) -> set[str]:
    """Return the names that the policy's lanes know: field names, and 'resources'."""
    return {"resources" if c.where or c.field == "order of files" else c.field for c in changes}


def field_changes(where: str, old: Content, new: Content, skip: frozenset[str]) -> list[Change]:
    """Return the fields, but for `skip`, in which two dictionaries differ, in order of name."""
    changes: list[Change] = []
    for field in sorted((set(old) | set(new)) - skip):
        before, after = old.get(field), new.get(field)
        if before == after or (before in (None, "", []) and after in (None, "", [])):
            continue
        kind = (
            "added"
            if before in (None, "", [])
            else "removed"
            if after in (None, "", [])
            else "changed"
        )
        changes.append(Change(where, field, kind, before, after))
    return changes


def resource_name(resource: Content) -> str:
    """Return what people call a resource: its name, else its file or address."""
    return str(resource.get("name") or resource.get("url") or resource["id"])


def _file(resource: Content) -> str:
    return str(resource.get("url") or "")
