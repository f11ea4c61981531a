"""What the pages say about proposals."""

from __future__ import annotations

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.indep.insight import sentences
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind
from ckanext.indep.insight.targets.cases import Case, State, Step
from ckanext.indep.insight.targets.stretch import Compared, Hits, Pacing

__all__ = ["compared", "hits", "pacing", "person", "proposal", "state", "step", "tone"]


def person(name: str) -> str:
    """The name of a person by their user name; what is no user's stays as it is."""
    user = model.User.get(name)
    return str(user.display_name) if user else name


def proposal(measure: Definition, case: Case) -> str:
    """What is proposed, such as ``at least 80.0 %``."""
    if case.target is not None:
        return sentences.target_text(measure, case.target)
    if case.value is None:
        return tk._("being set")
    return sentences.value(measure, case.value)


def state(one: State) -> str:
    """The name of a state."""
    return {
        State.PROPOSED: tk._("Waits for its review"),
        State.RECOMMENDED: tk._("Waits for the city manager"),
        State.SENT_BACK: tk._("Sent back"),
        State.APPROVED: tk._("Approved"),
        State.DECLINED: tk._("Declined"),
        State.WITHDRAWN: tk._("Withdrawn"),
    }[one]


def tone(one: State) -> str:
    """Which of the tones of pills a state has."""
    return {
        State.PROPOSED: "warn",
        State.RECOMMENDED: "warn",
        State.APPROVED: "good",
        State.SENT_BACK: "bad",
        State.DECLINED: "bad",
        State.WITHDRAWN: "none",
    }[one]


def step(one: Step) -> str:
    """What somebody did."""
    return {
        Step.RECOMMEND: tk._("recommended it"),
        Step.SEND_BACK: tk._("sent it back"),
        Step.APPROVE: tk._("approved it"),
        Step.DECLINE: tk._("declined it"),
        Step.WITHDRAW: tk._("withdrew it"),
        Step.NOTE: tk._("noted"),
    }[one]


def hits(measure: Definition, found: Hits) -> str:
    """Whether a target is a stretch, such as “Met in 9 of the last 12 quarters, so …”."""
    if found.is_stretch is None:
        return tk._("There are too few figures to say whether it is a stretch.")
    units = {
        Kind.MONTH: tk._("months"),
        Kind.QUARTER: tk._("quarters"),
        Kind.YEAR: tk._("years"),
    }
    words = (
        tk._("It would have been met in {hit} of the last {of} {units}, so it is a stretch.")
        if found.is_stretch
        else tk._("It would have been met in {hit} of the last {of} {units}, so not a stretch.")
    )
    unit = units[measure.kind] if measure.kind else tk._("periods")
    return words.format(hit=found.hit, of=found.of, units=unit)


def compared(one: Compared, to_baseline: bool = False) -> str:
    """How a target stands to the one in force, or to the baseline."""
    if to_baseline:
        return {
            Compared.TOUGHER: tk._("It asks for more than the baseline."),
            Compared.EASIER: tk._("The baseline already meets it."),
            Compared.SAME: tk._("It is the baseline itself."),
            Compared.OTHER: "",
        }[one]
    return {
        Compared.TOUGHER: tk._("It is tougher than the target in force."),
        Compared.EASIER: tk._("It is easier than the target in force."),
        Compared.SAME: tk._("It is the same as the target in force."),
        Compared.OTHER: tk._("It is another range than the one in force."),
    }[one]


def pacing(measure: Definition, found: Pacing) -> str:
    """How the targets of the periods add up to the annual goal."""
    words = (
        tk._("{known} of {needed} targets of the year add up to {total}; the goal is {goal}.")
        if found.known < found.needed
        else tk._("The targets of the year add up to {total}; the goal is {goal}.")
    )
    if not found.fits:
        words += " " + tk._("They should agree.")
    return words.format(
        known=found.known,
        needed=found.needed,
        total=sentences.value(measure, found.total),
        goal=sentences.value(measure, found.goal),
    )
