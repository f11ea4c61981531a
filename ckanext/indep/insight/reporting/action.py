"""Entering the figures of a quarter, signing them off, and how far the departments are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.indep import city_time
from ckanext.indep.errors import IndepError
from ckanext.indep.insight import periods
from ckanext.indep.insight import service as record
from ckanext.indep.insight.answers import actor, validated
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import Row
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.reporting import desks, entry, schema, service
from ckanext.indep.insight.reporting.progress import Desk, Task

__all__ = [
    "indep_figures_record",
    "indep_figures_show",
    "indep_quarter_sign_off",
    "indep_reporting_list",
]


@tk.side_effect_free
def indep_reporting_list(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """How far all departments are with a quarter.

    :param period: the quarter, such as ``FY2026 Q1``; by default the last that has ended
    :returns: ``period``, ``data_due``, ``review``, ``council``, and ``departments``, each with
        ``missing``, ``entered``, ``signed_off`` and ``late``
    """
    data = validated(schema.quarter_only, context, data_dict)
    tk.check_access("indep_reporting_list", context, data)
    quarter = _quarter(data)
    when = desks.dates(quarter)
    return {
        "period": quarter.key,
        "data_due": when.data_due.isoformat(),
        "review": when.review_on.isoformat(),
        "council": when.council_on.isoformat(),
        "departments": [_outline(desk) for desk in desks.all_desks(quarter)],
    }


@tk.side_effect_free
def indep_figures_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What a department has handed in of a quarter, and what is missing.

    :param department: its name or id
    :param period: the quarter; by default the last that has ended
    :returns: the department as in ``indep_reporting_list``, and ``figures``: for each measure
        and period its ``key``, what stands in the record, and ``progress`` (missing, entered,
        published, corrected or optional)
    """
    data = validated(schema.department_quarter, context, data_dict)
    tk.check_access("indep_figures_show", context, data)
    desk = desks.desk(data["department"], _quarter(data))
    return {**_outline(desk), "figures": [_figure(task) for task in desk.tasks]}


def indep_figures_record(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Hand in figures of a quarter: all of them, or none if one is wrong.

    Nobody outside the department and the performance office sees them before publication.

    :param department: its name or id
    :param period: the quarter; by default the last that has ended
    :param figures: ``{key: {"value": …}}`` with the keys of ``indep_figures_show``; a figure is
        ``value``, or ``numerator`` and ``denominator``, ``margin``, ``state``,
        ``provisional``, ``comment``, and ``reason`` where a public figure is corrected
    :returns: ``recorded``, how many figures and comments were new
    """
    data = validated(schema.department_quarter, context, data_dict)
    tk.check_access("indep_figures_record", context, data)
    quarter = _quarter(data)
    values = _values(data_dict.get("figures"))
    desk = desks.desk(data["department"], quarter)
    unknown = sorted(values.keys() - {task.key for task in desk.tasks})
    if unknown:
        raise tk.ValidationError(
            {"figures": [f"“{unknown[0][:80]}” is no figure of {desk.title} in {quarter.label}."]}
        )
    given = entry.read(desk.tasks, values)
    if given.errors:
        raise tk.ValidationError(cast("dict[str, Any]", given.errors))
    batch: dict[Definition, list[Row]] = {}
    for measure, row in given.rows:
        batch.setdefault(measure, []).append(row)
    try:
        loaded = record.load_histories(list(batch.items()), actor(context))
    except IndepError as error:
        raise tk.ValidationError({"figures": [error.message]}) from error
    return {"period": quarter.key, "recorded": loaded.written}


def indep_quarter_sign_off(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Sign off the figures of a department, which can be published from then on.

    What is handed in later has to be signed off again.

    :param department: its name or id
    :param period: the quarter; by default the last that has ended
    :param note: what the performance office should know (optional)
    :returns: the department as in ``indep_reporting_list``
    """
    data = validated(schema.sign_off, context, data_dict)
    tk.check_access("indep_quarter_sign_off", context, data)
    try:
        desk = service.sign_off(
            data["department"], _quarter(data), data.get("note") or "", actor(context)
        )
    except IndepError as error:
        raise tk.ValidationError({"period": [error.message]}) from error
    return _outline(desk)


def _outline(desk: Desk) -> dict[str, Any]:
    return {
        "department": desk.name,
        "title": desk.title,
        "period": desk.quarter.key,
        "data_due": desk.dates.data_due.isoformat(),
        "missing": desk.missing,
        "entered": desk.entered,
        "waiting": len(desk.waiting),
        "signed_off": desk.is_signed,
        "signed_by": desk.signed_by or None,
        "signed_on": desk.signed_on.isoformat() if desk.signed_on else None,
        "changed_since": desk.was_changed,
        "note": desk.note,
        "late": desk.is_late(city_time.today()),
    }


def _figure(task: Task) -> dict[str, Any]:
    standing = task.standing

    def text(number: object) -> str | None:
        return None if number is None else str(number)

    return {
        "key": task.key,
        "measure": task.measure.name,
        "title": task.measure.title,
        "period": task.period.key,
        "progress": task.progress.value,
        "computed": task.is_computed,
        "state": standing.state if standing else None,
        "value": text(standing.value) if standing else None,
        "numerator": text(standing.numerator) if standing else None,
        "denominator": text(standing.denominator) if standing else None,
        "margin": text(standing.margin) if standing else None,
        "provisional": bool(standing and standing.provisional),
        "comment": task.comment,
    }


def _values(given: Any) -> Mapping[str, Mapping[str, Any]]:
    fits = isinstance(given, Mapping) and all(
        isinstance(key, str)
        and isinstance(value, Mapping)
        and all(isinstance(part, str | int | float | bool | None) for part in value.values())
        for key, value in given.items()
    )
    if not fits:
        raise tk.ValidationError(
            {"figures": ["Send an object: the key of a figure, then its fields."]}
        )
    return given


def _quarter(data: Mapping[str, Any]) -> Period:
    if not data.get("period"):
        return desks.current_quarter()
    try:
        period = periods.parse(data["period"])
    except periods.PeriodError as error:
        raise tk.ValidationError({"period": [str(error)]}) from error
    if period.kind is not Kind.QUARTER:
        raise tk.ValidationError({"period": [f"{period.label} is not a quarter."]})
    if period.end >= city_time.today():
        raise tk.ValidationError({"period": [f"{period.label} has not ended yet."]})
    return period
