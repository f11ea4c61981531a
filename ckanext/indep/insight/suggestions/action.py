"""Suggesting charts for measures, and deciding about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.indep.errors import IndepError
from ckanext.indep.insight import listing
from ckanext.indep.insight.answers import actor, validated
from ckanext.indep.insight.suggestions import (
    book,
    jobs,
    making,
    schema,
    service,
    sight,
    telling,
)
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.states import Step

__all__ = [
    "indep_suggestion_create",
    "indep_suggestion_decide",
    "indep_suggestion_list",
    "indep_suggestion_show",
    "indep_suggestion_withdraw",
]


def indep_suggestion_create(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Suggest a chart for a measure, as a Vega-Lite specification without data.

    The portal adds the published rows of the measure, the size and the colors. A worker draws
    it, for the department and the performance office to look at.

    :param id: name or id of the measure
    :param title: what the chart is called
    :param explanation: what it shows, in a sentence or two, for those who do not see it
    :param specification: the specification, as JSON text or as an object
    :returns: the suggestion, as in ``indep_suggestion_show``
    """
    data = validated(schema.suggest, context, data_dict)
    measure = listing.public_measure(data["id"])
    tk.check_access("indep_suggestion_create", context, {"id": measure.id})
    text = _text(data_dict.get("specification"))
    try:
        made = service.suggest(measure, data["title"], data["explanation"], text, actor(context))
    except service.WrongError as error:
        raise tk.ValidationError({"specification": list(error.problems)}) from error
    except IndepError as error:
        raise tk.ValidationError({"id": [error.message]}) from error
    jobs.request()
    telling.suggested(measure, made)
    return _as_dict(made)


@tk.side_effect_free
def indep_suggestion_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The suggestions that the person may see, newest first; everybody sees the accepted ones.

    :param id: name or id of a measure (optional)
    :returns: a list of what ``indep_suggestion_show`` gives
    """
    data = validated(schema.measure, context, data_dict)
    tk.check_access("indep_suggestion_list", context, data)
    if data.get("id"):
        found = book.of_measure(listing.public_measure(data["id"]).id)
    else:
        public = {measure.id for measure in listing.definitions()}
        found = [one for one in book.all_suggestions() if one.measure_id in public]
    return [_as_dict(one) for one in found if sight.is_visible(context, one)]


@tk.side_effect_free
def indep_suggestion_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """One suggestion, with its steps and the state of its drawing.

    :param id: its number
    :returns: ``measure_id``, ``title``, ``explanation``, ``specification``, ``department``,
        ``state``, ``steps``, and ``drawing``: ``waits``, ``ready``, or ``failed`` with ``problem``
    """
    data = validated(schema.suggestion, context, data_dict)
    tk.check_access("indep_suggestion_show", context, data)
    found = _suggested(data)
    summary = listing.summary_of(listing.public_measure(found.measure_id))
    shown = making.shown(found, summary)
    return {**_as_dict(found), "drawing": shown.state, "problem": shown.problem}


def indep_suggestion_decide(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Accept a suggestion, which puts it on the measure's page; decline it; or take it down.

    :param id: its number
    :param decision: ``accept``, ``decline``, or ``retire`` for an accepted one
    :param note: why; needed to decline and to take down
    :returns: the suggestion
    """
    data = validated(schema.decide, context, data_dict)
    tk.check_access("indep_suggestion_decide", context, data)
    step = Step(data["decision"])
    if step is not Step.ACCEPT and not data.get("note"):
        raise tk.ValidationError({"note": [tk._("Write a note, so that the others know why.")]})
    if step is Step.ACCEPT:
        _check_is_drawn(_suggested(data))
    return _taken(context, data, step)


def indep_suggestion_withdraw(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take back a suggestion of one's own that still waits.

    :param id: its number
    :param note: why (optional)
    :returns: the suggestion
    """
    data = validated(schema.step, context, data_dict)
    tk.check_access("indep_suggestion_withdraw", context, data)
    return _taken(context, data, Step.WITHDRAW)


def _check_is_drawn(found: Suggested) -> None:
    """Nobody accepts what they cannot have seen."""
    summary = listing.summary_of(listing.public_measure(found.measure_id))
    if not making.shown(found, summary).is_ready:
        raise tk.ValidationError({"id": [tk._("It is not drawn yet with the present figures.")]})


def _taken(context: Context, data: Mapping[str, Any], step: Step) -> dict[str, Any]:
    measure = listing.public_measure(_suggested(data).measure_id)
    try:
        found = service.take(data["id"], step, data.get("note") or "", actor(context))
    except IndepError as error:
        raise tk.ValidationError({"id": [error.message]}) from error
    telling.taken(measure, found, step)
    return _as_dict(found)


def _suggested(data: Mapping[str, Any]) -> Suggested:
    found = book.one(data["id"])
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such suggestion."))
    return found


def _as_dict(found: Suggested) -> dict[str, Any]:
    return {
        "id": found.id,
        "measure_id": found.measure_id,
        "title": found.title,
        "explanation": found.explanation,
        "specification": json.loads(found.specification),
        "department": found.department,
        "state": found.state.value,
        "suggested_at": found.suggested_at.isoformat(),
        "steps": [
            {"step": one.step.value, "note": one.note, "at": one.made_at.isoformat()}
            for one in found.steps
        ],
    }


def _text(value: Any) -> str:
    """A specification as text; whatever is not JSON is refused when it is read."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
