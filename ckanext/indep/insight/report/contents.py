"""What stands in a council report (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ckanext.indep.insight import goals
from ckanext.indep.insight.calendar import Dates
from ckanext.indep.insight.goals import Group
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.status import Direction, Status, Target
from ckanext.indep.insight.summary import SCORED, Line, Summary

__all__ = ["Change", "CouncilReport", "Entry", "Gain"]

SHOWN_PERIODS = 8
"""How many periods the table of a measure shows."""

OTHER = "other"
"""Key of the group of measures whose goal is not in the plan."""


@dataclass(frozen=True)
class Change:
    """What is different from the quarter before: the status, the target, or both."""

    summary: Summary
    statuses: tuple[Status, Status] | None
    targets: tuple[Target, Target] | None


@dataclass(frozen=True)
class Gain:
    """A result that is better than the same time a year before, and by what share of it."""

    summary: Summary
    before: Line
    share: Decimal


@dataclass(frozen=True)
class Entry:
    """A measure at the end of the quarter and at the end of the one before."""

    now: Summary
    before: Summary

    @property
    def lines(self) -> tuple[Line, ...]:
        """The last periods, newest first."""
        return self.now.lines[: -SHOWN_PERIODS - 1 : -1]

    @property
    def corrected(self) -> list[Line]:
        """Those of the shown periods whose figure was corrected."""
        return [line for line in self.lines if line.is_corrected]

    def comments(self, quarter: Period) -> list[Line]:
        """The periods of the quarter about which the department says something."""
        lines = reversed(self.lines)
        return [line for line in lines if line.comment and line.period.quarter() == quarter]

    @property
    def change(self) -> Change | None:
        """What is different from the quarter before; None without a difference."""
        now, before = self.now.status, self.before.status
        moved = now in SCORED and before in SCORED and now is not before
        targets = self._targets()
        if not moved and targets is None:
            return None
        return Change(self.now, (before, now) if moved else None, targets)

    def _targets(self) -> tuple[Target, Target] | None:
        now, before = self.now.headline, self.before.headline
        if not (now and before and now.target and before.target):
            return None
        pair = before.target.target, now.target.target
        return None if pair[0] == pair[1] else pair

    @property
    def gain(self) -> Gain | None:
        """How much better the result is than a year before; None if it is not."""
        now, ago = self.now.latest, self.now.year_ago
        if now is None or ago is None or now.value is None or not ago.value:
            return None
        rise = (now.value - ago.value) / abs(ago.value)
        better = {Direction.UP: rise, Direction.DOWN: -rise}.get(self.now.definition.direction)
        return Gain(self.now, ago, better) if better is not None and better > 0 else None


@dataclass(frozen=True)
class CouncilReport:
    """The report of one published quarter.

    ``published_at`` is when its figures first became public, ``corrected_at`` when the last
    of several publications of it was. ``dates`` are those of the quarter and of the next.
    """

    quarter: Period
    version: int
    published_at: datetime
    corrected_at: datetime | None
    dates: tuple[Dates, Dates]
    entries: tuple[Entry, ...]
    plan: tuple[tuple[str, str], ...]

    @property
    def summaries(self) -> list[Summary]:
        """All measures at the end of the quarter."""
        return [entry.now for entry in self.entries]

    @property
    def counts(self) -> dict[Status, int]:
        """How many measures have each status."""
        return goals.counts(self.summaries)

    @property
    def changes(self) -> list[Change]:
        """What is different from the quarter before."""
        return [entry.change for entry in self.entries if entry.change]

    @property
    def late(self) -> list[Summary]:
        """Measures whose figure was not handed in by its day."""
        return [summary for summary in self.summaries if summary.is_overdue]

    @property
    def is_illustrative(self) -> bool:
        """Whether figures in it are made up."""
        return any(summary.definition.illustrative for summary in self.summaries)

    def groups(self, other: str) -> list[Group]:
        """The measures by goal of the plan; ``other`` is the title of those without one."""
        grouped = goals.group_by_goal(self.summaries, self.plan)
        known = {key for key, _title in self.plan}
        rest = tuple(one for one in self.summaries if one.definition.goal not in known)
        return [*grouped, Group(OTHER, other, rest)] if rest else grouped

    def entry(self, summary: Summary) -> Entry:
        """What belongs to one of the summaries."""
        return next(one for one in self.entries if one.now is summary)

    def having(self, *statuses: Status) -> list[Summary]:
        """The measures of these statuses."""
        return [summary for summary in self.summaries if summary.status in statuses]

    def gains(self, most: int) -> Sequence[Gain]:
        """The quarter's results that got better by most within a year, the largest first."""
        found = [entry.gain for entry in self.entries if entry.gain and self._is_new(entry.now)]
        return sorted(found, key=lambda gain: gain.share, reverse=True)[:most]

    def _is_new(self, summary: Summary) -> bool:
        """Whether the latest result was reported with this quarter."""
        return bool(summary.latest and summary.latest.period.quarter() == self.quarter)
