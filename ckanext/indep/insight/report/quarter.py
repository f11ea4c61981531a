"""A measure as a quarter left it, whatever was published later (pure)."""

from __future__ import annotations

from dataclasses import replace

from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.records import Record
from ckanext.indep.insight.summary import Summary, Today, summarise

__all__ = ["summary_at"]


def summary_at(definition: Definition, record: Record, today: Today, quarter: Period) -> Summary:
    """Judge a measure by the periods that ended with the quarter or before.

    A later correction of one of these periods counts: it stands beside the figure first
    reported. What was due after the quarter's own figures is left out of sight.
    """
    following = quarter.next()
    dates = today.calendar.get(following) or today.rule.dates(following)
    return summarise(
        definition, _until(record, quarter), replace(today, day=min(today.day, dates.data_due))
    )


def _until(record: Record, quarter: Period) -> Record:
    end = quarter.end
    return replace(
        record,
        results=tuple(one for one in record.results if one.period.end <= end),
        waiting=frozenset(period for period in record.waiting if period.end <= end),
    )
