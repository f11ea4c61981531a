"""A three-way merge of contents: what a draft was made from, what is public now, the draft.

What one side changed is taken from that side. What both changed differently is a conflict, and
somebody has to choose. Pure: the contents are those that ``freeze.content`` builds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

__all__ = ["CHOICES", "DATA", "MINE", "PUBLIC", "Conflict", "Merged", "merge"]

Content = Mapping[str, Any]

MINE = "mine"
PUBLIC = "public"
CHOICES = (MINE, PUBLIC)

DATA = ("url", "url_type", "format", "mimetype", "file", "table")
"""The keys of a resource that describe its bytes; they are taken together, from one side."""

SORTED = frozenset({"tags", "groups"})


@dataclass(frozen=True)
class Conflict:
    """Something that both sides changed, each in its own way.

    `resource` is a file's id and `where` its name, both empty for the dataset itself. `field`
    is a field, ``file`` for a file's bytes and table, ``resource`` where one side removed what
    the other changed, or ``order of files``. A value is None on the side that has none.
    """

    resource: str
    where: str
    field: str
    base: Any
    public: Any
    mine: Any

    @property
    def key(self) -> str:
        """The name under which a choice for this conflict is given."""
        return f"{self.resource}:{self.field}"


@dataclass(frozen=True)
class Merged:
    """The merged content, and every conflict on the way, chosen or not."""

    content: dict[str, Any]
    conflicts: tuple[Conflict, ...]


Settle = Callable[[Conflict], Any]


def merge(
    base: Content | None, public: Content, mine: Content, choices: Mapping[str, str] | None = None
) -> Merged:
    """Merge `public` and `mine`, both made from `base` (None: from nothing).

    `choices` maps a conflict's key to ``mine`` or ``public``; a conflict without a choice is
    settled for `mine` and reported all the same. Lists of terms are merged as sets: what either
    side removed is gone, what either side added is there, so they never conflict.
    """
    chosen = choices or {}
    conflicts: list[Conflict] = []

    def settle(conflict: Conflict) -> Any:
        conflicts.append(conflict)
        return conflict.public if chosen.get(conflict.key) == PUBLIC else conflict.mine

    before: Content = base or {}
    content = _fields("", "", before, public, mine, frozenset({"resources"}), settle)
    content["resources"] = _resources(
        before.get("resources", []), public.get("resources", []), mine.get("resources", []), settle
    )
    return Merged(content, tuple(conflicts))


def _fields(
    resource: str,
    where: str,
    base: Content,
    public: Content,
    mine: Content,
    skip: frozenset[str],
    settle: Settle,
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for field in sorted((set(public) | set(mine)) - skip):
        conflict = Conflict(
            resource, where, field, base.get(field), public.get(field), mine.get(field)
        )
        value = _value(conflict, settle)
        if value is not None:
            merged[field] = value
    return merged


def _value(sides: Conflict, settle: Settle) -> Any:
    """Return the side that changed; of two that did, the union of terms, or a choice."""
    if sides.mine == sides.public or sides.public == sides.base:
        return sides.mine
    if sides.mine == sides.base:
        return sides.public
    lists: list[Any] = [side or [] for side in (sides.base, sides.public, sides.mine)]
    if all(map(_is_terms, lists)):
        terms = _terms(*lists)
        return (sorted(terms) if sides.field in SORTED else terms) or None
    return settle(sides)


def _is_terms(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(term, str) for term in cast("list[object]", value)
    )


def _terms(base: Sequence[str], public: Sequence[str], mine: Sequence[str]) -> list[str]:
    kept = [term for term in mine if term in public or term not in base]
    return kept + [term for term in public if term not in mine and term not in base]


def _resources(
    base: Sequence[Content], public: Sequence[Content], mine: Sequence[Content], settle: Settle
) -> list[dict[str, Any]]:
    old, theirs, own = _by_id(base), _by_id(public), _by_id(mine)
    merged: dict[str, dict[str, Any]] = {}
    for key in [*own, *(k for k in theirs if k not in own)]:
        resource = _resource(key, old.get(key), theirs.get(key), own.get(key), settle)
        if resource is not None:
            merged[key] = resource
    return [merged[key] for key in _order(old, theirs, own, merged, settle)]


def _resource(
    key: str, base: Content | None, public: Content | None, mine: Content | None, settle: Settle
) -> dict[str, Any] | None:
    where = _name(mine or public or {})
    if public is None or mine is None:
        present = mine if public is None else public
        if present is None or present == base:
            return None
        if base is not None:
            present = settle(Conflict(key, where, "resource", base, public, mine))
        return None if present is None else dict(present)
    before: Content = base or {}
    data = _value(
        Conflict(key, where, "file", _data(before), _data(public), _data(mine)),
        settle,
    )
    rest = _fields(key, where, before, public, mine, frozenset({"id", *DATA}), settle)
    return {"id": key, **rest, **data}


def _order(
    base: Mapping[str, Content],
    public: Mapping[str, Content],
    mine: Mapping[str, Content],
    survivors: Mapping[str, Content],
    settle: Settle,
) -> list[str]:
    """Return the survivors in the order of the side that sorted, the other's new ones between."""
    ours = [key for key in mine if key in survivors]
    theirs = [key for key in public if key in survivors]
    shared = [key for key in ours if key in public]
    shared_theirs = [key for key in theirs if key in mine]
    if shared == shared_theirs:
        return _interleave(ours, theirs)
    known = [key for key in base if key in survivors and key in mine and key in public]
    if [key for key in shared if key in base] == known:
        return _interleave(theirs, ours)
    if [key for key in shared_theirs if key in base] == known:
        return _interleave(ours, theirs)
    conflict = Conflict(
        "",
        "",
        "order of files",
        [_name(base[key]) for key in known],
        [_name(public[key]) for key in theirs],
        [_name(mine[key]) for key in ours],
    )
    if settle(conflict) is conflict.public:
        return _interleave(theirs, ours)
    return _interleave(ours, theirs)


def _interleave(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Return `first`, and what only `second` has, each after the one that it follows there."""
    result = list(first)
    for position, key in enumerate(second):
        if key not in result:
            after = result.index(second[position - 1]) + 1 if position else 0
            result.insert(after, key)
    return result


def _by_id(resources: Sequence[Content]) -> dict[str, Content]:
    return {str(resource["id"]): resource for resource in resources}


def _data(resource: Content) -> dict[str, Any]:
    return {key: resource[key] for key in DATA if key in resource}


def _name(resource: Content) -> str:
    return str(resource.get("name") or resource.get("url") or resource.get("id") or "")
