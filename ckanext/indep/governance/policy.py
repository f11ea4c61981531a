"""The open data policy as data: parsed from YAML, checked, and asked by the workflow.

Everything that a council could change by resolution is here and not in code: which lane a
change takes, who reviews in which order, quorum, deadlines, what the public page says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, cast

import yaml
from jsonschema import Draft202012Validator
from jsonschema import exceptions as json_errors

from ckanext.indep.errors import PolicyError

__all__ = [
    "STAGES",
    "STANDING",
    "Deadlines",
    "KeptTables",
    "Lane",
    "Meetings",
    "Paragraph",
    "Policy",
    "Question",
    "Refresh",
    "check",
    "from_data",
    "parse",
]


class _Loader(yaml.SafeLoader):
    """YAML of what JSON knows: a date is a word, and stays as it is written."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


STAGES = ("data_owner", "committee")
OTHER = "other"
STANDING = "standing"
"""The lane that is none of the policy's: routine updates that were approved beforehand."""


@dataclass(frozen=True)
class Lane:
    """One way through review: `stages` in order; `fields` may change in it ('*' for any).

    It is for requests of these `kinds` (None: all) and this `audience` (None: any). `quorum`
    takes the place of the policy's where it is given.
    """

    name: str
    label: str
    stages: tuple[str, ...]
    fields: frozenset[str]
    kinds: frozenset[str] | None = None
    audience: str | None = None
    quorum: float | None = None
    consent_agenda: bool = False

    def allows(self, changed: Iterable[str], kind: str = "edit", audience: str = "public") -> bool:
        """Whether a request of this kind and audience may change all of `changed` here."""
        return (
            ("*" in self.fields or set(changed) <= self.fields)
            and (self.kinds is None or kind in self.kinds)
            and (self.audience is None or audience == self.audience)
        )


@dataclass(frozen=True)
class Paragraph:
    """A title and a text for the public page: a role or a procedure."""

    title: str
    text: str


@dataclass(frozen=True)
class Deadlines:
    """How long things may take, in days, before somebody is reminded or something ends."""

    owner_days: int = 5
    scan_days: int = 5
    committee_days: int = 30
    escalate_days: int = 10
    condition_days: int = 30
    ratify_days: int = 14
    expire_days: int = 180


@dataclass(frozen=True)
class Meetings:
    """When and where the committee meets; `rule` is a recurrence rule of RFC 5545."""

    rule: str = ""
    time: str = "14:00"
    minutes: int = 60
    location: str = ""
    notice_hours: int = 24
    titles_are_public: bool = False
    holidays: frozenset[dt.date] = frozenset()


@dataclass(frozen=True)
class Question:
    """One question of the checklist; `scan` says that the privacy scan helps to answer it."""

    id: str
    question: str
    help: str = ""
    answers: tuple[str, ...] = ()
    scan: bool = False


@dataclass(frozen=True)
class Refresh:
    """How far a standing approval may go: days until it ends, share of the rows that change."""

    longest_days: int = 366
    largest_change: float = 0.5


@dataclass(frozen=True)
class KeptTables:
    """Which replaced tables of a resource stay for roll back: the newest `copies`, for `days`."""

    copies: int = 3
    days: int = 400


@dataclass(frozen=True)
class Policy:
    """A policy in force; `lanes` in the order in which they are tried.

    Without `kept_tables` every replaced table is kept.
    """

    title: str
    adopted: str
    purpose: str
    committee: str
    quorum: float
    lanes: tuple[Lane, ...]
    procedures: tuple[Paragraph, ...]
    roles: tuple[Paragraph, ...] = ()
    tie: Literal["lost", "chair"] = "lost"
    electronic_votes: bool = True
    delegation: bool = False
    resolution: str = ""
    deadlines: Deadlines = field(default_factory=Deadlines)
    reviews: Mapping[str, int] = field(default_factory=dict[str, int])
    meetings: Meetings = field(default_factory=Meetings)
    checklist: tuple[Question, ...] = ()
    refresh: Refresh = field(default_factory=Refresh)
    scan_before_release: bool = True
    kept_tables: KeptTables | None = None

    def lane_for(
        self, changed: Iterable[str], kind: str = "edit", audience: str = "public"
    ) -> Lane:
        """Return the first lane that allows all of it; the last one allows anything."""
        names = set(changed)
        return next(lane for lane in self.lanes if lane.allows(names, kind, audience))

    def lane(self, name: str) -> Lane:
        """Return the lane called `name`."""
        return next(lane for lane in self.lanes if lane.name == name)

    def review_days(self, frequency: str) -> int:
        """Return after how many days a dataset of this update frequency is looked at again."""
        return self.reviews.get(frequency, self.reviews.get(OTHER, 365))


