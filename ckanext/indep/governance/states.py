"""The states of a change request and the transitions between them, as data.

A transition names the states it starts from, the one it leads to, and whether a written
reason is needed. Who may use it is decided in ``logic/auth.py``; tests go through the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ckanext.indep.errors import ConflictError

__all__ = [
    "DECIDED",
    "EDITABLE",
    "OPEN",
    "TRANSITIONS",
    "UNDER_REVIEW",
    "State",
    "Transition",
    "check",
]


class State(str, Enum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    CONDITIONAL = "approved_with_conditions"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RELEASED = "released"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    STALE = "stale"


@dataclass(frozen=True)
class Transition:
    """One way to go on: `name` is the action, `sources` where it may start."""

    name: str
    sources: frozenset[State]
    target: State
    needs_reason: bool = False


EDITABLE = frozenset({State.DRAFT, State.CHANGES_REQUESTED})
"""States in which the workspace may be written to."""

UNDER_REVIEW = frozenset({State.SUBMITTED, State.IN_REVIEW})
"""States in which reviewers see the workspace and nobody may change it."""

DECIDED = frozenset({State.CONDITIONAL, State.APPROVED, State.SCHEDULED})
"""States in which the approval stands and the release is still to come."""

OPEN = EDITABLE | UNDER_REVIEW | DECIDED | {State.STALE}
"""States in which the request still holds its dataset; one such request at a time."""

TRANSITIONS: dict[str, Transition] = {
    t.name: t
    for t in (
        Transition("submit", EDITABLE, State.SUBMITTED),
        Transition("forward", frozenset({State.SUBMITTED}), State.IN_REVIEW),
        Transition("approve", UNDER_REVIEW, State.APPROVED),
        Transition("approve_with_conditions", UNDER_REVIEW, State.CONDITIONAL),
        Transition("meet_conditions", frozenset({State.CONDITIONAL}), State.APPROVED),
        Transition(
            "request_changes",
            UNDER_REVIEW | {State.CONDITIONAL},
            State.CHANGES_REQUESTED,
            needs_reason=True,
        ),
        Transition("decline", UNDER_REVIEW, State.DECLINED, needs_reason=True),
        Transition("withdraw", OPEN, State.WITHDRAWN),
        Transition("expire", EDITABLE | {State.STALE}, State.EXPIRED),
        Transition("schedule", frozenset({State.APPROVED, State.SCHEDULED}), State.SCHEDULED),
        Transition("mark_stale", frozenset({State.APPROVED, State.SCHEDULED}), State.STALE),
        Transition("rebase", EDITABLE | {State.STALE}, State.DRAFT),
        Transition("release", frozenset({State.APPROVED, State.SCHEDULED}), State.RELEASED),
        Transition("break_glass", UNDER_REVIEW | DECIDED, State.RELEASED, needs_reason=True),
    )
}


def check(name: str, state: State, reason: str = "") -> Transition:
    """Return the transition `name` if it may start from `state`.

    Raises ConflictError, naming the state and what is possible from it.
    """
    transition = TRANSITIONS[name]
    if state not in transition.sources:
        possible = sorted(t.name for t in TRANSITIONS.values() if state in t.sources)
        raise ConflictError(
            f"This request is {words(state)}, so it cannot be used for '{words(name)}'. "
            + (
                f"Possible now: {', '.join(map(words, possible))}." if possible else "It has ended."
            ),
            state=state.value,
            possible=possible,
        )
    if transition.needs_reason and not reason.strip():
        raise ConflictError(
            f"Say why: '{words(name)}' needs a written reason.", state=state.value, field="reason"
        )
    return transition


def words(name: str) -> str:
    """Return the name of a state or transition as plain words."""
    return name.replace("_", " ")
