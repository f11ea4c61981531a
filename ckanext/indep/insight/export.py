"""A measure's published rows as CSV and JSON."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

from ckanext.indep.insight.status import Target, rounded
from ckanext.indep.insight.summary import Line, Summary
from ckanext.indep.spreadsheet import safe_cell

__all__ = ["COLUMNS", "as_csv", "as_dict", "line_dict"]

COLUMNS = (
    "period",
    "period_start",
    "period_end",
    "value",
    "numerator",
    "denominator",
    "margin",
    "unit",
    "target",
    "target_low",
    "target_high",
    "status",
    "not_scored_because",
    "gap",
    "provisional",
    "first_reported",
    "correction_reason",
    "comment",
    "published",
)


def as_csv(summary: Summary) -> str:
    """All periods, oldest first, safe to open in a spreadsheet; blanks are empty, never zero."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in summary.lines:
        row = line_dict(summary, line)
        writer.writerow([safe_cell(row[column]) for column in COLUMNS])
    return out.getvalue()


def as_dict(summary: Summary) -> dict[str, Any]:
    """A measure for the API: definition, latest result, status, trend, all periods, targets."""
    measure = summary.definition
    headline = summary.headline
    return {
        "id": measure.id,
        "name": measure.name,
        "title": measure.title,
        "description": measure.notes,
        "illustrative": measure.illustrative,
        "strategic_goal": measure.goal,
        "department": measure.department,
        "unit": measure.unit,
        "precision": measure.precision,
        "direction": measure.direction.value,
        "frequency": measure.kind.value if measure.kind else "irregular",
        "aggregation": measure.aggregation.value,
        "status": summary.status.value,
        "not_scored_because": _reason(headline) if headline else None,
        "latest": line_dict(summary, summary.latest) if summary.latest else None,
        "year_to_date": None
        if summary.year_to_date is None
        else {
            "value": _number(summary.year_to_date.actual),
            "status": summary.year_to_date.status.value,
            **_target_dict(summary.year_to_date.target),
        },
        "trend": summary.meaning.value,
        "assurance": summary.assurance.value if summary.assurance else None,
        "series": [line_dict(summary, line) for line in summary.lines],
        "targets": [
            {
                "period": change.period.key,
                "version": change.revision,
                **_target_dict(change.target),
                "reason": change.reason,
                "approved_at": change.approved_at.isoformat(),
            }
            for change in summary.record.targets
        ],
    }


def line_dict(summary: Summary, line: Line) -> dict[str, Any]:
    """One period, with numbers as JSON numbers at the published precision."""
    result, assessment = line.result, line.assessment
    precision = summary.definition.precision
    return {
        "period": line.period.key,
        "period_start": line.period.start.isoformat(),
        "period_end": line.period.end.isoformat(),
        "value": _number(line.value, precision),
        "numerator": _number(result.numerator) if result else None,
        "denominator": _number(result.denominator) if result else None,
        "margin": _number(result.margin) if result else None,
        "unit": summary.definition.unit,
        **_target_dict(line.target.target if line.target else None),
        "status": assessment.status.value,
        "not_scored_because": _reason(line),
        "gap": _number(assessment.gap),
        "provisional": result.provisional if result else False,
        "first_reported": _number(line.first.value, precision) if line.first else None,
        "correction_reason": result.correction_reason if result else None,
        "comment": line.comment or None,
        "published": result.published_at.date().isoformat() if result else None,
        "source": dict(result.source) if result else None,
    }


def _reason(line: Line) -> str | None:
    return line.assessment.reason.value if line.assessment.reason else None


def _target_dict(target: Target | None) -> dict[str, float | int | None]:
    return {
        "target": _number(target.value) if target else None,
        "target_low": _number(target.low) if target else None,
        "target_high": _number(target.high) if target else None,
    }


def _number(amount: Decimal | None, precision: int | None = None) -> float | int | None:
    if amount is None:
        return None
    number = float(amount if precision is None else rounded(amount, precision))
    return int(number) if number.is_integer() else number
