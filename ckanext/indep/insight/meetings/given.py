"""Reads what the office typed for a meeting and for what was agreed (pure)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.indep import city_time
from ckanext.indep.insight import periods
from ckanext.indep.insight.periods import Kind, Period

__all__ = ["MeetingGiven", "agreed", "meeting"]

LONGEST = 2000

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class MeetingGiven:
    """What is planned for a meeting."""

    quarter: Period
    starts_at: dt.datetime
    place: str
    departments: tuple[str, ...]
    is_public: bool
    note: str


def meeting(
    given: Mapping[str, Any], departments: Mapping[str, str]
) -> tuple[MeetingGiven | None, Errors]:
    """Read a meeting; ``departments`` are the ids that may be invited, by name.

    Returns it, None if something is wrong, and all that is wrong, by field.
    """
    errors: Errors = {}
    quarter = _quarter(given.get("quarter"), errors)
    starts_at = _moment(given.get("starts_at"), errors)
    place = _text(given, "place", errors, "Say where the meeting is.")
    note = _text(given, "note", errors, "")
    invited = given.get("departments") or []
    names = [invited] if isinstance(invited, str) else list(invited)
    unknown = [str(name) for name in names if str(name) not in departments]
    if unknown:
        errors["departments"] = [f"“{unknown[0][:80]}” is no department with measures."]
    elif not names:
        errors["departments"] = ["Name at least one department."]
    if errors or quarter is None or starts_at is None:
        return None, errors
    ids = tuple(sorted({departments[str(name)] for name in names}))
    is_public = str(given.get("is_public") or "").lower() in {"yes", "true", "1", "on"}
    return MeetingGiven(quarter, starts_at, place, ids, is_public, note), {}


def agreed(
    given: Mapping[str, Any], departments: Mapping[str, Iterable[str]]
) -> tuple[dict[str, Any], Errors]:
    """Read what was agreed; ``departments`` are those of the meeting with their accounts."""
    errors: Errors = {}
    text = _text(given, "text", errors, "Say what was agreed.")
    department = str(given.get("department") or "")
    assignee = str(given.get("assignee") or "").strip()
    if department not in departments:
        errors["department"] = ["Choose a department of this meeting."]
    elif assignee and assignee not in departments[department]:
        errors["assignee"] = ["There is no such account in this department."]
    due_on = None
    try:
        due_on = dt.date.fromisoformat(str(given.get("due_on") or "").strip())
    except ValueError:
        errors["due_on"] = ["Write the day as 2026-11-23."]
    found = {"text": text, "department": department, "assignee": assignee, "due_on": due_on}
    return found, errors


def _quarter(text: Any, errors: Errors) -> Period | None:
    try:
        period = periods.parse(str(text or ""))
    except periods.PeriodError:
        period = None
    if period is None or period.kind is not Kind.QUARTER:
        errors["quarter"] = ["Name a quarter, such as FY2026 Q1."]
        return None
    return period


def _moment(text: Any, errors: Errors) -> dt.datetime | None:
    """A date and time, in city time where it names no zone."""
    try:
        moment = dt.datetime.fromisoformat(str(text or "").strip().replace("Z", "+00:00"))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=city_time.ZONE)
        return moment.astimezone(dt.timezone.utc)
    except (ValueError, OverflowError):
        errors["starts_at"] = ["Write day and time as 2026-11-23T14:00."]
        return None


def _text(given: Mapping[str, Any], name: str, errors: Errors, missing: str) -> str:
    text = str(given.get(name) or "").strip()
    if missing and not text:
        errors[name] = [missing]
    elif len(text) > LONGEST:
        errors[name] = [f"This is longer than {LONGEST:,} characters."]
    elif "\x00" in text:
        errors[name] = ["This holds a character that is no text."]
    return text
