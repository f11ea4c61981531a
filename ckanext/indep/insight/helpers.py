"""Template helpers of INsight's pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from markupsafe import Markup

from ckanext.indep.insight import drawings, measure_view, sentences
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Assessment, Reason, Status, Target
from ckanext.indep.insight.summary import Line, Summary
from ckanext.indep.insight.trend import Assurance

__all__ = [
    "indep_insight_assurance",
    "indep_insight_bullet",
    "indep_insight_chart",
    "indep_insight_choices",
    "indep_insight_day",
    "indep_insight_gap",
    "indep_insight_margin",
    "indep_insight_number",
    "indep_insight_period",
    "indep_insight_period_heading",
    "indep_insight_period_label",
    "indep_insight_reason",
    "indep_insight_sentence",
    "indep_insight_short_trend",
    "indep_insight_sparkline",
    "indep_insight_status",
    "indep_insight_target",
    "indep_insight_target_sentence",
    "indep_insight_tone",
    "indep_insight_trend",
    "indep_insight_value",
]


def indep_insight_value(measure: Definition, amount: Decimal) -> str:
    """A figure with its unit."""
    return sentences.value(measure, amount)


def indep_insight_number(measure: Definition, amount: Decimal) -> str:
    """A figure without its unit."""
    return sentences.number(amount, measure.precision)


def indep_insight_target(measure: Definition, target: Target) -> str:
    """A target in words."""
    return sentences.target_text(measure, target)


def indep_insight_target_sentence(measure: Definition, line: Line) -> str:
    """The target of a period as a sentence."""
    return sentences.target_sentence(measure, line)


def indep_insight_period(period: Period) -> str:
    """A period by its months."""
    return sentences.period_name(period)


def indep_insight_period_label(period: Period) -> str:
    """A period by its short name."""
    return sentences.period_label(period)


def indep_insight_period_heading(period: Period) -> str:
    """A period at the beginning of a row."""
    return sentences.period_heading(period)


def indep_insight_day(when: date) -> str:
    """A date in words."""
    return sentences.day(when)


def indep_insight_status(status: Status) -> str:
    """The name of a status."""
    return sentences.status_label(status)


def indep_insight_tone(status: Status) -> str:
    """Which of the four tones of pills and tiles a status has."""
    return {
        Status.MET: "good",
        Status.UNDER: "warn",
        Status.NOT_MET: "bad",
        Status.NOT_SCORED: "none",
    }[status]


def indep_insight_reason(reason: Reason) -> str:
    """Why a period is not scored."""
    return sentences.reason_text(reason)


def indep_insight_gap(measure: Definition, assessment: Assessment) -> str:
    """How far a result is from its target."""
    return sentences.gap_text(measure, assessment)


def indep_insight_margin(measure: Definition, line: Line) -> str:
    """The margin of error of a survey's figure."""
    return sentences.margin_text(measure, line)


def indep_insight_sentence(summary: Summary) -> str:
    """Latest result, target and status."""
    return sentences.result_sentence(summary)


def indep_insight_trend(summary: Summary) -> str:
    """Trend, or the comparison with a year ago."""
    return sentences.trend_sentence(summary)


def indep_insight_short_trend(summary: Summary) -> str:
    """Trend in a few words."""
    return sentences.short_trend(summary)


def indep_insight_assurance(assurance: Assurance) -> str:
    """Whether the target can be counted on."""
    return sentences.assurance_text(assurance)


def indep_insight_chart(kind: str, summary: Summary) -> Markup:
    """A chart for wide and for narrow screens."""
    return drawings.both_sizes(kind, summary)


def indep_insight_choices() -> list[dict[str, str]]:
    """The public measures as options of a form."""
    return measure_view.choices()


def indep_insight_bullet(summary: Summary) -> Markup:
    """The latest result against its target, small."""
    return drawings.small("bullet", summary)


def indep_insight_sparkline(summary: Summary) -> Markup:
    """The last results, small."""
    return drawings.small("sparkline", summary)
