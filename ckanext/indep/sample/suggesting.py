"""The charts that the sample's departments suggest: one is accepted, one waits."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model

from ckanext.indep.insight import config
from ckanext.indep.insight.suggestions import book, making, rendering
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.states import State
from ckanext.indep.sample import city
from ckanext.indep.sample.acting import act

__all__ = ["load"]

STEWARD, ANALYST = "data-steward", "performance-analyst"


def load() -> int:
    """Suggest what is missing and have the first accepted; return how many suggestions there are.

    Nobody accepts what is not drawn: without the library that draws, or without a performance
    office, it waits like the other.
    """
    charts = city.charts()
    accepted = _suggest(charts["accepted"])
    if accepted.state is State.SUGGESTED and rendering.is_available() and config.office():
        making.make_due()
        act(ANALYST, "indep_suggestion_decide", id=accepted.id, decision="accept")
    _suggest(charts["waiting"])
    return len(charts)


def _suggest(chart: dict[str, Any]) -> Suggested:
    """The suggestion of this title, made now if there is none."""
    measure = ckan_model.Package.get(chart["measure"])
    assert measure, "it was released before"
    known = {one.title: one for one in book.of_measure(measure.id)}
    if chart["title"] in known:
        return known[chart["title"]]
    given = {key: chart[key] for key in ("title", "explanation", "specification")}
    made = act(STEWARD, "indep_suggestion_create", id=measure.id, **given)
    found = book.one(made["id"])
    assert found, "it was made just now"
    return found
