"""When an approved request is released: at once, on a day that was chosen, after an embargo.

Days begin at midnight in the city; what is stored is the moment, in UTC.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ckan.model as ckan_model

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audit, requests, states
from ckanext.indep.governance.drafting import freeze, prepared
from ckanext.indep.governance.model import ChangeRequest, Revision, now
from ckanext.indep.governance.states import State

__all__ = ["due", "in_words", "moment", "schedule", "unschedule"]

FARTHEST = dt.timedelta(days=3 * 366)


def moment(text: str) -> dt.datetime:
    """Return the moment, in UTC, that a date or a date with a time says.

    Without an offset it is the city's time; a date alone is the beginning of that day. Raises
    ConflictError for what is neither.
    """
    try:
        said = dt.datetime.fromisoformat(text.strip())
        local = said if said.tzinfo else said.replace(tzinfo=city_time.ZONE)
        return local.astimezone(dt.timezone.utc)
    except (ValueError, OverflowError) as error:
        raise ConflictError(
            "Write the day as 2027-01-15, or with a time as 2027-01-15T09:00.", field="release_on"
        ) from error


def in_words(when: dt.datetime) -> str:
    """Return a moment as people in the city write it."""
    return when.astimezone(city_time.ZONE).strftime("%B %-d, %Y, %-I:%M %p")


def due(request: ChangeRequest, content: Mapping[str, Any]) -> dt.datetime | None:
    """Return the moment before which the content may not be released, None for at once."""
    found = [when for when in (request.release_on, embargo(content)) if when]
    return max(found) if found else None


def embargo(content: Mapping[str, Any]) -> dt.datetime | None:
    """Return the moment at which the content's embargo ends, if it has one."""
    day = content.get("embargo_until")
    return moment(str(day)[:10]) if day else None


def schedule(request_id: str, user: ckan_model.User, release_on: str) -> ChangeRequest:
    """Say when an open request is to be released, once it is approved.

    Raises ConflictError for a moment that is past, too far off, or before the embargo's end.
    """
    request = requests.lock(request_id)
    if State(request.state) not in states.OPEN:
        states.check("schedule", State(request.state))
    when = moment(release_on)
    if not now() < when < now() + FARTHEST:
        raise ConflictError("Choose a day in the next three years.", field="release_on")
    ends = embargo(_content(request))
    if ends and when < ends:
        raise ConflictError(
            f"Its embargo ends on {in_words(ends)}; choose that day or a later one.",
            field="release_on",
        )
    request.release_on = when
    if State(request.state) in (State.APPROVED, State.SCHEDULED):
        requests.move(request, states.check("schedule", State(request.state)))
    audit.append("scheduled", request.id, user.id, release_on=when.isoformat())
    ckan_model.Session.commit()
    return request


def unschedule(request_id: str, user: ckan_model.User) -> bool:
    """Let an open request be released as soon as it is approved; refused before the embargo ends.

    Returns whether it is approved already: the caller then releases it.
    """
    request = requests.lock(request_id)
    if State(request.state) not in states.OPEN or not request.release_on:
        raise ConflictError(
            f"This request is {states.words(request.state)} and has no day of release."
        )
    ends = embargo(_content(request))
    if ends and ends > now():
        raise ConflictError(f"It cannot be released before its embargo ends on {in_words(ends)}.")
    request.release_on = None
    audit.append("unscheduled", request.id, user.id)
    approved = State(request.state) in (State.APPROVED, State.SCHEDULED)
    ckan_model.Session.commit()
    return approved


def _content(request: ChangeRequest) -> Mapping[str, Any]:
    """Return what was submitted, or what is being written while nothing is."""
    if State(request.state) in states.EDITABLE:
        return {} if request.kind in prepared.KINDS else freeze.show(request.workspace_id)
    revision = ckan_model.Session.get(Revision, request.revision_id)
    return revision.content if revision else {}
