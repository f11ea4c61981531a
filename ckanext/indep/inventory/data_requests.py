"""Changes of residents' data requests: the only writer of them.

Each change follows the same order: lock the row, ask whether it may happen now, do it, note
it, commit, wake the mail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from ckanext.indep import city_time
from ckanext.indep.errors import ConflictError
from ckanext.indep.inventory import states
from ckanext.indep.inventory.model import Answer, DataRequest, RequestEvent, Second, now
from ckanext.indep.inventory.states import ACCEPTED, Outcome, RequestState

__all__ = [
    "answer",
    "assign",
    "forget_contacts",
    "get",
    "mark_mailed",
    "mark_spam",
    "merge",
    "receive",
    "second",
]


def get(number: int) -> DataRequest | None:
    """Return a request."""
    return ckan_model.Session.get(DataRequest, number)


def receive(fields: dict[str, Any], actor: str, *, spam: bool, most_per_hour: int) -> DataRequest:
    """Take in a request; nobody but staff sees it yet.

    `spam` marks what a program filled in; no address is kept of it. Raises ConflictError when
    more than `most_per_hour` came in within the last hour, from wherever.
    """
    session = ckan_model.Session
    moment = now()
    recent = session.execute(
        select(func.count())
        .select_from(DataRequest)
        .where(DataRequest.received_at > moment - dt.timedelta(hours=1))
    ).scalar_one()
    if recent >= most_per_hour:
        raise ConflictError(
            tk._("Many requests came in within the last hour. Please try again later."),
            field="limit",
        )
    request = DataRequest(
        **fields,
        state=(RequestState.SPAM if spam else RequestState.RECEIVED).value,
        received_at=moment,
        received_on=_local_day(moment),
    )
    if spam:
        _forget(request)
    session.add(request)
    session.flush()
    _note(request, "received", actor, spam=spam)
    session.commit()
    return request


def assign(number: int, owner_org: str, actor: str, **edits: str) -> DataRequest:
    """Accept a request, which makes it public, and give it to a department.

    `edits` are a `title` and a `question` to show in place of what was sent.
    """
    request = _moved("assign", number)
    changed = {name: text for name, text in edits.items() if getattr(request, name) != text}
    for name, text in changed.items():
        setattr(request, name, text)
    request.edited = request.edited or bool(changed)
    request.owner_org = owner_org
    _note(request, "assigned", actor, department=owner_org, edited=sorted(changed))
    ckan_model.Session.commit()
    return request


def answer(
    number: int,
    outcome: Outcome,
    text: str,
    actor: str,
    *,
    package_id: str | None = None,
    holding_id: int | None = None,
    change_request: int | None = None,
) -> DataRequest:
    """Answer a request for everybody to read; a later answer adds to the earlier ones.

    What it is linked to (a public dataset, a holding, the number of a change request, which only
    staff see) stays where a later answer names none.
    """
    request = _moved("answer", number)
    session = ckan_model.Session
    reply = Answer(
        request_number=number, outcome=outcome.value, text=text, package_id=package_id, actor=actor
    )
    session.add(reply)
    session.flush()
    request.package_id = package_id or request.package_id
    request.holding_id = holding_id or request.holding_id
    request.change_request = change_request or request.change_request
    request.answered_on = request.answered_on or _local_day(now())
    _note(request, "answered", actor, answer=reply.seq, outcome=outcome.value)
    session.commit()
    return request


def merge(number: int, into: int, actor: str) -> DataRequest:
    """Join a request with another one that asks for the same; its answer answers both."""
    session = ckan_model.Session
    both = session.execute(
        select(DataRequest)
        .where(DataRequest.number.in_({number, into}))
        .order_by(DataRequest.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalars()
    target = {request.number: request for request in both}.get(into)
    possible = {RequestState.ASSIGNED.value, RequestState.ANSWERED.value}
    if target is None or number == into or target.state not in possible:
        raise ConflictError(
            f"Number {into} is not another request that has been accepted.", field="into"
        )
    request = _moved("merge", number)
    request.merged_into = into
    session.execute(
        update(DataRequest).where(DataRequest.merged_into == number).values(merged_into=into)
    )
    target.seconds += request.seconds + 1
    _note(request, "merged", actor, into=into)
    session.commit()
    return request


def mark_spam(number: int, actor: str) -> DataRequest:
    """Put a request away unseen; whose it was is forgotten at once."""
    request = _moved("spam", number)
    _forget(request)
    _note(request, "spam", actor)
    ckan_model.Session.commit()
    return request


def second(number: int, voter: str) -> int:
    """Count that one more visitor wants the same, each `voter` once; return the count."""
    session = ckan_model.Session
    request = _locked(number)
    if RequestState(request.state) not in ACCEPTED or request.merged_into:
        raise ConflictError(f"The request is {request.state}; it cannot be supported now.")
    added = session.execute(
        insert(Second)
        .values(request_number=number, voter=voter)
        .on_conflict_do_nothing()
        .returning(Second.voter)
    )
    request.seconds += len(added.all())
    session.commit()
    return request.seconds


def mark_mailed(
    request: DataRequest, *, receipt: bool = False, answer: int = 0, failed: bool = False
) -> None:
    """Note in the caller's transaction what was mailed, or that it could not be."""
    request.receipt_mailed = request.receipt_mailed or receipt
    request.mailed_answer = max(request.mailed_answer, answer)
    request.mail_failures += failed


def forget_contacts(before: dt.datetime, actor: str) -> int:
    """Remove who asked, and why, from requests that ended before a moment; return how many.

    A merged request ends with the one that it was joined with.
    """
    session = ckan_model.Session
    root = func.coalesce(DataRequest.merged_into, DataRequest.number)
    answered = select(Answer.request_number).group_by(Answer.request_number)
    ended = answered.having(func.max(Answer.at) < before)
    found: Iterable[DataRequest] = (
        session.execute(
            select(DataRequest)
            .where(
                root.in_(ended),
                (DataRequest.requester_email != "")
                | (DataRequest.requester_name != "")
                | (DataRequest.why != ""),
            )
            .with_for_update(skip_locked=True)
        )
        .scalars()
        .all()
    )
    count = 0
    for request in found:
        _forget(request)
        _note(request, "contact_deleted", actor)
        count += 1
    session.commit()
    return count


def _forget(request: DataRequest) -> None:
    request.requester_email = request.requester_name = request.why = ""


def _locked(number: int) -> DataRequest:
    return ckan_model.Session.execute(
        select(DataRequest)
        .where(DataRequest.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _moved(transition: str, number: int) -> DataRequest:
    """Lock the request and put it into the state that follows; ConflictError if it may not."""
    request = _locked(number)
    request.state = states.check(transition, RequestState(request.state)).value
    request.changed_at = now()
    return request


def _note(request: DataRequest, event: str, actor: str, **data: Any) -> None:
    ckan_model.Session.add(
        RequestEvent(request_number=request.number, event=event, actor=actor, data=data)
    )


def _local_day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(city_time.ZONE).date()
