"""Measures as charts: chooses the words and hands plain series to the chart functions."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.indep.insight import sentences
from ckanext.indep.insight.charts import registry
from ckanext.indep.insight.charts.series import NARROW, WIDE, Point, Series, Words
from ckanext.indep.insight.charts.standalone import standalone
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.summary import Line, Summary

__all__ = ["both_sizes", "download", "printed", "small"]

RECENT = {Kind.MONTH: 24, Kind.QUARTER: 20, Kind.YEAR: 20}
"""How many periods a chart of a measure shows."""


def small(kind: str, summary: Summary) -> Markup:
    """A bullet or a sparkline."""
    return registry.draw(kind, _series(summary, with_axis=False), WIDE)


def both_sizes(kind: str, summary: Summary) -> Markup:
    """A drawing for wide screens and one for narrow ones; the style sheet shows one of them."""
    series = _series(summary)
    return registry.draw(kind, series, WIDE) + registry.draw(kind, series, NARROW)


def download(kind: str, summary: Summary) -> str:
    """The wide drawing as a file of its own, with its colors, its title and its source in it."""
    measure = summary.definition
    source = str(tk.config["ckan.site_title"])
    if measure.illustrative:
        source = f"{tk._('Illustrative figures')} · {source}"
    return standalone(registry.draw(kind, _series(summary), WIDE), measure.title, source)


def printed(kind: str, summary: Summary) -> str:
    """The wide drawing with its colors in it, for a page on paper that has its title."""
    return standalone(registry.draw(kind, _series(summary), WIDE))


def _series(summary: Summary, with_axis: bool = True) -> Series:
    """What is drawn; without an axis no period is named."""
    measure = summary.definition
    kind = measure.kind or Kind.YEAR
    lines = summary.lines[-RECENT[kind] :]
    limits = summary.trend.limits if summary.trend else None
    return Series(
        title=measure.title,
        description=f"{sentences.result_sentence(summary)} {sentences.trend_sentence(summary)}",
        points=tuple(_point(line, with_axis) for line in lines),
        precision=measure.precision,
        suffix=" %" if measure.is_percent else "",
        limits=(limits.lower, limits.mean, limits.upper) if limits else None,
        words=Words(
            target=tk._("Target"),
            no_data=tk._("no data"),
            mean=tk._("Mean"),
            upper=tk._("Upper limit"),
            lower=tk._("Lower limit"),
            millions=tk._("in millions"),
            billions=tk._("in billions"),
        ),
    )


def _point(line: Line, with_axis: bool) -> Point:
    target = line.target.target if line.target else None
    ends = (target.value, target.low, target.high) if target else ()
    return Point(
        label=_label(line.period) if with_axis else "",
        number=line.period.number,
        year=sentences.period_label(line.period.year()) if with_axis else "",
        value=None if line.value is None else float(line.value),
        targets=tuple(float(end) for end in ends if end is not None),
        signal=line.signal is not None,
    )


def _label(period: Period) -> str:
    """The name of a period within its year."""
    if period.kind is Kind.QUARTER:
        return tk._("Q%(number)s") % {"number": period.number}
    return sentences.month_name(period) if period.kind is Kind.MONTH else ""
