"""Many people at once on one request: exactly one outcome, and no step lost or done twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
from sqlalchemy import select

from ckanext.indep.governance import verify
from ckanext.indep.governance.model import Ballot, ChangeRequest, Event
from ckanext.indep.governance.publishing import finishing, releasing
from tests.governance.conftest import City, act

Make = Callable[..., dict[str, Any]]
Step = Callable[[], Any]
REFUSALS = (tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound)
ENDS = {"released", "withdrawn", "declined"}


@pytest.fixture
def decision(city: City, submitted: Make) -> dict[str, Any]:
    """A request that the committee votes on: what a vote names."""
    request = submitted()
    names = {"id": request["id"], "revision_id": request["revision_id"]}
    act(city.owner, "indep_request_decide", **names)
    return names


def test_fifty_steps_at_once(city: City, decision: dict[str, Any]) -> None:
    """Votes, remarks, a withdrawal, a call for changes and the rest, all in one moment."""
    chair, second, third = city.members
    request = {"id": decision["id"]}
    votes: list[Step] = [
        lambda: act(chair, "indep_request_vote", ballot="for", **decision),
        lambda: act(second, "indep_request_vote", ballot="for", **decision),
        lambda: act(third, "indep_request_vote", ballot="against", **decision),
        lambda: act(third, "indep_request_vote", ballot="recuse", reason="Mine", **decision),
    ]
    others: list[Step] = [
        lambda: act(chair, "indep_request_release", **request),
        lambda: act(second, "indep_request_comment", reason="A remark", **request),
        lambda: act(city.owner, "indep_request_escalate", reason="Slow", **request),
        lambda: act(chair, "indep_request_assign", user=third, **request),
    ]
    ends: list[Step] = [
        lambda: act(city.steward, "indep_request_withdraw", **request),
        lambda: act(chair, "indep_request_changes", reason="Once more", **request),
    ]
    answers = _at_once(votes * 8 + others * 4 + ends)
    print(f"50 steps at once: {dict(answers)}")
    assert sum(answers.values()) == 50
    _check_one_outcome(decision, answers)


def test_two_final_votes_at_once(city: City, decision: dict[str, Any]) -> None:
    act(city.members[0], "indep_request_vote", ballot="for", **decision)
    answers = _at_once(
        [
            lambda: act(city.members[1], "indep_request_vote", ballot="for", **decision),
            lambda: act(city.members[2], "indep_request_vote", ballot="against", **decision),
        ]
        * 2
    )
    _check_one_outcome(decision, answers)
    assert _state(decision) == "released"


def test_cancel_against_approve(city: City, decision: dict[str, Any]) -> None:
    """Who is first wins; who is late is told so, and nothing of it happens."""
    act(city.members[0], "indep_request_vote", ballot="for", **decision)
    answers = _at_once(
        [
            lambda: act(city.members[1], "indep_request_vote", ballot="for", **decision),
            lambda: act(city.steward, "indep_request_withdraw", id=decision["id"]),
            lambda: act(city.members[2], "indep_request_changes", id=decision["id"], reason="No"),
        ]
    )
    _check_one_outcome(decision, answers)
    assert _state(decision) in {"released", "withdrawn", "changes_requested"}


def test_cancelled_between_approval_and_release(
    city: City, decision: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The approval is committed first, and a withdrawal may come before its release."""
    act(city.members[0], "indep_request_vote", ballot="for", **decision)
    answers: list[Counter[str]] = []

    def withdraw() -> None:
        if not answers:
            answers.append(Counter())
            steps = [lambda: act(city.steward, "indep_request_withdraw", id=decision["id"])]
            answers[0] = _at_once(steps)

    monkeypatch.setattr(finishing.outbox, "wake", withdraw)
    result = act(city.members[1], "indep_request_vote", ballot="for", **decision)
    assert result["state"] == "withdrawn"
    assert answers == [Counter({"done: withdrawn": 1})]
    assert act("", "package_search", q="pothole")["count"] == 0
    assert list(verify.breaches()) == []


def _at_once(steps: list[Step]) -> Counter[str]:
    """Take all steps in threads that start together; count how each was answered."""
    ready = threading.Barrier(len(steps))
    answers: Counter[str] = Counter()

    def take(step: Step) -> None:
        try:
            ckan_model.Session.remove()
            ready.wait(timeout=60)
            result = step()
            answers[f"done: {result['state'] if result else 'remark'}"] += 1
        except REFUSALS:
            answers["refused"] += 1
        except Exception as error:
            answers[f"failed: {type(error).__name__}"] += 1
        finally:
            ckan_model.Session.remove()

    threads = [threading.Thread(target=take, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _check_one_outcome(decision: dict[str, Any], answers: Counter[str]) -> None:
    """Nothing failed; what was answered is recorded; the request came to one end at most."""
    assert [answer for answer in answers if answer.startswith("failed")] == []
    if _state(decision) == "approved":
        releasing.release_waiting()
    session = ckan_model.Session
    events = Counter(
        session.execute(select(Event.event).where(Event.subject == decision["id"])).scalars()
    )
    state = _state(decision)
    ends = {end: events[end] for end in ENDS if events[end]}
    assert ends == ({state: 1} if state in ENDS else {})
    assert (1 if state == "released" else 0) <= events["approved"] <= 1
    ballots = session.query(Ballot).filter_by(request_id=decision["id"]).count()
    assert ballots == events["ballot"]
    assert list(verify.breaches()) == []


def _state(decision: dict[str, Any]) -> str:
    ckan_model.Session.rollback()
    row = ckan_model.Session.get(ChangeRequest, decision["id"], populate_existing=True)
    assert row
    return row.state
