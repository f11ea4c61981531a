"""The sample's performance meetings, planned and held by the performance office."""

from __future__ import annotations

from typing import Any

from ckanext.indep.insight.periods import Kind, Period, period_of
from ckanext.indep.sample import city
from ckanext.indep.sample.acting import act
from ckanext.indep.sample.calendar import Calendar

__all__ = ["load"]

ANALYST = "performance-analyst"


def load(days: Calendar) -> int:
    """Plan the meetings and hold the past one, unless there are any; return how many there are."""
    declared = city.performance_meetings()
    if not act(ANALYST, "indep_performance_meeting_list"):
        for entry in declared:
            _plan(entry, days)
    return len(declared)


def _plan(entry: dict[str, Any], days: Calendar) -> None:
    starts_at = days.moment(entry["day"], entry["time"])
    meeting = act(
        ANALYST,
        "indep_performance_meeting_create",
        quarter=_quarter(days, entry["quarters_ago"]).key,
        starts_at=starts_at.strftime("%Y-%m-%dT%H:%M"),
        place=entry["place"],
        departments=entry["departments"],
        is_public=entry.get("is_public", False),
        note=entry["note"] if starts_at.date() > days.today else "",
    )
    for agreed in entry.get("agreed", ()):
        due_on = days.moment(agreed["due"]).date().isoformat()
        said = {name: agreed[name] for name in ("text", "department", "assignee")}
        act(ANALYST, "indep_meeting_action_record", id=meeting["id"], due_on=due_on, **said)
    if starts_at.date() <= days.today:
        act(ANALYST, "indep_performance_meeting_hold", id=meeting["id"], note=entry["note"])


def _quarter(days: Calendar, ago: int) -> Period:
    found = period_of(days.today, Kind.QUARTER)
    for _ in range(ago):
        found = found.previous()
    return found
