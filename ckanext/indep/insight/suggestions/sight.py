"""Whose suggestions somebody may see, and of which measures."""

from __future__ import annotations

from ckan.types import Context

from ckanext.indep.insight import listing, rights
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.states import State

__all__ = ["is_visible", "own_measures"]


def is_visible(context: Context, suggested: Suggested) -> bool:
    """Whether somebody may see a suggestion: an accepted one everybody, others the department of
    the measure and the performance office."""
    return (
        suggested.state is State.ACCEPTED
        or rights.role_for_measure(context, suggested.measure_id) in rights.ENTERS
        or rights.is_in_office(context)
    )


def own_measures(context: Context) -> list[Definition]:
    """The public measures for which somebody may suggest charts; by title."""
    found = sorted(listing.definitions(), key=lambda one: one.title.lower())
    departments = {one.department for one in found}
    own = {name for name in departments if rights.role_in(context, name) in rights.ENTERS}
    return [one for one in found if one.department in own]
