"""Tells those concerned of proposals; sent after the commit."""

from __future__ import annotations

from collections.abc import Sequence

import ckan.model as model

from ckanext.indep import events
from ckanext.indep.insight import config, rights
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.targets.cases import Case, Step

__all__ = ["proposed", "taken"]

_DECIDED = {
    Step.SEND_BACK: "Your proposal for “{title}” was sent back",
    Step.APPROVE: "Your proposal for “{title}” was approved",
    Step.DECLINE: "Your proposal for “{title}” was declined",
}


def proposed(measure: Definition, cases: Sequence[Case]) -> None:
    """Tell the performance office of a new proposal."""
    what = "A target" if cases[0].last is None else "A baseline"
    text = f"{what} was proposed for “{measure.title}”"
    _tell("target_proposed", cases, rights.people(config.office()), text)


def taken(measure: Definition, cases: Sequence[Case], step: Step) -> None:
    """Tell the city manager what is recommended, and the proposer what was decided."""
    if step is Step.RECOMMEND:
        text = f"A proposal for “{measure.title}” waits for your decision"
        _tell("target_recommended", cases, rights.people(config.office(), "admin"), text)
    elif step in _DECIDED:
        proposer = model.User.get(cases[0].proposed_by)
        text = _DECIDED[step].format(title=measure.title)
        _tell(f"target_{step.value}", cases, {proposer.id} if proposer else set(), text)


def _tell(kind: str, cases: Sequence[Case], user_ids: set[str], text: str) -> None:
    number = cases[0].id
    events.notice.send(
        kind,
        subject=cases[0].measure_id,
        period=str(number),
        user_ids=user_ids,
        text=text,
        path=f"/insight/staff/target-proposal/{number}",
    )
