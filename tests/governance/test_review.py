"""The review beside the votes: conditions, checklist, first look, escalation, and who may what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers

from ckanext.indep import city_time
from ckanext.indep.governance import outbox, policies, verify
from ckanext.indep.governance.approving import conditions
from ckanext.indep.privacy import service
from ckanext.indep.privacy.sources import subject_of
from tests.governance.conftest import City, act, call, request_of
from tests.tools.answers import CHECKLIST

Make = Callable[..., dict[str, Any]]
REFUSALS = (tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound)


@pytest.fixture
def reviewer(city: City) -> str:
    """The name of a privacy reviewer."""
    return _office("privacy_reviewer")


class TestConditions:
    def test_a_blocking_one_holds_the_release_until_it_is_met(
        self, city: City, submitted: Make, reviewer: str
    ) -> None:
        request = submitted()
        _set(reviewer, request, "blocking", "Ask the city's counsel")
        _set(city.members[1], request, "due", "Describe the columns")
        assert _approve(city, request)["state"] == "approved_with_conditions"
        assert act("", "package_search", q="pothole")["count"] == 0
        shown = act(reviewer, "indep_request_show", id=request["id"])
        blocking, due = shown["conditions"]
        days = policies.in_force()[1].deadlines.condition_days
        assert due["due_on"] == (city_time.today() + dt.timedelta(days=days)).isoformat()
        met = {"id": blocking["id"], "note": "Counsel wrote on Monday that it may be"}
        for nobody in (city.steward, city.members[1], city.admin):
            with pytest.raises(tk.NotAuthorized):
                act(nobody, "indep_condition_meet", **met)
        with pytest.raises(tk.ValidationError, match="Say how"):
            act(reviewer, "indep_condition_meet", id=blocking["id"])
        with pytest.raises(tk.ValidationError, match="approved with conditions"):
            _set(reviewer, request, "blocking", "Something else")
        with pytest.raises(tk.ValidationError, match="approved with conditions"):
            act(reviewer, "indep_condition_withdraw", id=blocking["id"], note="Not needed")
        assert act(reviewer, "indep_condition_meet", **met)["state"] == "released"
        with pytest.raises(tk.ValidationError, match="nothing about this condition"):
            act(reviewer, "indep_condition_meet", **met)
        assert [row["id"] for row in act(city.steward, "indep_condition_list")] == [due["id"]]
        assert act(city.outsider, "indep_condition_list") == []
        act(reviewer, "indep_condition_meet", id=due["id"], note="They are described")
        assert conditions.open_due() == []
        assert list(verify.breaches()) == []

    def test_a_new_revision_meets_it_anew(self, city: City, submitted: Make, reviewer: str) -> None:
        request = submitted()
        mine = _set(reviewer, request, "blocking", "Remove the second column")
        other = _set(reviewer, request, "blocking", "Not needed after all")
        act(reviewer, "indep_condition_meet", id=mine, note="It was not there")
        with pytest.raises(tk.NotAuthorized):
            act(city.members[0], "indep_condition_withdraw", id=other, note="x")
        act(reviewer, "indep_condition_withdraw", id=other, note="I had misread it")
        _approve(city, request, until="owner")
        act(city.members[0], "indep_request_vote", ballot="for", **_decision(request))
        act(reviewer, "indep_request_changes", id=request["id"], reason="Look at column two")
        act(city.steward, "package_patch", id=request["workspace_id"], notes="Other words.")
        act(city.steward, "indep_request_submit", id=request["id"])
        again = act(city.owner, "indep_request_show", id=request["id"])
        assert [c["state"] for c in again["conditions"]] == ["open", "withdrawn"]
        assert again["tally"]["for"] == 0
        assert _approve(city, again)["state"] == "approved_with_conditions"
        act(city.owner, "indep_request_changes", id=request["id"], reason="The data itself")
        act(city.steward, "package_patch", id=request["workspace_id"], notes="Better words.")
        act(city.steward, "indep_request_submit", id=request["id"])
        third = act(city.owner, "indep_request_show", id=request["id"])
        _approve(city, third)
        done = act(city.owner, "indep_condition_meet", id=mine, note="Seen by me")
        assert done["state"] == "released"
        assert list(verify.breaches()) == []

    def test_bad_input_gets_one_sentence(self, city: City, submitted: Make) -> None:
        request = submitted()
        for wrong, sentence in [
            ({"kind": "later"}, "must be one of"),
            ({"text": " "}, "what has to be done"),
            ({"due_on": "2020-01-01", "kind": "due"}, "past"),
            ({"due_on": "tomorrow", "kind": "due"}, "2026-07-01"),
            ({"due_on": "2030-01-01"}, "no day"),
        ]:
            given = {"id": request["id"], "kind": "blocking", "text": "Something", **wrong}
            with pytest.raises(tk.ValidationError, match=sentence):
                act(city.owner, "indep_condition_set", **given)
        with pytest.raises(tk.ObjectNotFound):
            act(city.owner, "indep_condition_meet", id="no-such-condition", note="x")

    @pytest.mark.parametrize("action", ["indep_condition_meet", "indep_condition_withdraw"])
    def test_a_hidden_one_is_answered_like_none(
        self, city: City, submitted: Make, action: str
    ) -> None:
        hidden = act(
            city.owner, "indep_condition_set", id=submitted()["id"], kind="due", text="Soon"
        )
        told = set()
        for condition in (hidden["id"], "no-such-condition"):
            with pytest.raises(tk.ObjectNotFound) as refused:
                act(city.outsider, action, id=condition, note="x")
            told.add(str(refused.value))
        assert told == {"Condition not found"}


class TestChecklist:
    def test_every_open_question_is_named_and_answers_are_kept(
        self, city: City, draft: Make, reviewer: str
    ) -> None:
        workspace = draft()
        request = act(city.steward, "indep_request_list", which="mine")[0]
        assert request["workspace_id"] == workspace["id"]
        with pytest.raises(tk.ValidationError) as refused:
            act(city.steward, "indep_request_submit", id=request["id"], checklist={})
        assert len(_sentences(refused)) == len(CHECKLIST)
        saved = {k: v for k, v in CHECKLIST.items() if k != "geography"}
        words = "Rounded to ZIP codes"
        act(
            city.steward,
            "indep_checklist_save",
            id=request["id"],
            checklist=saved,
            mitigation=words,
        )
        for wrong in ({"geography": "the moon"}, {"nonsense": "yes"}):
            with pytest.raises(tk.ValidationError):
                act(city.steward, "indep_checklist_save", id=request["id"], checklist=wrong)
        with pytest.raises(tk.ValidationError, match="exact is the place"):
            act(city.steward, "indep_request_submit", id=request["id"], checklist={})
        act(city.steward, "indep_checklist_save", id=request["id"], checklist={"risk": ""})
        with pytest.raises(tk.ValidationError, match="How much harm"):
            act(city.steward, "indep_request_submit", id=request["id"], checklist={})
        last = {"geography": CHECKLIST["geography"], "risk": CHECKLIST["risk"]}
        act(city.steward, "indep_request_submit", id=request["id"], checklist=last)
        with pytest.raises(tk.ValidationError, match="frozen"):
            act(city.steward, "indep_checklist_save", id=request["id"], checklist=CHECKLIST)
        for nobody in (city.steward, city.admin):
            with pytest.raises(tk.NotAuthorized):
                _assess(nobody, request, {"risk": "high"})
        _assess(reviewer, request, {"risk": "high", "risk_likelihood": "high"})
        shown = act(reviewer, "indep_request_show", id=request["id"])["checklist"]
        assert {q["id"]: q["answer"] for q in shown["questions"]} == CHECKLIST
        assert shown["mitigation"] == words
        assert shown["assessment"]["recommendation"] == "open"
        [review] = shown["reviews"]
        assert review["answers"] == {"risk": "high", "risk_likelihood": "high"}
        assert review["assessment"]["recommendation"] == "limited"

    def test_a_change_begins_with_the_answers_given_before(
        self, city: City, released: Make
    ) -> None:
        package = released()
        request = act(city.steward, "indep_request_open", id=package["id"])
        act(city.steward, "package_patch", id=request["workspace_id"], contact_name="Streets")
        shown = act(city.steward, "indep_request_show", id=request["id"])["checklist"]
        assert {q["id"]: q["answer"] for q in shown["questions"]} == CHECKLIST
        text = policies.default_text()
        policies.load(text.replace("ZIP code, block", "neighborhood, block"), "a new policy")
        with pytest.raises(tk.ValidationError) as refused:
            act(city.steward, "indep_request_submit", id=request["id"], checklist={})
        [sentence] = _sentences(refused)
        assert "exact is the place" in sentence
        renewed = {"geography": "neighborhood"}
        sent = act(city.steward, "indep_request_submit", id=request["id"], checklist=renewed)
        assert sent["state"] == "submitted"


class TestScan:
    def test_reviewers_see_what_was_found_in_what_was_submitted(
        self, city: City, draft: Make
    ) -> None:
        numbers = "\n".join(f"816-325-70{n},{n}" for n in range(10, 40))
        workspace = draft(csv=f"phone,count\n{numbers}\n")
        opened = request_of(city.steward, workspace["id"])
        call(city.steward, "indep_request_submit", id=opened["id"], checklist=CHECKLIST)
        request = act(city.owner, "indep_request_show", id=opened["id"])
        shown = act(city.owner, "indep_request_show", id=request["id"])["scan"]
        # The description, the file, and the table that was loaded from it.
        assert [part["state"] for part in shown] == ["done", "missing", "missing"]
        outbox.drain("scan")
        waiting = act(city.owner, "indep_request_show", id=request["id"])["scan"]
        assert waiting[1]["state"] == "pending"
        [resource] = request["revision"]["content"]["resources"]
        service.run(str(subject_of(resource)))
        found = act(city.owner, "indep_request_show", id=request["id"])["scan"][1]
        assert found["state"] == "done"
        assert "phone" in str(found["report"])
        assert "816-325-7010" not in str(found["report"])


class TestFirstLook:
    def test_assign_and_queue(self, city: City, submitted: Make, reviewer: str) -> None:
        request = submitted()
        for nobody in (city.steward, city.members[1], city.admin):
            with pytest.raises(tk.NotAuthorized):
                act(nobody, "indep_request_assign", id=request["id"], user=reviewer)
        for wrong in (city.steward, city.outsider, "nobody-at-all"):
            with pytest.raises(tk.ValidationError):
                act(city.owner, "indep_request_assign", id=request["id"], user=wrong)
        act(city.owner, "indep_request_assign", id=request["id"], user=reviewer)
        queue = act(reviewer, "indep_request_list", which="assigned")
        assert [row["id"] for row in queue] == [request["id"]]
        act(city.members[0], "indep_request_assign", id=request["id"])
        assert act(reviewer, "indep_request_list", which="assigned") == []


class TestEscalation:
    def test_needs_a_reason_and_decides_nothing(self, city: City, submitted: Make) -> None:
        request = submitted()
        with pytest.raises(tk.ValidationError, match="written reason"):
            act(city.owner, "indep_request_escalate", id=request["id"])
        with pytest.raises(tk.NotAuthorized):
            act(city.steward, "indep_request_escalate", id=request["id"], reason="Slow")
        act(city.owner, "indep_request_escalate", id=request["id"], reason="Slow")
        shown = act(city.owner, "indep_request_show", id=request["id"])
        assert shown["escalated_at"]
        assert shown["state"] == "submitted"

    def test_a_committee_that_is_too_small_from_the_start(
        self, city: City, submitted: Make
    ) -> None:
        for row in act("", "indep_appointment_list"):
            helpers.call_action("indep_appointment_end", id=row["id"], reason="New council")
        request = submitted()
        assert _approve(city, request, until="owner")["state"] == "in_review"
        assert act(city.owner, "indep_request_show", id=request["id"])["escalated_at"]


class TestOffices:
    @pytest.mark.parametrize("office", ["privacy_reviewer", "records_custodian"])
    def test_advisers_read_remark_set_conditions_and_send_back(
        self, city: City, submitted: Make, office: str
    ) -> None:
        request = submitted()
        adviser = _office(office)
        act(adviser, "indep_request_comment", id=request["id"], reason="I have read it")
        _set(adviser, request, "due", "Keep it for three years")
        for decide in ("indep_request_decide", "indep_request_vote"):
            with pytest.raises(tk.NotAuthorized):
                act(adviser, decide, ballot="for", **_decision(request))
        done = act(adviser, "indep_request_changes", id=request["id"], reason="Retention is open")
        assert done["state"] == "changes_requested"


def _sentences(refused: pytest.ExceptionInfo[Any]) -> list[str]:
    return refused.value.error_dict["checklist"]


def _office(office: str) -> str:
    name = factories.User()["name"]
    helpers.call_action("indep_appointment_create", user=name, office=office)
    return name


def _decision(request: dict[str, Any]) -> dict[str, str]:
    return {"id": request["id"], "revision_id": request["revision_id"]}


def _approve(city: City, request: dict[str, Any], until: str = "end") -> dict[str, Any]:
    decision = _decision(request)
    result = act(city.owner, "indep_request_decide", **decision)
    if until == "end":
        act(city.members[0], "indep_request_vote", ballot="for", **decision)
        result = act(city.members[1], "indep_request_vote", ballot="for", **decision)
    return result


def _set(actor: str, request: dict[str, Any], kind: str, text: str) -> str:
    return act(actor, "indep_condition_set", id=request["id"], kind=kind, text=text)["id"]


def _assess(actor: str, request: dict[str, Any], answers: dict[str, str]) -> None:
    act(actor, "indep_checklist_review", id=request["id"], checklist=answers)
