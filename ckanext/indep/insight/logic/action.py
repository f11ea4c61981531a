"""INsight's actions. Each validates, checks access, and hands over to reader or service."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.indep.errors import IndepError, RefusedError
from ckanext.indep.insight import (
    config,
    export,
    history,
    listing,
    periods,
    reader,
    service,
    steady,
)
from ckanext.indep.insight.answers import actor, validated
from ckanext.indep.insight.logic import schema
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.reporting import service as reporting

__all__ = [
    "indep_cycle_publish",
    "indep_cycle_show",
    "indep_measure_list",
    "indep_measure_show",
    "indep_observation_record",
    "indep_target_set",
]


@tk.side_effect_free
def indep_measure_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """All public measures with latest result, target, status, trend and every period."""
    tk.check_access("indep_measure_list", context, data_dict)
    with _told_plainly():
        _version, summaries = steady.read(listing.summaries)
    return [export.as_dict(summary) for summary in summaries]


@tk.side_effect_free
def indep_measure_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """One public measure.

    :param id: its name or id
    """
    data = validated(schema.measure_show, context, data_dict)
    tk.check_access("indep_measure_show", context, data)
    measure = listing.public_measure(data["id"])
    with _told_plainly():
        _version, summary = steady.read(lambda: listing.summary_of(measure))
    return export.as_dict(summary)


def indep_observation_record(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Record a result of a measure; it is public from the next publication on.

    :param id: name or id of the measure
    :param period: such as ``FY2026 Q1``
    :param value: the figure, or ``numerator`` and ``denominator`` of a ratio
    :param margin: margin of error of a survey (optional)
    :param state: ``reported``, ``not_collected``, ``suppressed`` or ``retired``
    :param provisional: whether the figure may still change
    :param source: where it comes from (optional)
    :param reason: why a public figure is corrected
    :param comment: what residents should know about it (optional)
    :returns: ``recorded``: how many rows were written, 0 if nothing is new
    """
    data = validated(schema.observation_record, context, data_dict)
    measure = listing.public_measure(data["id"])
    tk.check_access("indep_observation_record", context, {"id": measure.id})
    with _told_plainly():
        row = history.read_row(data)
        if row.entry is None:
            raise RefusedError(f"{row.period.label} has no figure.", column="value")
        comments = [(row.period, row.comment)] if row.comment else []
        written = service.record(measure, [row.entry], actor(context), comments)
    return {"id": measure.id, "period": row.period.key, "recorded": written}


def indep_target_set(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Correct a target without a proposal; it is public at once, with reason and approver.

    Departments propose their targets: ``indep_target_propose``.

    :param id: name or id of the measure
    :param period: a period such as ``FY2027 Q1`` or a fiscal year such as ``FY2027``
    :param target: the value, or ``target_low`` and ``target_high`` of a range
    :param reason: why, for the public to read
    :returns: ``changed``: false if that target was already in force
    """
    data = validated(schema.target_set, context, data_dict)
    measure = listing.public_measure(data["id"])
    tk.check_access("indep_target_set", context, {"id": measure.id})
    with _told_plainly():
        period = periods.parse(data["period"])
        target = history.read_target(data, period)
        if target is None:
            raise RefusedError("Give a target, or both ends of a range.", column="target")
        changed = service.set_target(measure, period, target, data["reason"], actor(context))
    return {"id": measure.id, "period": period.key, "changed": changed}


def indep_cycle_publish(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Publish what the departments have signed off of a quarter, at once.

    :param period: the quarter, such as ``FY2026 Q1``
    :returns: ``version`` of the pages from now on, how many ``results`` became public, and
        ``left_out``: the departments that have handed in figures and not signed them off
    """
    data = validated(schema.cycle_publish, context, data_dict)
    tk.check_access("indep_cycle_publish", context, data)
    with _told_plainly():
        quarter = _quarter(data["period"])
        version, results, left_out = reporting.publish(quarter, actor(context))
    return {
        "period": quarter.key,
        "version": version,
        "results": results,
        "left_out": left_out,
    }


@tk.side_effect_free
def indep_cycle_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """The dates of a quarter's reporting.

    :param period: the quarter, such as ``FY2026 Q1``
    """
    data = validated(schema.cycle_show, context, data_dict)
    tk.check_access("indep_cycle_show", context, data)
    with _told_plainly():
        quarter = _quarter(data["period"])
    dates = reader.cycles().get(quarter) or config.calendar_rule().dates(quarter)
    return {
        "period": quarter.key,
        "period_end": quarter.end.isoformat(),
        "data_due": dates.data_due.isoformat(),
        "review": dates.review_on.isoformat(),
        "council": dates.council_on.isoformat(),
        "published": reader.is_published(quarter),
    }


def _quarter(text: str) -> Period:
    period = periods.parse(text)
    if period.kind is not Kind.QUARTER:
        raise RefusedError(f"{period.label} is not a quarter.")
    return period


@contextmanager
def _told_plainly() -> Generator[None]:
    """Turn refusals into the API's own errors, under the field they are about."""
    try:
        yield
    except IndepError as error:
        field = str(error.facts.get("column") or "period")
        raise tk.ValidationError({field: [error.message]}) from error
    except periods.PeriodError as error:
        raise tk.ValidationError({"period": [str(error)]}) from error
