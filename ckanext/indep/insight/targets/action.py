"""Proposing targets and baselines, reviewing them, and deciding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.indep.errors import IndepError
from ckanext.indep.insight import listing
from ckanext.indep.insight.answers import actor, validated
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.targets import book, given, schema, service, sight, telling
from ckanext.indep.insight.targets.cases import Case, Step

__all__ = [
    "indep_baseline_propose",
    "indep_target_decide",
    "indep_target_note",
    "indep_target_proposal_list",
    "indep_target_proposal_show",
    "indep_target_propose",
    "indep_target_review",
    "indep_target_withdraw",
]


def indep_target_propose(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Propose targets of periods and annual goals of a measure: all of them, or none.

    Nobody outside the department and the performance office sees them before approval.

    :param id: name or id of the measure
    :param targets: ``{period: {"target": …}}`` with periods such as ``FY2027 Q1`` or ``FY2027``;
        of a measure that should lie in a range ``low`` and ``high`` instead
    :param reason: why, for the public to read once they are approved
    :returns: ``proposals``, each as in ``indep_target_proposal_show``
    """
    data = validated(schema.targets, context, data_dict)
    measure = listing.public_measure(data["id"])
    tk.check_access("indep_target_propose", context, {"id": measure.id})
    values = _values(data_dict.get("targets"))
    return _proposed(
        measure,
        lambda: service.propose_targets(measure, values, data.get("reason") or "", actor(context)),
    )


