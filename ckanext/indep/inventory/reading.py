"""What the inventory and the requests look like to a reader, as plain dictionaries.

`public_*` hold what everybody may see and nothing else; the callers add the rest for those
whose permission they have checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, true

from ckanext.indep.inventory.holding_fields import STAFF_ONLY
from ckanext.indep.inventory.model import (
    Answer,
    DataRequest,
    Holding,
    HoldingVersion,
    RequestEvent,
)
from ckanext.indep.inventory.states import ACCEPTED, RequestState

__all__ = [
    "HoldingFilter",
    "RequestFilter",
    "contact",
    "holding_history",
    "holding_staff_fields",
    "holdings",
    "page_of",
    "public_holdings",
    "public_requests",
    "request_events",
    "requests",
]

WITHHELD_ONLY = ("withheld_reason", "withheld_law")


@dataclass(frozen=True)
class HoldingFilter:
    """Which holdings: by department's id, by status, and by words in title or description."""

    owner_org: str = ""
    status: str = ""
    words: str = ""


@dataclass(frozen=True)
class RequestFilter:
    """Which requests: by state (without one, those that are public and not merged), by
    department's id, by words. `everything`: the reader may see those that are not public.
    """

    state: str = ""
    owner_org: str = ""
    words: str = ""
    everything: bool = False


def holdings(wanted: HoldingFilter) -> Select[tuple[Holding]]:
    """The statement for holdings by department and title."""
    group = ckan_model.Group
    query = select(Holding).join(group, group.id == Holding.owner_org)
    query = query.where(group.state == "active").order_by(group.title, Holding.title, Holding.id)
    if wanted.owner_org:
        query = query.where(Holding.owner_org == wanted.owner_org)
    if wanted.status:
        query = query.where(Holding.status == wanted.status)
    if wanted.words:
        query = query.where(_contain(wanted.words, Holding.title, Holding.description))
    return query


def requests(wanted: RequestFilter) -> Select[tuple[DataRequest]]:
    """The statement for requests that the reader may see, newest first."""
    query = select(DataRequest).order_by(DataRequest.number.desc())
    shown = [state.value for state in ACCEPTED if state is not RequestState.MERGED]
    if not wanted.state:
        query = query.where(DataRequest.state.in_(shown))
    elif wanted.everything or RequestState(wanted.state) in ACCEPTED:
        query = query.where(DataRequest.state == wanted.state)
    else:
        query = query.where(false())
    if wanted.owner_org:
        query = query.where(DataRequest.owner_org == wanted.owner_org)
    if wanted.words:
        query = query.where(_contain(wanted.words, DataRequest.title, DataRequest.question))
    return query


def page_of(query: Select[Any], offset: int, limit: int) -> tuple[int, list[Any]]:
    """Return how many rows there are in all, and those of one page."""
    session = ckan_model.Session
    bare = query.with_only_columns(literal(1)).order_by(None).subquery()
    count = session.execute(select(func.count()).select_from(bare)).scalar_one()
    return count, list(session.execute(query.offset(offset).limit(limit)).scalars())


def public_holdings(rows: Iterable[Holding]) -> list[dict[str, Any]]:
    """What everybody may see of holdings; reasons only of what is withheld, links only to what
    is public now.
    """
    found = list(rows)
    departments = _departments({row.owner_org for row in found})
    packages = _packages({row.package_id for row in found})
    return [
        {
            "id": row.id,
            "department": departments.get(row.owner_org),
            "title": row.title,
            "description": row.description,
            "status": row.status,
            "planned_on": row.planned_on.isoformat()
            if row.planned_on and row.status == "planned"
            else None,
            **{
                name: getattr(row, name) if row.status == "withheld" else ""
                for name in WITHHELD_ONLY
            },
            "public_note": row.public_note,
            "dataset": packages.get(row.package_id or ""),
            "format": row.format,
            "volume": row.volume,
            "update_frequency": row.update_frequency,
            "changed_at": row.changed_at.isoformat(),
        }
        for row in found
    ]


