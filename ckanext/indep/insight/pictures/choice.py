"""Which charts a measure has (pure)."""

from __future__ import annotations

from ckanext.indep.insight.periods import Kind
from ckanext.indep.insight.status import Aggregation
from ckanext.indep.insight.summary import Summary

__all__ = ["charts"]


def charts(summary: Summary) -> list[str]:
    """The kinds of charts on the page of a measure, in their order; none without a result."""
    measure = summary.definition
    if summary.latest is None:
        return []
    has_seasons = measure.seasonal and measure.kind not in (None, Kind.YEAR)
    wanted = {
        "line": True,
        "years": has_seasons,
        "xmr": summary.trend is not None,
        "bars": measure.aggregation is Aggregation.SUM,
    }
    return [kind for kind, is_wanted in wanted.items() if is_wanted]