def indep_baseline_propose(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Propose a measure's baseline, or that it is being set.

    While a baseline is being set, results are not scored.

    :param id: name or id of the measure
    :param first: the first period that it rests on
    :param last: the last one
    :param value: the baseline; left out with ``being_set``
    :param being_set: whether it is still being set
    :param reason: how it was found, for the public to read once it is approved
    :returns: ``proposals``, as in ``indep_target_propose``
    """
    data = validated(schema.baseline, context, data_dict)
    measure = listing.public_measure(data["id"])
    tk.check_access("indep_baseline_propose", context, {"id": measure.id})
    return _proposed(
        measure,
        lambda: service.propose_baseline(measure, data, data.get("reason") or "", actor(context)),
    )


@tk.side_effect_free
def indep_target_proposal_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The proposals for a measure, newest first; without one all that the person may see.

    :param id: name or id of the measure (optional)
    :returns: a list of what ``indep_target_proposal_show`` gives
    """
    data = validated(schema.measure, context, data_dict)
    if data.get("id"):
        measures = [listing.public_measure(data["id"])]
        tk.check_access("indep_target_proposal_list", context, {"id": measures[0].id})
    else:
        tk.check_access("indep_target_proposal_list", context, {})
        measures = sight.visible(context)
    by_id = {measure.id: measure for measure in measures}
    return [_as_dict(by_id[case.measure_id], case) for case in book.cases(list(by_id))]


@tk.side_effect_free
def indep_target_proposal_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """One proposal, with its steps and notes.

    :param id: its number
    :returns: ``measure``, ``kind`` (target or baseline), ``period`` and ``last_period``,
        ``target``, ``low``, ``high``, ``reason``, ``state``, ``proposed_by``, ``steps``
    """
    data = validated(schema.proposal, context, data_dict)
    tk.check_access("indep_target_proposal_show", context, data)
    case = _case(data)
    return _as_dict(listing.public_measure(case.measure_id), case)


def indep_target_note(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say something about an open proposal, for the department and the performance office.

    :param id: its number
    :param note: what is to be said
    :returns: the proposal
    """
    data = validated(schema.step, context, data_dict)
    tk.check_access("indep_target_note", context, data)
    return _taken(context, {**data, "together": False}, Step.NOTE)


def indep_target_review(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Recommend a proposal to the city manager, or send it back to its department.

    :param id: its number
    :param outcome: ``recommend`` or ``send_back``
    :param note: what the others should know; needed to send it back
    :param together: whether all that was proposed at once, and is in the same state, is meant
    :returns: the proposal
    """
    data = validated(schema.review, context, data_dict)
    tk.check_access("indep_target_review", context, data)
    return _taken(context, data, Step(data["outcome"]))


def indep_target_decide(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Approve a recommended proposal, which puts it into force at once, or decline it.

    :param id: its number
    :param decision: ``approve`` or ``decline``
    :param note: what the others should know; needed to decline
    :param together: whether all that was proposed at once, and is in the same state, is meant
    :returns: the proposal
    """
    data = validated(schema.decide, context, data_dict)
    tk.check_access("indep_target_decide", context, data)
    return _taken(context, data, Step(data["decision"]))


def indep_target_withdraw(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take back a proposal of one's own.

    :param id: its number
    :param note: why (optional)
    :param together: whether all that was proposed at once, and is in the same state, is meant
    :returns: the proposal
    """
    data = validated(schema.step, context, data_dict)
    tk.check_access("indep_target_withdraw", context, data)
    return _taken(context, data, Step.WITHDRAW)


def _proposed(measure: Definition, propose: Callable[[], list[Case]]) -> dict[str, Any]:
    try:
        cases = propose()
    except given.WrongError as error:
        raise tk.ValidationError(cast("dict[str, Any]", error.errors)) from error
    telling.proposed(measure, cases)
    return {"proposals": [_as_dict(measure, case) for case in cases]}


def _taken(context: Context, data: Mapping[str, Any], step: Step) -> dict[str, Any]:
    note = (data.get("note") or "").strip()
    if not note and step in (Step.NOTE, Step.SEND_BACK, Step.DECLINE):
        raise tk.ValidationError({"note": [tk._("Write a note, so that the others know why.")]})
    if len(note) > given.LONGEST_TEXT:
        limit = tk._("Write at most {number} characters.").format(number=given.LONGEST_TEXT)
        raise tk.ValidationError({"note": [limit]})
    case = _case(data)
    measure = listing.public_measure(case.measure_id)
    chosen = [case.id]
    if data.get("together"):
        chosen += [
            one.id for one in book.batch(case) if one.state is case.state and one.id != case.id
        ]
    try:
        cases = service.take(measure, chosen, step, note, actor(context))
    except IndepError as error:
        raise tk.ValidationError({"id": [error.message]}) from error
    telling.taken(measure, cases, step)
    return _as_dict(measure, cases[0])


def _case(data: Mapping[str, Any]) -> Case:
    case = book.case(data["id"])
    if case is None:
        raise tk.ObjectNotFound(tk._("There is no such proposal."))
    return case


def _as_dict(measure: Definition, case: Case) -> dict[str, Any]:
    def text(number: object) -> str | None:
        return None if number is None else str(number)

    target = case.target
    return {
        "id": case.id,
        "measure": measure.name,
        "title": measure.title,
        "kind": case.kind,
        "period": case.period.key,
        "last_period": case.last.key if case.last else None,
        "target": text(target.value if target else case.value),
        "low": text(target.low) if target else None,
        "high": text(target.high) if target else None,
        "reason": case.reason,
        "state": case.state.value,
        "department": case.department,
        "proposed_by": case.proposed_by,
        "proposed_at": case.proposed_at.isoformat(),
        "steps": [
            {
                "step": said.step.value,
                "note": said.note,
                "by": said.made_by,
                "at": said.made_at.isoformat(),
            }
            for said in case.steps
        ],
    }


def _values(values: Any) -> Mapping[str, Mapping[str, Any]]:
    fits = isinstance(values, Mapping) and all(
        isinstance(key, str)
        and isinstance(fields, Mapping)
        and all(isinstance(part, str | int | float | None) for part in fields.values())
        for key, fields in values.items()
    )
    if not fits:
        raise tk.ValidationError({"targets": ["Send an object: a period, then its fields."]})
    return values
