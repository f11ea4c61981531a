"""The published rows of a measure, as a suggested chart finds them (pure)."""

from __future__ import annotations

from typing import Any

from ckanext.indep.insight.export import line_dict
from ckanext.indep.insight.status import Status
from ckanext.indep.insight.summary import Line, Summary

__all__ = ["COLUMNS", "STATUS", "rows"]

COLUMNS = {
    "period": "such as FY2027-Q1",
    "fiscal_year": "the year in which the fiscal year ends, a number",
    "number": "the number of the period in its year",
    "period_start": "its first day, a date",
    "period_end": "its last day, a date",
    "value": "the result; empty where there is none",
    "numerator": "what was counted, of a ratio",
    "denominator": "out of how many",
    "margin": "margin of error of a survey",
    "target": "the target, if it is one value",
    "target_low": "the lower end of a target range",
    "target_high": "the upper end of a target range",
    "status": "Goal Met, Under Goal, Goal Not Met or Not scored",
    "gap": "how far the result is on the good side of the target",
    "provisional": "whether the figure may still change",
    "first_reported": "the result as first reported",
}
"""The fields of each row, with what they hold."""

STATUS = {
    Status.MET: "Goal Met",
    Status.UNDER: "Under Goal",
    Status.NOT_MET: "Goal Not Met",
    Status.NOT_SCORED: "Not scored",
}


def rows(summary: Summary) -> list[dict[str, Any]]:
    """One row for each period, oldest first, also where a figure is missing."""
    return [_row(summary, line) for line in summary.lines]


def _row(summary: Summary, line: Line) -> dict[str, Any]:
    known = {
        **line_dict(summary, line),
        "fiscal_year": line.period.fiscal_year,
        "number": line.period.number,
        "status": STATUS[line.assessment.status],
    }
    return {column: known[column] for column in COLUMNS}
