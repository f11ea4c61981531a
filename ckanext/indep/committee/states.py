"""The states of a meeting and the transitions between them, as data.

Who may use a transition is decided in ``logic/auth.py``; what else must hold, such as the
notice that the public is given, in ``service.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ckanext.indep.errors import ConflictError

__all__ = [
    "ANNOUNCED",
    "HELD",
    "PREPARING",
    "TRANSITIONS",
    "MeetingState",
    "Presence",
    "Section",
    "Transition",
    "check",
]


class MeetingState(str, Enum):
    PLANNED = "planned"
    AGENDA_POSTED = "agenda_posted"
    IN_SESSION = "in_session"
    ADJOURNED = "adjourned"
    MINUTES_DRAFTED = "minutes_drafted"
    MINUTES_APPROVED = "minutes_approved"
    CANCELLED = "cancelled"


class Section(str, Enum):
    """The part of an agenda in which an item stands."""

    CONSENT = "consent"
    DISCUSSION = "discussion"
    OTHER = "other"


class Presence(str, Enum):
    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


@dataclass(frozen=True)
class Transition:
    """One way to go on: `name` is what is done, `sources` where it may start.

    `target` is None for what is done within a state and leaves it as it is.
    """

    name: str
    sources: frozenset[MeetingState]
    target: MeetingState | None = None


PREPARING = frozenset({MeetingState.PLANNED, MeetingState.AGENDA_POSTED})
"""States in which a meeting still lies ahead."""

ANNOUNCED = frozenset(MeetingState) - {MeetingState.PLANNED}
"""States in which items that were posted are public; of a cancelled meeting as well."""

HELD = frozenset(
    {MeetingState.ADJOURNED, MeetingState.MINUTES_DRAFTED, MeetingState.MINUTES_APPROVED}
)
"""States of a meeting that took place."""

_SESSION = frozenset({MeetingState.IN_SESSION})

TRANSITIONS: dict[str, Transition] = {
    t.name: t
    for t in (
        Transition("change the meeting", PREPARING),
        Transition("change the agenda", PREPARING),
        Transition("pull an item from consent", PREPARING | _SESSION),
        Transition("write notes", PREPARING | _SESSION | {MeetingState.ADJOURNED}),
        Transition("post the agenda", PREPARING, MeetingState.AGENDA_POSTED),
        Transition("cancel", PREPARING, MeetingState.CANCELLED),
        Transition("open", frozenset({MeetingState.AGENDA_POSTED}), MeetingState.IN_SESSION),
        Transition("record attendance", _SESSION),
        Transition("record votes", _SESSION),
        Transition("adjourn", _SESSION, MeetingState.ADJOURNED),
        Transition(
            "draft the minutes",
            frozenset({MeetingState.ADJOURNED, MeetingState.MINUTES_DRAFTED}),
            MeetingState.MINUTES_DRAFTED,
        ),
        Transition(
            "approve the minutes",
            frozenset({MeetingState.MINUTES_DRAFTED}),
            MeetingState.MINUTES_APPROVED,
        ),
    )
}

_WORDS = {
    MeetingState.PLANNED: "is planned, its agenda not posted",
    MeetingState.AGENDA_POSTED: "has its agenda posted",
    MeetingState.IN_SESSION: "is in session",
    MeetingState.ADJOURNED: "is adjourned",
    MeetingState.MINUTES_DRAFTED: "has draft minutes",
    MeetingState.MINUTES_APPROVED: "has approved minutes",
    MeetingState.CANCELLED: "is cancelled",
}


def check(name: str, state: MeetingState) -> Transition:
    """Return the transition `name` if it may start from `state`.

    Raises ConflictError, naming the state and what is possible from it.
    """
    transition = TRANSITIONS[name]
    if state in transition.sources:
        return transition
    possible = [t.name for t in TRANSITIONS.values() if state in t.sources]
    way_on = f"Possible now: {', '.join(possible)}." if possible else "Nothing more can be done."
    raise ConflictError(
        f"This meeting {_WORDS[state]}, so one cannot {name}. {way_on}",
        state=state.value,
        possible=possible,
    )
