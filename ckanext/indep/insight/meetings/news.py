"""What is new in the public record: corrections and changes of targets (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from ckanext.indep import city_time
from ckanext.indep.insight.records import TargetChange
from ckanext.indep.insight.status import Target
from ckanext.indep.insight.summary import Line, Summary

__all__ = ["Correction", "NewTarget", "corrections", "new_targets", "since"]

MOST = 20


@dataclass(frozen=True)
class Correction:
    """A figure that was changed after it had been published."""

    summary: Summary
    line: Line
    when: datetime


@dataclass(frozen=True)
class NewTarget:
    """A target that was approved after the measure had its first ones.

    ``before`` is the target that it replaces, None for a period that had none.
    """

    summary: Summary
    change: TargetChange
    before: Target | None
    when: datetime


def corrections(summaries: Iterable[Summary], most: int = MOST) -> list[Correction]:
    """The last corrections, newest first."""
    found = [
        Correction(summary, line, line.result.published_at)
        for summary in summaries
        for line in summary.lines
        if line.is_corrected and line.result is not None
    ]
    return sorted(found, key=lambda one: one.when, reverse=True)[:most]


def new_targets(summaries: Iterable[Summary], most: int = MOST) -> list[NewTarget]:
    """The last targets that are new or changed, newest first; a measure's first are no news."""
    found: list[NewTarget] = []
    for summary in summaries:
        changes = summary.record.targets
        first = min((_day(one.approved_at) for one in changes), default=None)
        replaced = {(one.period, one.revision): one.target for one in changes}
        for change in changes:
            before = replaced.get((change.period, change.revision - 1))
            if change.revision > 1 or _day(change.approved_at) != first:
                found.append(NewTarget(summary, change, before, change.approved_at))
    return sorted(found, key=lambda one: one.when, reverse=True)[:most]


def since(found: Iterable[Correction], day: date) -> list[Correction]:
    """Those made on that day or later."""
    return [one for one in found if _day(one.when) >= day]


def _day(when: datetime) -> date:
    return when.astimezone(city_time.ZONE).date()
