"""A proposal with its steps, and the states that it goes through (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from ckanext.indep.errors import ConflictError
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Target

__all__ = ["OPEN", "TRANSITIONS", "Case", "Said", "State", "Step", "follow", "replay"]


class State(str, Enum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    RECOMMENDED = "recommended"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Step(str, Enum):
    """What can be done with a proposal."""

    RECOMMEND = "recommend"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    NOTE = "note"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.PROPOSED, Step.RECOMMEND): State.RECOMMENDED,
    (State.PROPOSED, Step.SEND_BACK): State.SENT_BACK,
    (State.PROPOSED, Step.WITHDRAW): State.WITHDRAWN,
    (State.PROPOSED, Step.NOTE): State.PROPOSED,
    (State.RECOMMENDED, Step.SEND_BACK): State.SENT_BACK,
    (State.RECOMMENDED, Step.APPROVE): State.APPROVED,
    (State.RECOMMENDED, Step.DECLINE): State.DECLINED,
    (State.RECOMMENDED, Step.WITHDRAW): State.WITHDRAWN,
    (State.RECOMMENDED, Step.NOTE): State.RECOMMENDED,
}
"""What each step leads to; a step that is not here cannot be taken."""

OPEN = frozenset(state for state, _step in TRANSITIONS)
"""The states in which something can still be done."""

_NAMES = {
    State.PROPOSED: "waits for its review by the performance office",
    State.RECOMMENDED: "waits for the city manager",
    State.SENT_BACK: "was sent back",
    State.APPROVED: "was approved",
    State.DECLINED: "was declined",
    State.WITHDRAWN: "was withdrawn",
}


@dataclass(frozen=True)
class Said:
    """A step that was taken, by whom, with a note."""

    step: Step
    note: str
    made_by: str
    made_at: datetime
    revision: int | None = None


@dataclass(frozen=True)
class Case:
    """A proposal. ``target`` is None for a baseline, which runs to the period ``last``."""

    id: int
    measure_id: str
    period: Period
    last: Period | None
    target: Target | None
    value: Decimal | None
    reason: str
    department: str
    batch: str
    based_on: int
    proposed_by: str
    proposed_at: datetime
    steps: tuple[Said, ...] = ()

    @property
    def kind(self) -> str:
        """``target`` or ``baseline``."""
        return "target" if self.last is None else "baseline"

    @property
    def place(self) -> str:
        """What it is a proposal for; only one can be open for each place of a measure."""
        return self.period.key if self.last is None else "baseline"

    @property
    def state(self) -> State:
        """Where it stands."""
        return replay(said.step for said in self.steps)

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided."""
        return self.state in OPEN


def replay(steps: Iterable[Step]) -> State:
    """The state after these steps. Raises ConflictError for one that could not be taken."""
    state = State.PROPOSED
    for step in steps:
        state = follow(state, step)
    return state


def follow(state: State, step: Step) -> State:
    """The state that a step leads to. Raises ConflictError if it cannot be taken."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise ConflictError(
            f"This proposal {_NAMES[state]}. Look at it again.", state=state.value
        ) from None
