"""What the pages say, in the visitor's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ckan.plugins.toolkit as tk
from babel.dates import format_date, format_skeleton

from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Kind, Period
from ckanext.indep.insight.status import (
    Assessment,
    Direction,
    Reason,
    Status,
    Target,
    rounded,
)
from ckanext.indep.insight.summary import Line, Summary
from ckanext.indep.insight.trend import ENOUGH_POINTS, Assurance, Meaning, Rule

__all__ = [
    "assurance_text",
    "day",
    "gap_text",
    "margin_text",
    "month_name",
    "number",
    "period_heading",
    "period_label",
    "period_name",
    "reason_text",
    "result_sentence",
    "short_trend",
    "status_label",
    "target_sentence",
    "target_text",
    "trend_sentence",
    "value",
]

UNITLESS = frozenset({"", "count", "number", "index", "score"})


def _locale() -> str:
    return str(tk.h.lang() or "en")


def number(amount: Decimal, precision: int) -> str:
    """A number to the published precision, with separators of thousands."""
    return f"{rounded(amount, precision):,.{precision}f}".replace("-", "−")


def value(measure: Definition, amount: Decimal) -> str:
    """A figure with its unit, such as ``79.3 %``."""
    text = number(amount, measure.precision)
    if measure.is_percent:
        return f"{text}\u00a0%"
    if measure.unit.lower() in UNITLESS:
        return text
    return f"{text} {measure.unit}"


def margin_text(measure: Definition, line: Line) -> str:
    """The margin of error of a survey's figure, such as ``(± 3.8)``; empty without one."""
    margin = line.result.margin if line.result else None
    if line.value is None or margin is None:
        return ""
    places = max(measure.precision, -int(margin.normalize().as_tuple().exponent))
    return f"(±\u00a0{number(margin, places)})"


def day(when: date) -> str:
    """A date in words, such as ``November 12, 2026``."""
    return format_date(when, "long", locale=_locale())


def month_name(period: Period) -> str:
    """The month in which a period begins, short, such as ``Jul``."""
    return format_date(period.start, "MMM", locale=_locale())


def period_name(period: Period) -> str:
    """A period by its months, such as ``July to September 2017``."""
    end = format_skeleton("yMMMM", period.end, locale=_locale())
    if period.kind is Kind.MONTH:
        return end
    if period.kind is Kind.YEAR:
        start = format_skeleton("yMMMM", period.start, locale=_locale())
    else:
        start = format_date(period.start, "MMMM", locale=_locale())
    return tk._("%(first_month)s to %(last_month)s") % {"first_month": start, "last_month": end}


def period_label(period: Period) -> str:
    """A period by its short name, such as ``FY2018 Q1``."""
    if period.kind is Kind.YEAR:
        words = tk._("FY%(year)s")
    elif period.kind is Kind.QUARTER:
        words = tk._("FY%(year)s Q%(number)s")
    else:
        words = tk._("FY%(year)s M%(number)02d")
    return words % {"year": period.fiscal_year, "number": period.number}


def period_heading(period: Period) -> str:
    """A period at the beginning of a row: a month by its name, which residents know."""
    return period_name(period) if period.kind is Kind.MONTH else period_label(period)


def target_text(measure: Definition, target: Target) -> str:
    """A target in words, such as ``at least 80.0 %``."""
    if target.value is None:
        assert target.low is not None
        assert target.high is not None
        return tk._("between %(low)s and %(high)s") % {
            "low": value(measure, target.low),
            "high": value(measure, target.high),
        }
    words = (
        tk._("no more than %(value)s")
        if measure.direction is Direction.DOWN
        else tk._("at least %(value)s")
    )
    return words % {"value": value(measure, target.value)}


def target_sentence(measure: Definition, line: Line) -> str:
    """What the target of a period is, as a sentence; empty without one."""
    if line.target is None:
        return ""
    return tk._("The target is %(target)s.") % {"target": target_text(measure, line.target.target)}


def status_label(status: Status) -> str:
    """The name of a status, as on the city's dashboard."""
    return {
        Status.MET: tk._("Goal Met"),
        Status.UNDER: tk._("Under Goal"),
        Status.NOT_MET: tk._("Goal Not Met"),
        Status.NOT_SCORED: tk._("Not scored"),
    }[status]


