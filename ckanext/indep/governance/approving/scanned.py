"""What the scan for personal data leaves to people before a request is approved and released.

The scan of exactly the frozen revision has to have ended. What it found likely has to be answered
by somebody who reviews, and what it could not read has to be looked at by the privacy
reviewer. An answer names each place (resource, kind, column) with the content that was
there. It counts for the same content wherever it comes again in this dataset, and once it was
released with, for the same place in later content: rows that are renewed each day are not
answered for each day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.model as ckan_model
from sqlalchemy import select

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import requests, states
from ckanext.indep.governance.model import ChangeRequest, Checklist, Event, Revision
from ckanext.indep.governance.states import State
from ckanext.indep.privacy import outcomes
from ckanext.indep.privacy.outcomes import Outcome

__all__ = ["ANSWER", "FACT", "Left", "answers", "breaches", "check", "left", "statement", "waiting"]

ANSWER = "scan"
"""The kind of the checklist's rows that answer the scan."""
FACT = "scan"
"""What a request's snapshot calls it that it waits for the scan."""

Places = Mapping[str, str]
"""Place → the content that is there."""


@dataclass(frozen=True)
class Left:
    """What is still left: how many contents to scan, findings to answer, contents to look at."""

    awaited: int = 0
    found: Places = field(default_factory=dict[str, str])
    unread: Places = field(default_factory=dict[str, str])

    def __bool__(self) -> bool:
        return bool(self.awaited or self.found or self.unread)

    def sentence(self) -> str:
        """Return what keeps the request from going on, and what can be done about it."""
        if self.awaited:
            return (
                "What was submitted is still being scanned for personal data, so it is neither "
                "approved nor released yet. Try again in a moment."
            )
        if self.unread:
            return (
                "The scan for personal data could not read all that was submitted, so it is "
                "neither approved nor released before the privacy reviewer has looked at it by "
                "hand and recorded that. Or ask for changes."
            )
        return (
            "The scan found what is likely personal data, so it is neither approved nor released "
            "before the privacy reviewer, the data owner or a member of the committee has "
            "recorded why it may be. Or ask for changes."
        )


def left(request: ChangeRequest) -> Left:
    """Return what is left of the request's present revision, by the scans there are now."""
    revision = ckan_model.Session.get(Revision, request.revision_id)
    if not revision or not request.snapshot.get(FACT):
        return Left()
    found = outcomes.of(revision.content, revision.created_at)
    return _unanswered(request, [outcomes.of_description(revision.content), *found])


def waiting() -> list[ChangeRequest]:
    """Return the requests whose scans have ended and left something to people."""
    pending = states.UNDER_REVIEW | states.DECIDED
    found = ckan_model.Session.execute(
        select(ChangeRequest)
        .where(ChangeRequest.state.in_([state.value for state in pending]))
        .order_by(ChangeRequest.number)
    ).scalars()
    remaining = [(request, left(request)) for request in found]
    return [request for request, rest in remaining if rest and not rest.awaited]


def check(request: ChangeRequest) -> None:
    """Raise ConflictError, naming the state and what is possible, where anything is left."""
    remaining = left(request)
    if remaining:
        state = State(request.state)
        possible = sorted(t.name for t in states.TRANSITIONS.values() if state in t.sources)
        raise ConflictError(remaining.sentence(), state=state.value, possible=possible)


def answers(request: ChangeRequest) -> list[Checklist]:
    """Return the answers to the scan of the request's present revision, the oldest first."""
    return list(
        ckan_model.Session.execute(
            select(Checklist)
            .where(
                Checklist.request_id == request.id,
                Checklist.revision_id == request.revision_id,
                Checklist.kind == ANSWER,
            )
            .order_by(Checklist.seq)
        ).scalars()
    )


def statement(request: ChangeRequest, revision: Revision) -> dict[str, Any]:
    """Return what the audit log says at the release: each content, and which detectors read it."""
    if not request.snapshot.get(FACT):
        return {}
    found = outcomes.of(revision.content, revision.created_at)
    return {"scans": {outcome.subject: outcome.version for outcome in found}}


def breaches(request: ChangeRequest) -> Iterator[str]:
    """Yield what speaks against a release that was made, by the scans that it cites."""
    if not request.snapshot.get(FACT):
        return
    revision = ckan_model.Session.get(Revision, request.revision_id)
    assert revision, "a released request has its revision"
    cited = ckan_model.Session.execute(
        select(Event.data["scans"])
        .where(Event.event == "released", Event.subject == request.id)
        .order_by(Event.seq.desc())
        .limit(1)
    ).scalar()
    found = outcomes.of(revision.content, revision.created_at, cited or {})
    if {outcome.subject for outcome in found} - set(cited or {}):
        yield "was released without a scan for personal data of this revision"
        return
    remaining = _unanswered(request, found)
    if remaining.awaited or remaining.unread:
        yield "was released before its scan for personal data had ended, and nobody looked by hand"
    if remaining.found:
        yield "was released with findings of the scan for personal data that nobody answered"


def _unanswered(request: ChangeRequest, found: Iterable[Outcome]) -> Left:
    same, later = _answered(request)
    awaited = 0
    open_found: dict[str, str] = {}
    unread: dict[str, str] = {}
    for outcome in found:
        awaited += outcome.is_awaited
        place = _place(outcome, "unread", outcome.subject.partition(":")[0])
        if outcome.is_unread and (place, outcome.subject) not in same:
            unread[place] = outcome.subject
        for one in outcome.found:
            place = _place(outcome, one.kind, one.part, one.column)
            if (place, outcome.subject) not in same and place not in later:
                open_found[place] = outcome.subject
    return Left(awaited, open_found, unread)


def _answered(request: ChangeRequest) -> tuple[set[tuple[str, str]], set[str]]:
    """Return the places with their contents that were answered, and the places released with.

    Whoever answered and worked on the request afterwards has not answered.
    """
    workers = requests.contributors(request.id)
    same: set[tuple[str, str]] = set()
    later: set[str] = set()
    for answer, state in ckan_model.Session.execute(
        select(Checklist, ChangeRequest.state)
        .join(ChangeRequest, ChangeRequest.id == Checklist.request_id)
        .where(ChangeRequest.live_id == request.live_id, Checklist.kind == ANSWER)
    ):
        if answer.request_id != request.id:
            later |= set(answer.answers) if state == State.RELEASED.value else set()
        elif answer.answered_by in workers:
            continue
        same |= set(answer.answers.items())
    return same, later


def _place(outcome: Outcome, *names: str) -> str:
    return json.dumps([outcome.resource_id, *names], ensure_ascii=False)
