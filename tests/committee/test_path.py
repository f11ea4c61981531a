"""The way of a meeting from the calendar to published minutes, through the actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from ckanext.indep.governance import audit, verify
from tests.committee.conftest import (
    MEETING_DAY,
    Clock,
    Committee,
    act,
    attend,
    item_of,
    plan,
    roll,
)

Make = Callable[..., dict[str, Any]]


def test_from_calendar_to_published_minutes(
    committee: Committee, time: Clock, in_review: Make, posted: Make
) -> None:
    risky = in_review(title="Risky canary", pii_reviewed="removed")
    harmless = in_review(title="Harmless canary", pii_reviewed="none-found")
    secretary, (chair, member, other) = committee.secretary, committee.members
    meeting = posted()
    number = meeting["number"]
    assert meeting["state"] == "agenda_posted"
    assert item_of(meeting, harmless)["section"] == "consent"
    assert item_of(meeting, risky)["section"] == "discussion"

    time.turn_to(MEETING_DAY)
    act(secretary, "indep_meeting_open", number=number)
    attend(committee, number, chair, member, other)
    act(
        secretary,
        "indep_meeting_consent_record",
        number=number,
        revisions=[{"request": harmless["id"], "revision_id": harmless["revision_id"]}],
        votes=[],
        moved_by=member,
        seconded_by=other,
    )
    shown = act("", "package_show", id=harmless["live_id"])
    assert shown["title"] == "Harmless canary"
    roll(
        committee,
        number,
        risky,
        **{chair: "recuse: I own shares of it", member: "against", other: "against"},
    )
    assert act(committee.city.steward, "indep_request_show", id=risky["id"])["state"] == "declined"
    time.turn_to(MEETING_DAY + dt.timedelta(hours=1))
    act(secretary, "indep_meeting_adjourn", number=number)
    drafted = act(secretary, "indep_minutes_draft", number=number, notes="All went well.")
    version = drafted["minutes"]["version"]
    act(chair, "indep_minutes_approve", number=number, version=version)

    public = act("", "indep_minutes_show", number=number)
    content = public["content"]
    assert content["quorum"] == {"needed": 2, "members": 3, "present": 3}
    assert content["notes"] == "All went well."
    first, second = content["items"]
    assert first["title"] == "Harmless canary"
    assert first["request"]["counts"]["for"] == 3
    assert first["request"]["outcome"] == "carried"
    assert second["title"] == ""
    assert second["request"]["outcome"] == "lost"
    assert [v["ballot"] for v in second["request"]["votes"]] == ["against", "against", "recuse"]
    assert "shares" not in str(public)
    assert "Risky" not in str(public)
    own = act(committee.auditor, "indep_minutes_show", number=number)
    assert "I own shares of it" in str(own)
    assert "Risky canary" in str(own)
    assert list(verify.breaches()) == []
    assert list(audit.breaks()) == []


def test_the_next_meeting_approves_the_minutes(
    committee: Committee, time: Clock, in_session: Make, in_review: Make
) -> None:
    in_review()
    number = in_session()["number"]
    act(committee.secretary, "indep_meeting_adjourn", number=number)
    act(committee.secretary, "indep_minutes_draft", number=number)
    later = MEETING_DAY + dt.timedelta(days=28)
    following = plan(committee, starts_at=later.isoformat())["number"]
    built = act(committee.secretary, "indep_agenda_build", number=following)
    assert f"Approval of the minutes of meeting {number}" in [i["title"] for i in built["agenda"]]
    act(committee.secretary, "indep_agenda_post", number=following)
    time.turn_to(later)
    act(committee.secretary, "indep_meeting_open", number=following)
    approved = act(
        committee.secretary,
        "indep_minutes_approve",
        number=number,
        version=1,
        at_meeting=following,
    )
    assert approved["state"] == "minutes_approved"
    assert approved["minutes"]["approved_at_meeting"] == following
