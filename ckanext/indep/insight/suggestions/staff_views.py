"""Pages where departments suggest charts, look at the drawings, and the office decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from flask import Blueprint, Response, make_response

from ckanext.indep.insight import listing
from ckanext.indep.insight.staff import context, page
from ckanext.indep.insight.suggestions import book, making, serving, sight, words
from ckanext.indep.insight.suggestions.book import Suggested
from ckanext.indep.insight.suggestions.grammar import CHANNELS, MARKS, TRANSFORMS
from ckanext.indep.insight.suggestions.rows import COLUMNS
from ckanext.indep.insight.suggestions.states import TRANSITIONS, State, Step
from ckanext.indep.insight.targets.words import person

__all__ = ["blueprint"]

CLOSED_SHOWN = 30
REFRESH_SECONDS = "3"
"""After which the page of a suggestion that is being drawn asks again, without JavaScript."""

ACTION = {
    Step.ACCEPT: "indep_suggestion_decide",
    Step.DECLINE: "indep_suggestion_decide",
    Step.RETIRE: "indep_suggestion_decide",
    Step.WITHDRAW: "indep_suggestion_withdraw",
}
"""By which action each step is taken."""

EXAMPLE = """{
  "layer": [
    {"mark": {"type": "bar", "color": "#b4c7dc"}},
    {"mark": {"type": "tick", "color": "#801650", "thickness": 3},
     "encoding": {"y": {"field": "target", "type": "quantitative"}}}
  ],
  "encoding": {
    "x": {"field": "period", "type": "ordinal", "title": null},
    "y": {"field": "value", "type": "quantitative", "title": "Result, and target as a line"}
  }
}"""

blueprint = Blueprint("indep_suggestion_desk", __name__, url_prefix="/insight/staff")


@blueprint.route("/suggestions")
@page
def overview() -> str:
    """The suggestions that the reader may see, and the measures to suggest charts for."""
    titles = {measure.id: measure for measure in _searched(listing.definitions)}
    own = sight.own_measures(context())
    found = [
        one
        for one in book.all_suggestions()
        if one.measure_id in titles and sight.is_visible(context(), one)
    ]
    waiting = [one for one in found if one.state is State.SUGGESTED]
    mine = [one for one in waiting if _may_take(one, Step.ACCEPT)]
    return tk.render(
        "indep_insight/staff/suggestions.html",
        {
            "groups": [
                (tk._("Waiting for you"), mine),
                (tk._("Waiting"), [one for one in waiting if one not in mine]),
                (tk._("On the pages"), [one for one in found if one.state is State.ACCEPTED]),
                (
                    tk._("Closed lately"),
                    [one for one in found if not one.is_drawn][:CLOSED_SHOWN],
                ),
            ],
            "titles": titles,
            "measures": own,
            "words": words,
        },
    )


@blueprint.route("/suggestions/<measure>", methods=["GET", "POST"])
@page
def suggest(measure: str) -> Any:
    """The form to suggest a chart for a measure, with what may be used in it."""
    found = listing.public_measure(measure)
    tk.check_access("indep_suggestion_create", context(), {"id": found.id})
    values: Mapping[str, str] = {"specification": EXAMPLE}
    errors: Mapping[str, Any] = {}
    if tk.request.method == "POST":
        values = {name: str(text) for name, text in tk.request.form.items()}
        try:
            made = tk.get_action("indep_suggestion_create")(context(), {**values, "id": found.id})
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            return tk.redirect_to("indep_suggestion_desk.suggestion", number=made["id"])
    body = tk.render(
        "indep_insight/staff/suggest.html",
        {
            "measure": found,
            "suggestions": book.of_measure(found.id),
            "values": values,
            "errors": errors,
            "columns": COLUMNS,
            "marks": MARKS,
            "channels": sorted(CHANNELS),
            "transforms": sorted(TRANSFORMS),
            "words": words,
        },
    )
    return make_response(body, 409 if errors else 200)


@blueprint.route("/suggestion/<int:number>", methods=["GET", "POST"])
@page
def suggestion(number: int) -> Any:
    """One suggestion as it would stand on the measure's page, and what the reader may do."""
    tk.check_access("indep_suggestion_show", context(), {"id": number})
    errors: Mapping[str, Any] = {}
    if tk.request.method == "POST":
        try:
            _take(number, tk.request.form)
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            tk.h.flash_success(tk._("Noted. Those concerned are told."))
            return tk.redirect_to("indep_suggestion_desk.suggestion", number=number)
    found = _suggested(number)
    summary = listing.summary_of(listing.public_measure(found.measure_id))
    shown = making.shown(found, summary)
    body = tk.render(
        "indep_insight/staff/suggestion.html",
        {
            "suggested": found,
            "measure": summary.definition,
            "shown": shown,
            "steps": [step for step in Step if _may_take(found, step)],
            "values": tk.request.form,
            "errors": errors,
            "Step": Step,
            "words": words,
            "person": person,
        },
    )
    response = make_response(body, 409 if errors else 200)
    if found.is_drawn and shown.state == "waits" and not errors:
        response.headers["Refresh"] = REFRESH_SECONDS
    return response


@blueprint.route("/suggestion/<int:number>/<size>.svg")
@page
def preview(number: int, size: str) -> Response:
    """The drawing of a suggestion that was not accepted, for those who may see it."""
    tk.check_access("indep_suggestion_show", context(), {"id": number})
    return serving.svg(_suggested(number), size)


def _take(number: int, form: Mapping[str, str]) -> None:
    """Hand in what the reader did with a suggestion."""
    step, data = form.get("step", ""), {"id": number, "note": form.get("note", "")}
    if step == Step.WITHDRAW:
        tk.get_action("indep_suggestion_withdraw")(context(), data)
    else:
        tk.get_action("indep_suggestion_decide")(context(), {**data, "decision": step})


def _suggested(number: int) -> Suggested:
    found = book.one(number)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such suggestion."))
    return found


def _may_take(found: Suggested, step: Step) -> bool:
    if (found.state, step) not in TRANSITIONS:
        return False
    try:
        return tk.check_access(ACTION[step], context(), {"id": found.id})
    except tk.NotAuthorized:
        return False


def _searched(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except SearchError:
        tk.abort(503, tk._("The list of measures is not available just now. Try again soon."))
