"""A file to begin with: the measures of a department and their last periods (pure)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, period_of
from ckanext.indep.insight.status import Aggregation
from ckanext.indep.spreadsheet import safe_cell

__all__ = ["as_csv"]

COLUMNS = (
    "measure",
    "period",
    "value",
    "numerator",
    "denominator",
    "state",
    "provisional",
    "comment",
    "source",
    "reason",
)
YEARS = 2
"""How far back the periods go."""


def as_csv(measures: Iterable[Definition], today: date) -> str:
    """One row for each measure and period that has ended, without figures.

    Only the columns that the department needs: those of ratios where it has one.
    """
    listed = list(measures)
    has_ratio = any(one.aggregation is Aggregation.RATIO for one in listed)
    columns = [name for name in COLUMNS if has_ratio or name not in {"numerator", "denominator"}]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns)
    writer.writeheader()
    for one in listed:
        kind = one.kind or Kind.YEAR
        period = period_of(today, kind)
        periods = []
        for _ in range(kind.per_year * YEARS):
            period = period.previous()
            periods.append(period.label)
        for label in reversed(periods):
            writer.writerow({"measure": safe_cell(one.name), "period": label})
    return buffer.getvalue()
