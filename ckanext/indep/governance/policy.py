"""The open data policy as data: parsed from YAML, checked, and asked by the workflow.

Everything that a council could change by resolution is here and not in code: which lane a
change takes, who reviews in which order, quorum, what the public page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

from ckanext.indep.errors import PolicyError

__all__ = ["Lane", "Policy", "Procedure", "from_data", "parse"]

STAGES = ("data_owner", "committee")


@dataclass(frozen=True)
class Lane:
    """One way through review: `stages` in order; `fields` may change in it ('*' for any)."""

    name: str
    label: str
    stages: tuple[str, ...]
    fields: frozenset[str]

    def allows(self, changed: Iterable[str]) -> bool:
        """Whether every field in `changed` may be changed in this lane."""
        return "*" in self.fields or set(changed) <= self.fields


@dataclass(frozen=True)
class Procedure:
    """One paragraph of the policy's procedures, for the public page."""

    title: str
    text: str


@dataclass(frozen=True)
class Policy:
    """A policy in force; `lanes` in the order in which they are tried."""

    title: str
    adopted: str
    purpose: str
    committee: str
    quorum: float
    lanes: tuple[Lane, ...]
    procedures: tuple[Procedure, ...]

    def lane_for(self, changed: Iterable[str]) -> Lane:
        """Return the first lane that allows all `changed` fields; the last one allows any."""
        names = set(changed)
        return next(lane for lane in self.lanes if lane.allows(names))

    def lane(self, name: str) -> Lane:
        """Return the lane called `name`."""
        return next(lane for lane in self.lanes if lane.name == name)


def parse(text: str) -> tuple[Policy, dict[str, Any]]:
    """Parse and check the YAML of a policy; return it and the plain data for storage.

    Raises PolicyError that says where and what to do; nothing else.
    """
    try:
        data: object = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise PolicyError(
            f"The policy is not valid YAML: line {line}: {error.problem}.", line=line
        ) from error
    except yaml.YAMLError as error:
        raise PolicyError(f"The policy is not valid YAML: {error}.") from error
    if not isinstance(data, dict):
        raise PolicyError("The policy must be a mapping with title, purpose, lanes and the rest.")
    content = cast("dict[str, Any]", data)
    return from_data(content), content


def from_data(data: Mapping[str, Any]) -> Policy:
    """Build a Policy from plain data; raises PolicyError naming the key that is wrong."""
    lanes = tuple(_lane(lane) for lane in _list(data, "lanes"))
    if "*" not in lanes[-1].fields:
        raise PolicyError("lanes: the last lane must allow fields: ['*'], so that none is stuck.")
    quorum = _need(data, "quorum")
    if not isinstance(quorum, int | float) or not 0 < quorum <= 1:
        raise PolicyError(f"quorum: {quorum!r} must be a fraction above 0 and at most 1.")
    return Policy(
        title=_text(data, "title"),
        adopted=_text(data, "adopted"),
        purpose=_text(data, "purpose"),
        committee=_text(data, "committee"),
        quorum=float(quorum),
        lanes=lanes,
        procedures=tuple(
            Procedure(_text(p, "title"), _text(p, "text")) for p in _list(data, "procedures")
        ),
    )


def _lane(data: object) -> Lane:
    if not isinstance(data, dict):
        raise PolicyError("lanes: each must have name, label, stages and fields.")
    lane = cast("dict[str, Any]", data)
    name = _text(lane, "name")
    stages = tuple(str(stage) for stage in _list(lane, "stages"))
    unknown = [stage for stage in stages if stage not in STAGES]
    if unknown or not stages:
        raise PolicyError(
            f"lanes: {name}: stages: {', '.join(unknown) or 'empty'}; "
            f"choose from {', '.join(STAGES)}."
        )
    return Lane(name, _text(lane, "label"), stages, frozenset(map(str, _list(lane, "fields"))))


def _need(data: Mapping[str, Any], key: str) -> Any:
    if data.get(key) in (None, "", [], {}):
        raise PolicyError(f"{key}: is missing.")
    return data[key]


def _text(data: Mapping[str, Any], key: str) -> str:
    return str(_need(data, key)).strip()


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = _need(data, key)
    if not isinstance(value, list):
        raise PolicyError(f"{key}: must be a list.")
    return cast("list[Any]", value)