Check = Callable[[Policy], None]
_CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Register what another domain checks of a policy before it is put in force.

    `function` raises PolicyError with the `path` of the key that is wrong. Policies that are
    in force already are not asked again.
    """
    _CHECKS.append(function)
    return function


def parse(text: str) -> tuple[Policy, dict[str, Any]]:
    """Parse and check the YAML of a policy; return it and the plain data for storage.

    Raises PolicyError that names line and reason; nothing else.
    """
    try:
        read = cast("Any", yaml)
        data: object = json.loads(json.dumps(read.load(text, _Loader), allow_nan=False))
        node: Any = read.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise PolicyError(
            f"The policy is not valid YAML: line {line}: {error.problem}.", line=line
        ) from error
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise PolicyError(f"The policy is not valid YAML: {error}.") from error
    if not isinstance(data, dict):
        raise PolicyError("The policy must be a mapping with title, purpose, lanes and the rest.")
    content = cast("dict[str, Any]", data)
    try:
        policy = from_data(content)
        for registered in _CHECKS:
            registered(policy)
    except PolicyError as error:
        line = _line(node, cast("Sequence[str | int]", error.facts.get("path", ())))
        raise PolicyError(f"line {line}: {error.message}", line=line) from error
    return policy, content


def from_data(data: Mapping[str, Any]) -> Policy:
    """Build a Policy from plain data; raises PolicyError naming the key that is wrong."""
    errors = _validator().iter_errors(data)
    worst: json_errors.ValidationError | None = cast("Any", json_errors).best_match(errors)
    if worst is not None:
        raise _error(worst)
    lanes = tuple(_lane(lane) for lane in data["lanes"])
    last = lanes[-1]
    if "*" not in last.fields or last.kinds is not None or last.audience is not None:
        raise PolicyError(
            "lanes: the last lane must allow fields: ['*'] for every kind and audience, "
            "so that no request is stuck.",
            path=("lanes", len(lanes) - 1),
        )
    _refuse_doubles([lane.name for lane in lanes], "lanes")
    _refuse_doubles([question["id"] for question in data.get("checklist", [])], "checklist")
    meetings = dict(data.get("meetings", {}))
    kept = data.get("kept_tables")
    meetings["holidays"] = frozenset(_day(d) for d in meetings.get("holidays", []))
    return Policy(
        title=str(data["title"]).strip(),
        adopted=str(data["adopted"]).strip(),
        purpose=str(data["purpose"]).strip(),
        committee=str(data["committee"]).strip(),
        quorum=float(data["quorum"]),
        lanes=lanes,
        procedures=tuple(Paragraph(**p) for p in data["procedures"]),
        roles=tuple(Paragraph(**r) for r in data.get("roles", [])),
        tie=data.get("tie", "lost"),
        electronic_votes=data.get("electronic_votes", True),
        delegation=data.get("delegation", False),
        resolution=str(data.get("resolution", "")),
        deadlines=Deadlines(**data.get("deadlines", {})),
        reviews=dict(data.get("reviews", {})),
        meetings=Meetings(**meetings),
        checklist=tuple(_question(q) for q in data.get("checklist", [])),
        refresh=Refresh(**data.get("refresh", {})),
        scan_before_release=data.get("scan_before_release", True),
        kept_tables=None if kept is None else KeptTables(**kept),
    )


@lru_cache(maxsize=1)
def _validator() -> Any:
    path = resources.files("ckanext.indep.governance").joinpath("policy_schema.yaml")
    return Draft202012Validator(yaml.safe_load(path.read_text("utf-8")))


def _error(error: json_errors.ValidationError) -> PolicyError:
    """Say what the schema found, with the place as a reader of the file would name it."""
    path = tuple(error.absolute_path)
    where = ": ".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return PolicyError(f"{where}: {error.message}." if where else f"{error.message}.", path=path)


def _line(node: Any, path: Sequence[str | int]) -> int:
    """Return the line (from 1) of what `path` leads to, or of the last part that is there."""
    for part in path:
        if isinstance(node, yaml.MappingNode):
            following = next((v for k, v in node.value if k.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            following = node.value[part] if part < len(node.value) else None
        else:
            following = None
        if following is None:
            break
        node = following
    return node.start_mark.line + 1


def _lane(data: Mapping[str, Any]) -> Lane:
    kinds = data.get("kinds")
    return Lane(
        name=data["name"],
        label=data["label"],
        stages=tuple(data["stages"]),
        fields=frozenset(data["fields"]),
        kinds=frozenset(kinds) if kinds else None,
        audience=data.get("audience"),
        quorum=data.get("quorum"),
        consent_agenda=data.get("consent_agenda", False),
    )


def _question(data: Mapping[str, Any]) -> Question:
    rest: dict[str, Any] = {k: v for k, v in data.items() if k != "answers"}
    return Question(answers=tuple(data.get("answers", ())), **rest)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise PolicyError(
            f"meetings: holidays: {text} is no day of the calendar.", path=("meetings", "holidays")
        ) from error


def _refuse_doubles(names: list[str], section: str) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise PolicyError(f"{section}: {name} is there twice.", path=(section, index))
