"""The agenda that the queue asks for: what waits, in which section, in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.indep.committee.states import Section

__all__ = ["Proposed", "Waiting", "build", "low_risk"]

FREE_OF_RISK = {
    "access_level": frozenset({"public"}),
    "classification": frozenset({"public"}),
    "pii_reviewed": frozenset({"none-found"}),
}
"""What a revision says of itself that is of low risk; silence is a risk."""


@dataclass(frozen=True)
class Waiting:
    """A request in review: since when, until when it is to be decided, and its risk."""

    request_id: str
    number: int
    since: dt.datetime
    due: dt.date | None
    low_risk: bool


@dataclass(frozen=True)
class Proposed:
    """A line of the agenda."""

    request_id: str
    section: Section


def low_risk(content: Mapping[str, Any]) -> bool:
    """Whether a frozen revision calls itself public throughout and free of personal data.

    That is its steward's word; whoever asks looks at the scan as well.
    """
    return all(content.get(field) in values for field, values in FREE_OF_RISK.items())


def build(queue: Iterable[Waiting], present: Collection[str] = ()) -> list[Proposed]:
    """Return the items that a meeting needs besides those `present` on its agenda (ids).

    Consent first, then discussion; in each, what is due first, then what waits longest. The
    order of `queue` does not matter.
    """
    wanted = [waiting for waiting in queue if waiting.request_id not in present]
    wanted.sort(key=lambda w: (not w.low_risk, w.due or dt.date.max, w.since, w.number))
    return [
        Proposed(w.request_id, Section.CONSENT if w.low_risk else Section.DISCUSSION)
        for w in wanted
    ]
