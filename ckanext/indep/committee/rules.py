"""What the policy in force says about meetings."""

from __future__ import annotations

import datetime as dt
import itertools
import logging
from dataclasses import dataclass

from ckanext.indep.committee import recurrence
from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import policies
from ckanext.indep.governance.policy import Meetings

__all__ = ["MeetingRules", "in_force"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MeetingRules:
    """The policy's rules of meetings; the defaults hold where no policy is in force yet.

    `notice_hours` of 0 asks for no notice. `schedule` is None where meetings are called as
    needed. With `public_titles` agendas and minutes name datasets before their release.
    """

    committee: str = "IT Steering Committee"
    quorum: float = 0.5
    notice_hours: int = 24
    schedule: recurrence.Schedule | None = None
    duration: dt.timedelta = dt.timedelta(hours=1)
    location: str = ""
    holidays: frozenset[dt.date] = frozenset()
    public_titles: bool = False
    committee_days: int = 30
    consent_lanes: frozenset[str] = frozenset()

    def next_dates(self, after: dt.datetime, count: int) -> list[dt.datetime]:
        """Return the next `count` regular meetings' beginnings; none without a schedule."""
        if not self.schedule:
            return []
        days = recurrence.occurrences(self.schedule, after, self.holidays)
        return list(itertools.islice(days, count))


def in_force() -> MeetingRules:
    """Return the rules of the policy in force, or the defaults where there is none yet."""
    try:
        _version, policy = policies.in_force()
    except ConflictError:
        return MeetingRules()
    meetings = policy.meetings
    return MeetingRules(
        committee=policy.committee,
        quorum=policy.quorum,
        notice_hours=meetings.notice_hours,
        schedule=_schedule(meetings),
        duration=dt.timedelta(minutes=meetings.minutes),
        location=meetings.location,
        holidays=meetings.holidays,
        public_titles=meetings.titles_are_public,
        committee_days=policy.deadlines.committee_days,
        consent_lanes=frozenset(lane.name for lane in policy.lanes if lane.consent_agenda),
    )


def _schedule(meetings: Meetings) -> recurrence.Schedule | None:
    if not meetings.rule:
        return None
    try:
        return recurrence.parse(meetings.rule, meetings.time)
    except ValueError as error:
        log.warning("policy: meetings: rule %r cannot be used: %s", meetings.rule, error)
        return None
