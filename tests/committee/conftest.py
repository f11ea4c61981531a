"""A committee with a secretary, a clock that the tests turn, and meetings to hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
import pytest
from ckan.tests import factories, helpers

from ckanext.indep import city_time
from ckanext.indep.committee import clock
from ckanext.indep.governance import outbox
from ckanext.indep.privacy import records
from ckanext.indep.privacy import service as privacy
from tests.governance.conftest import City, act, draft, submitted
from tests.governance.conftest import city as fresh_city

__all__ = ["draft", "fresh_city", "submitted"]

MEETING_DAY = dt.datetime(2027, 1, 20, 14, tzinfo=city_time.ZONE)
"""A Wednesday afternoon."""


class Clock:
    """The present moment, as long as a test wants it to be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = dt.datetime(2027, 1, 11, 9, tzinfo=city_time.ZONE)
        monkeypatch.setattr(clock, "now", lambda: self.moment.astimezone(dt.timezone.utc))

    def turn_to(self, moment: dt.datetime) -> None:
        self.moment = moment


@dataclass(frozen=True)
class Committee:
    """The city's people by role, with those whose offices are about meetings."""

    city: City
    secretary: str
    auditor: str

    @property
    def chair(self) -> str:
        return self.city.members[0]

    @property
    def members(self) -> tuple[str, ...]:
        return self.city.members


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands nine days before the meeting, until it is turned."""
    return Clock(monkeypatch)


@pytest.fixture
def city(request: pytest.FixtureRequest, with_plugins: None) -> City:
    """A city that the tests of one class share, with what those before left in it."""
    kept: City | None = getattr(request.cls, "kept_city", None)
    made = kept or request.getfixturevalue("fresh_city")
    if request.cls:
        request.cls.kept_city = made
    return made


@pytest.fixture
def committee(request: pytest.FixtureRequest, city: City, time: Clock) -> Committee:
    """Appoint a secretary and an auditor beside the three members; shared as the city is."""
    kept: Committee | None = getattr(request.cls, "kept_committee", None)
    if kept is None:
        secretary, auditor = (factories.User()["name"] for _ in range(2))
        helpers.call_action("indep_appointment_create", user=secretary, office="secretary")
        helpers.call_action("indep_appointment_create", user=auditor, office="auditor")
        kept = Committee(city, secretary, auditor)
        if request.cls:
            request.cls.kept_committee = kept
    return kept


@pytest.fixture
def in_review(
    committee: Committee, submitted: Callable[..., dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Take a dataset to the committee, scanned for personal data; return its request."""

    def make(**fields: Any) -> dict[str, Any]:
        request = submitted(**fields)
        outbox.drain("scan")
        at_once = dt.timedelta()
        for scan in records.waiting(at_once, at_once, 100):
            privacy.run(scan.subject)
        return act(
            committee.city.owner,
            "indep_request_decide",
            id=request["id"],
            revision_id=request["revision_id"],
        )

    return make


@pytest.fixture
def posted(committee: Committee) -> Callable[..., dict[str, Any]]:
    """Plan a meeting, build its agenda from the queue or with one matter, and post it."""

    def make() -> dict[str, Any]:
        number = plan(committee)["number"]
        built = act(committee.secretary, "indep_agenda_build", number=number)
        if not built["agenda"]:
            act(committee.secretary, "indep_agenda_item_add", number=number, title="Holidays")
        return act(committee.secretary, "indep_agenda_post", number=number)

    return make


@pytest.fixture
def in_session(
    committee: Committee, time: Clock, posted: Callable[..., dict[str, Any]]
) -> Callable[..., dict[str, Any]]:
    """Open a meeting with everybody present."""

    def make() -> dict[str, Any]:
        number = posted()["number"]
        time.turn_to(MEETING_DAY)
        act(committee.secretary, "indep_meeting_open", number=number)
        return attend(committee, number, *committee.members)

    return make


def plan(committee: Committee, **details: Any) -> dict[str, Any]:
    """Plan a meeting at the usual time, as the secretary."""
    starts = details.pop("starts_at", MEETING_DAY.isoformat())
    return act(committee.secretary, "indep_meeting_create", starts_at=starts, **details)


def attend(committee: Committee, number: int, *members: str) -> dict[str, Any]:
    """Record that these members are present."""
    meeting: dict[str, Any] = {}
    for member in members:
        meeting = act(
            committee.secretary,
            "indep_attendance_set",
            number=number,
            member=member,
            presence="present",
        )
    return meeting


def roll(
    committee: Committee, number: int, request: dict[str, Any], **ballots: str
) -> dict[str, Any]:
    """Record ballots (by member's name) on a request; ``recuse: why`` gives the reason."""
    votes = []
    for member, said in ballots.items():
        ballot, _colon, reason = said.partition(": ")
        votes.append({"member": member, "ballot": ballot, "reason": reason})
    return act(
        committee.secretary,
        "indep_meeting_vote_record",
        number=number,
        request=request["id"],
        revision_id=request["revision_id"],
        votes=votes,
    )


def item_of(meeting: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Return the item of a meeting's agenda that is about the request."""
    return next(
        i for i in meeting["agenda"] if i["request"] and i["request"]["number"] == request["number"]
    )


def user_id(name: str) -> str:
    """Return the id of an account."""
    user = ckan_model.User.get(name)
    assert user
    return user.id
