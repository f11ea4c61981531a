"""Tells those concerned of suggestions; sent after the commit."""

from __future__ import annotations

import ckan.model as model

from ckanext.indep import events
from ckanext.indep.insight import config, rights
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.states import Step

__all__ = ["suggested", "taken"]

_DECIDED = {
    Step.ACCEPT: "Your suggested chart for “{title}” was accepted",
    Step.DECLINE: "Your suggested chart for “{title}” was declined",
    Step.RETIRE: "Your suggested chart for “{title}” was taken down",
}


def suggested(measure: Definition, one: Suggested) -> None:
    """Tell the performance office of a new suggestion."""
    text = f"A chart was suggested for “{measure.title}”"
    _tell("suggestion_made", one, rights.people(config.office()), text)


def taken(measure: Definition, one: Suggested, step: Step) -> None:
    """Tell the person who suggested it what became of it."""
    if step in _DECIDED:
        person = model.User.get(one.suggested_by)
        text = _DECIDED[step].format(title=measure.title)
        _tell(f"suggestion_{step.value}", one, {person.id} if person else set(), text)


def _tell(kind: str, one: Suggested, user_ids: set[str], text: str) -> None:
    events.notice.send(
        kind,
        subject=one.measure_id,
        period=str(one.id),
        user_ids=user_ids,
        text=text,
        path=f"/insight/staff/suggestion/{one.id}",
    )
