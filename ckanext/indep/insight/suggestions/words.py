"""What the pages say about suggestions."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.indep.insight.suggestions.states import State, Step

__all__ = ["state", "step", "tone"]


def state(one: State) -> str:
    """The name of a state."""
    return {
        State.SUGGESTED: tk._("Waits for the performance office"),
        State.ACCEPTED: tk._("Accepted"),
        State.DECLINED: tk._("Declined"),
        State.WITHDRAWN: tk._("Withdrawn"),
        State.RETIRED: tk._("Taken down"),
    }[one]


def tone(one: State) -> str:
    """Which of the tones of pills a state has."""
    return {
        State.SUGGESTED: "warn",
        State.ACCEPTED: "good",
        State.DECLINED: "bad",
    }.get(one, "none")


def step(one: Step) -> str:
    """What somebody did."""
    return {
        Step.ACCEPT: tk._("accepted it"),
        Step.DECLINE: tk._("declined it"),
        Step.WITHDRAW: tk._("withdrew it"),
        Step.RETIRE: tk._("took it down"),
    }[one]
