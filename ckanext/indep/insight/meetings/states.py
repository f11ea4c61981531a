"""The states of meetings and of what was agreed in them (pure)."""

from __future__ import annotations

from enum import Enum

from ckanext.indep.errors import ConflictError

__all__ = ["ActionState", "MeetingState", "check_change"]


class MeetingState(str, Enum):
    """Where a meeting stands; what is held or cancelled stays so."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class ActionState(str, Enum):
    """Where something that was agreed stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


def check_change(state: MeetingState) -> None:
    """Raise ConflictError unless a meeting in this state may still be changed."""
    if state is not MeetingState.PLANNED:
        raise ConflictError(f"This meeting is {state.value}, so it cannot be changed.")
