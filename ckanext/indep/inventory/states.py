"""What state a holding or a data request can be in, and what may follow. Pure.

A transition names the states it comes from and the one it goes to; the services ask
`check` before they do anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ckanext.indep.errors import ConflictError

__all__ = [
    "ACCEPTED",
    "TRANSITIONS",
    "HoldingStatus",
    "Outcome",
    "RequestState",
    "Transition",
    "check",
]


class HoldingStatus(str, Enum):
    """What the city does with something that a department holds."""

    RELEASED = "released"
    PLANNED = "planned"
    UNDER_REVIEW = "under_review"
    WITHHELD = "withheld"
    NOT_ASSESSED = "not_assessed"


class RequestState(str, Enum):
    """Where a resident's data request is."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    MERGED = "merged"
    SPAM = "spam"


class Outcome(str, Enum):
    """What an answer comes to."""

    PUBLISHED = "published"
    PARTLY = "partly"
    ALREADY_PUBLIC = "already_public"
    PLANNED = "planned"
    DECLINED = "declined"


ACCEPTED = frozenset({RequestState.ASSIGNED, RequestState.ANSWERED, RequestState.MERGED})
"""A person has read it and found that it may be public."""


@dataclass(frozen=True)
class Transition:
    """From which states something may be done, and the state that follows."""

    sources: frozenset[RequestState]
    target: RequestState


_R = RequestState
TRANSITIONS: dict[str, Transition] = {
    # Something taken for spam by mistake is assigned as if it had just come in.
    "assign": Transition(frozenset({_R.RECEIVED, _R.ASSIGNED, _R.SPAM}), _R.ASSIGNED),
    # A later answer adds to the earlier ones: what was planned is published.
    "answer": Transition(frozenset({_R.ASSIGNED, _R.ANSWERED}), _R.ANSWERED),
    "merge": Transition(frozenset({_R.RECEIVED, _R.ASSIGNED}), _R.MERGED),
    "spam": Transition(frozenset({_R.RECEIVED}), _R.SPAM),
}


def check(name: str, state: RequestState) -> RequestState:
    """Return the state that follows; ConflictError says what is possible instead."""
    transition = TRANSITIONS[name]
    if state not in transition.sources:
        possible = [other for other, rule in TRANSITIONS.items() if state in rule.sources]
        rest = f"Possible now: {', '.join(possible)}." if possible else "Nothing more can be done."
        raise ConflictError(f"The request is {state.value}. {rest}", state=state.value)
    return transition.target