def reason_text(reason: Reason) -> str:
    """Why a period has no status."""
    return {
        Reason.BASELINE: tk._("The baseline is being set."),
        Reason.NO_TARGET: tk._("It has no target."),
        Reason.NO_TOLERANCE: tk._("A target of zero needs a tolerance."),
        Reason.NOT_DUE: tk._("The figure is not due yet."),
        Reason.OVERDUE: tk._("The figure is overdue."),
        Reason.HANDED_IN: tk._("The figure was handed in and is not public yet."),
        Reason.NOT_COLLECTED: tk._("Not collected."),
        Reason.SUPPRESSED: tk._("Not shown, because it is out of very few."),
        Reason.RETIRED: tk._("The measure is no longer reported."),
    }[reason]


def gap_text(measure: Definition, assessment: Assessment) -> str:
    """How far from the target, such as ``0.7 points short``; empty without a status."""
    if assessment.gap is None:
        return ""
    size = number(abs(assessment.gap), measure.precision)
    if measure.is_percent:
        size = tk._("%(size)s points") % {"size": size}
    elif measure.unit.lower() not in UNITLESS:
        size = f"{size} {measure.unit}"
    if assessment.gap == 0:
        return tk._("exactly on target")
    words = tk._("%(size)s better") if assessment.gap > 0 else tk._("%(size)s short")
    return words % {"size": size}


def result_sentence(summary: Summary) -> str:
    """The latest result, its target and its status in a sentence or two."""
    measure, line = summary.definition, summary.latest
    if line is None or line.value is None:
        return tk._("No result has been published yet.")
    facts = {
        "period": period_name(line.period),
        "value": " ".join((value(measure, line.value), margin_text(measure, line))).strip(),
        "status": status_label(line.assessment.status),
    }
    if line.target is None or line.assessment.status is Status.NOT_SCORED:
        reason = line.assessment.reason or Reason.NO_TARGET
        text = tk._("%(period)s: %(value)s. Not scored:") % facts
        return f"{text} {reason_text(reason)}"
    facts["target"] = target_text(measure, line.target.target)
    facts["gap"] = gap_text(measure, line.assessment)
    return tk._("%(period)s: %(value)s. The target was %(target)s: %(status)s, %(gap)s.") % facts


def trend_sentence(summary: Summary) -> str:
    """Whether the result is changing by more than chance, or how it was a year ago."""
    if summary.trend is None:
        few = tk._("Not enough history yet to tell a trend: %(least)s results are needed.") % {
            "least": ENOUGH_POINTS
        }
        year_ago = _year_ago(summary)
        return f"{year_ago} {few}" if year_ago else few
    signal = summary.trend.latest
    if signal is None:
        return tk._("No lasting change: the results vary as they usually do.")
    facts = {"change": _meaning(summary.meaning)}
    words = {
        Rule.OUTSIDE: tk._("%(change)s: the latest result is outside its usual range."),
        Rule.RUN_TREND: (
            tk._("%(change)s: seven results in a row went up.")
            if signal.upward
            else tk._("%(change)s: seven results in a row went down.")
        ),
        Rule.TWO_OF_THREE: tk._("%(change)s: two of three results are near the usual limit."),
        Rule.RUN_SIDE: (
            tk._("%(change)s: seven results in a row are above the average.")
            if signal.upward
            else tk._("%(change)s: seven results in a row are below the average.")
        ),
    }
    return words[signal.rule] % facts


def short_trend(summary: Summary) -> str:
    """The trend in a few words, for a card; without a trend how it was a year ago."""
    if summary.trend is None:
        return _year_ago(summary)
    if summary.trend.latest is None:
        return tk._("No lasting change.")
    return tk._("%(change)s, by more than chance.") % {"change": _meaning(summary.meaning)}


def _meaning(meaning: Meaning) -> str:
    return {
        Meaning.BETTER: tk._("Getting better"),
        Meaning.WORSE: tk._("Getting worse"),
    }.get(meaning, tk._("Changed"))


def _year_ago(summary: Summary) -> str:
    measure, now, before = summary.definition, summary.latest, summary.year_ago
    if now is None or before is None or now.value is None or before.value is None:
        return ""
    return tk._("A year before it was %(value)s.") % {"value": value(measure, before.value)}


def assurance_text(assurance: Assurance) -> str:
    """Whether the target can be counted on, as a sentence."""
    return {
        Assurance.MEETS: tk._("Ordinary ups and downs alone will not miss the target."),
        Assurance.MISSES: tk._("Without a change in how it is done the target will not be met."),
        Assurance.MAY_OR_MAY_NOT: tk._(
            "By ordinary ups and downs the target may or may not be met."
        ),
    }[assurance]
