"""What can become of a suggestion, as a table (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from ckanext.indep.errors import ConflictError

__all__ = ["TRANSITIONS", "State", "Step", "follow", "state_after"]


class State(str, Enum):
    """Where a suggestion stands."""

    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"


class Step(str, Enum):
    """What somebody does with a suggestion; each can be done once."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    RETIRE = "retire"


TRANSITIONS = {
    (State.SUGGESTED, Step.ACCEPT): State.ACCEPTED,
    (State.SUGGESTED, Step.DECLINE): State.DECLINED,
    (State.SUGGESTED, Step.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Step.RETIRE): State.RETIRED,
}


def state_after(steps: Sequence[Step]) -> State:
    """The state that these steps have led to."""
    state = State.SUGGESTED
    for step in steps:
        state = follow(state, step)
    return state


def follow(state: State, step: Step) -> State:
    """The state after a step. Raises ConflictError where the step is not possible."""
    try:
        return TRANSITIONS[state, step]
    except KeyError as error:
        raise ConflictError(
            f"This suggestion is {state.value}; that cannot be done now."
        ) from error