def holding_staff_fields(row: Holding) -> dict[str, Any]:
    """What only the department sees, and the values that its form begins with."""
    return {
        **{name: getattr(row, name) for name in (*STAFF_ONLY, *WITHHELD_ONLY)},
        "planned_on": row.planned_on.isoformat() if row.planned_on else None,
        "version": row.version,
    }


def holding_history(holding_id: int) -> list[dict[str, Any]]:
    """The versions of a holding, newest first, with what was saved and by whom."""
    rows = ckan_model.Session.execute(
        select(HoldingVersion)
        .where(HoldingVersion.holding_id == holding_id)
        .order_by(HoldingVersion.version.desc())
    ).scalars()
    return [
        {
            "version": row.version,
            "at": row.at.isoformat(),
            "by": row.actor,
            "status": row.content.get("status"),
            "content": row.content,
        }
        for row in rows
    ]


def public_requests(rows: Iterable[DataRequest]) -> list[dict[str, Any]]:
    """What everybody may see of requests, with their answers; never who asked or why."""
    found = list(rows)
    departments = _departments({row.owner_org for row in found})
    answers = _answers([row.number for row in found])
    replies = [reply for several in answers.values() for reply in several]
    packages = _packages(
        {row.package_id for row in found} | {reply.package_id for reply in replies}
    )
    return [
        {
            "number": row.number,
            "title": row.title,
            "question": row.question,
            "edited": row.edited,
            "wanted_format": row.wanted_format,
            "state": row.state,
            "outcome": answers[row.number][-1].outcome if row.number in answers else None,
            "department": departments.get(row.owner_org or ""),
            "holding_id": row.holding_id,
            "dataset": packages.get(row.package_id or ""),
            "merged_into": row.merged_into,
            "seconds": row.seconds,
            "received_on": row.received_on.isoformat(),
            "answered_on": row.answered_on.isoformat() if row.answered_on else None,
            "answers": [
                {
                    "outcome": reply.outcome,
                    "text": reply.text,
                    "dataset": packages.get(reply.package_id or ""),
                    "at": reply.at.isoformat(),
                }
                for reply in answers.get(row.number, [])
            ],
        }
        for row in found
    ]


def contact(row: DataRequest) -> dict[str, Any]:
    """Who asked and why, for the office that answers."""
    return {
        "requester_name": row.requester_name,
        "requester_email": row.requester_email,
        "why": row.why,
    }


def request_events(number: int) -> list[dict[str, Any]]:
    """What was done with a request, oldest first, for staff."""
    rows = ckan_model.Session.execute(
        select(RequestEvent).where(RequestEvent.request_number == number).order_by(RequestEvent.seq)
    ).scalars()
    return [
        {"event": row.event, "by": row.actor, "at": row.at.isoformat(), "data": row.data}
        for row in rows
    ]


def _contain(words: str, *columns: Any) -> ColumnElement[bool]:
    """All of the words, each in any of the columns; `%` and `_` mean themselves."""
    return and_(
        true(),
        *(
            or_(*(column.icontains(word, autoescape=True) for column in columns))
            for word in words.split()[:10]
        ),
    )


def _departments(ids: set[Any]) -> dict[str, dict[str, str]]:
    group = ckan_model.Group
    rows = ckan_model.Session.execute(
        select(group.id, group.name, group.title).where(group.id.in_(ids - {None}))
    )
    return {row.id: {"name": row.name, "title": row.title or row.name} for row in rows}


def _packages(ids: set[Any]) -> dict[str, dict[str, str]]:
    """Those of the packages that are public now."""
    package = ckan_model.Package
    rows = ckan_model.Session.execute(
        select(package.id, package.name, package.title, package.type).where(
            package.id.in_(ids - {None}),
            package.state == "active",
            package.private.is_(False),
        )
    )
    return {
        row.id: {"name": row.name, "title": row.title or row.name, "type": row.type} for row in rows
    }


def _answers(numbers: Sequence[int]) -> dict[int, list[Answer]]:
    rows = ckan_model.Session.execute(
        select(Answer).where(Answer.request_number.in_(numbers)).order_by(Answer.seq)
    ).scalars()
    found: dict[int, list[Answer]] = {}
    for row in rows:
        found.setdefault(row.request_number, []).append(row)
    return found
