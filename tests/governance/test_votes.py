"""Votes: ties, members who leave, recusals, delegates; a quorum out of reach; who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import helpers
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep import city_time
from ckanext.indep.governance import outbox, policies, verify
from ckanext.indep.governance.approving.votes import Ballot, Outcome, tally
from ckanext.indep.governance.model import Event
from ckanext.indep.governance.review import deciding
from tests.governance.conftest import City, act

Make = Callable[..., dict[str, Any]]
MEMBERS = ("chair", "b", "c", "d")
VOTES = st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(list(Ballot)))
QUORUMS = st.sampled_from([0.25, 0.5, 0.75, 1.0])
TIES = st.sampled_from(["lost", "chair"])
TODAY = city_time.today()
WEEK = (TODAY + dt.timedelta(days=7)).isoformat()


class TestTies:
    @pytest.mark.parametrize(
        ("votes", "tie", "outcome"),
        [
            ("for for against against", "lost", Outcome.LOST),
            ("for for against against", "chair", Outcome.CARRIED),
            ("against for for against", "chair", Outcome.LOST),
            ("abstain for against abstain", "chair", Outcome.LOST),
            ("recuse for against abstain", "chair", Outcome.LOST),
        ],
    )
    def test_as_many_for_as_against(self, votes: str, tie: Any, outcome: Outcome) -> None:
        ballots = {m: Ballot(v) for m, v in zip(MEMBERS, votes.split(), strict=True)}
        assert tally(MEMBERS, ballots, 0.5, tie=tie, chair="chair").outcome is outcome

    def test_the_chair_who_has_not_voted_is_waited_for(self) -> None:
        ballots = {"b": Ballot.FOR, "c": Ballot.AGAINST, "d": Ballot.AGAINST}
        count = tally(MEMBERS, ballots, 0.5, tie="chair", chair="chair")
        assert count.outcome is Outcome.PENDING

    @given(VOTES, VOTES, QUORUMS, TIES)
    def test_what_is_decided_stays_decided(
        self, early: dict[str, Ballot], late: dict[str, Ballot], quorum: float, tie: Any
    ) -> None:
        """Whatever those who have not voted do later, or if they leave."""
        rules: Any = {"tie": tie, "chair": "chair"}
        before = tally(MEMBERS, early, quorum, **rules).outcome
        if before in (Outcome.CARRIED, Outcome.LOST):
            kept = {name: vote for name, vote in late.items() if vote is not Ballot.RECUSE}
            assert tally(MEMBERS, {**kept, **early}, quorum, **rules).outcome is before
            assert tally(MEMBERS, early, quorum, left=MEMBERS, **rules).outcome is before

    @given(VOTES, QUORUMS, TIES)
    def test_when_all_have_voted_nothing_is_open(
        self, votes: dict[str, Ballot], quorum: float, tie: Any
    ) -> None:
        everyone = {name: votes.get(name, Ballot.ABSTAIN) for name in MEMBERS}
        outcome = tally(MEMBERS, everyone, quorum, tie=tie, chair="chair").outcome
        assert outcome is not Outcome.PENDING

    @given(VOTES, QUORUMS)
    def test_the_chair_decides_ties_only(self, votes: dict[str, Ballot], quorum: float) -> None:
        plain = tally(MEMBERS, votes, quorum)
        with_chair = tally(MEMBERS, votes, quorum, tie="chair", chair="chair")
        if plain.outcome is not with_chair.outcome:
            assert plain.for_ <= plain.against + plain.missing
            assert plain.against <= plain.for_ + plain.missing

    @given(VOTES, st.sets(st.sampled_from(MEMBERS)), QUORUMS)
    def test_leaving_makes_the_quorum_no_smaller(
        self, votes: dict[str, Ballot], left: set[str], quorum: float
    ) -> None:
        count = tally(MEMBERS, votes, quorum, left=left)
        assert count.quorum == tally(MEMBERS, votes, quorum).quorum
        if count.outcome is Outcome.CARRIED:
            assert count.for_ + count.against + count.abstain >= count.quorum


@pytest.fixture
def in_review(city: City, submitted: Make) -> Make:
    """Submit, and approve as data owner; return what a vote names."""

    def make(**fields: Any) -> dict[str, Any]:
        request = submitted(**fields)
        decision = {"id": request["id"], "revision_id": request["revision_id"]}
        act(city.owner, "indep_request_decide", **decision)
        return decision

    return make


class TestCommittee:
    """One committee; each trap in a class of its own would make the same city again."""

    def test_vote_after_recusal_or_removal(self, city: City, in_review: Make) -> None:
        decision = in_review()
        chair, second, third = city.members
        act(second, "indep_request_vote", ballot="for", **decision)
        recused = act(second, "indep_request_vote", ballot="recuse", reason="Mine", **decision)
        assert recused["state"] == "in_review"
        with pytest.raises(tk.NotAuthorized, match="recused"):
            act(second, "indep_request_vote", ballot="for", **decision)
        _end_term(third)
        with pytest.raises(tk.ObjectNotFound):
            act(third, "indep_request_vote", ballot="for", **decision)
        shown = act(chair, "indep_request_show", id=decision["id"])
        assert shown["tally"]["for"] == 0
        assert shown["tally"]["outcome"] == "impossible"
        assert shown["escalated_at"]
        with pytest.raises(tk.ValidationError, match="escalated already"):
            act(chair, "indep_request_escalate", id=decision["id"], reason="Nobody is left")
        result = act(chair, "indep_request_vote", ballot="for", **decision)
        assert result["state"] == "in_review"
        assert _events(decision["id"], "escalated") == 1

    def test_nobody_waits_for_who_left(self, city: City, in_review: Make) -> None:
        decision = in_review()
        chair, second, third = city.members
        act(chair, "indep_request_vote", ballot="for", **decision)
        act(second, "indep_request_vote", ballot="abstain", **decision)
        _end_term(third)
        shown = act(chair, "indep_request_show", id=decision["id"])
        assert shown["state"] == "released"
        _appoint(third, "member")
        assert list(verify.breaches()) == []

    def test_author_joins_the_committee_or_changes_the_policy(
        self, city: City, draft: Make
    ) -> None:
        workspace = draft()
        request = act(city.steward, "indep_request_list", which="mine")[0]
        assert request["workspace_id"] == workspace["id"]
        _appoint(city.outsider, "member")
        sent = act(city.steward, "indep_request_submit", id=request["id"])
        decision = {"id": sent["id"], "revision_id": sent["revision_id"]}
        _appoint(city.steward, "member")
        _appoint(city.owner, "member")
        text = policies.default_text().replace("quorum: 0.5", "quorum: 0.01")
        policies.load(text.replace("stages: [data_owner, committee]", "stages: [data_owner]"), "x")
        with pytest.raises(tk.NotAuthorized, match="worked on"):
            act(city.steward, "indep_request_decide", **decision)
        act(city.owner, "indep_request_decide", **decision)
        for late in (city.steward, city.owner):
            with pytest.raises(tk.NotAuthorized):
                act(late, "indep_request_vote", ballot="for", **decision)
        shown = act(city.outsider, "indep_request_show", id=request["id"])
        assert (shown["state"], shown["tally"]["quorum"]) == ("in_review", 2)
        with pytest.raises(tk.NotAuthorized, match="himself"):
            act(city.admin, "indep_appointment_create", user=city.admin, office="member")

    def test_votes_in_meetings_only(self, city: City, submitted: Make) -> None:
        text = policies.default_text()
        policies.load(text.replace("electronic_votes: true", "electronic_votes: false"), "x")
        request = submitted()
        decision = {"id": request["id"], "revision_id": request["revision_id"]}
        act(city.owner, "indep_request_decide", **decision)
        with pytest.raises(tk.ValidationError, match="meetings only"):
            act(city.members[0], "indep_request_vote", ballot="for", **decision)

    def test_a_lane_has_its_own_quorum_and_the_chair_a_casting_vote(
        self, city: City, submitted: Make
    ) -> None:
        text = policies.default_text().replace("tie: lost", "tie: chair")
        head, committee = text.split("  - name: committee\n")
        policies.load(f"{head}  - name: committee\n    quorum: 1.0\n{committee}", "x")
        request = submitted()
        decision = {"id": request["id"], "revision_id": request["revision_id"]}
        act(city.owner, "indep_request_decide", **decision)
        ballots = ("for", "against", "abstain")
        for member, ballot in zip(city.members, ballots, strict=True):
            shown = act(member, "indep_request_show", id=request["id"])
            assert shown["tally"]["quorum"] == 3
            act(member, "indep_request_vote", ballot=ballot, **decision)
        assert act(city.owner, "indep_request_show", id=request["id"])["state"] == "released"
        assert list(verify.breaches()) == []


class TestDelegation:
    def test_a_delegate_votes_in_the_members_place(self, city: City, in_review: Make) -> None:
        decision = in_review()
        away, delegate, third = city.members
        _lend(away, delegate)
        lent = {"ballot": "for", "on_behalf_of": away, **decision}
        with pytest.raises(tk.NotAuthorized, match="not asked you"):
            act(third, "indep_request_vote", **lent)
        with pytest.raises(tk.NotAuthorized, match="in person"):
            act(delegate, "indep_request_vote", **{**lent, "ballot": "recuse", "reason": "x"})
        shown = act(delegate, "indep_request_show", id=decision["id"])
        assert [who["id"] for who in shown["votes_for"]] == [_id(away)]
        act(delegate, "indep_request_vote", **{**lent, "ballot": "against"})
        away_id = _id(away)
        _rename(away, "renamed-member")
        _rename(delegate, "renamed-delegate")
        act("renamed-member", "indep_request_vote", ballot="abstain", **decision)
        with pytest.raises(tk.NotAuthorized, match="in person"):
            act("renamed-delegate", "indep_request_vote", **{**lent, "on_behalf_of": away_id})
        ballots = act(third, "indep_request_show", id=decision["id"])["ballots"]
        assert [(b["ballot"], b["cast_by"] is None) for b in ballots[1:]] == [
            ("against", False),
            ("abstain", True),
        ]

    def test_a_recusal_ends_it_for_that_request(self, city: City, in_review: Make) -> None:
        decision = in_review()
        away, delegate, third = city.members
        _lend(away, delegate)
        act(away, "indep_request_vote", ballot="recuse", reason="My house", **decision)
        with pytest.raises(tk.NotAuthorized, match="recused"):
            act(delegate, "indep_request_vote", ballot="for", on_behalf_of=away, **decision)
        act(delegate, "indep_request_vote", ballot="for", **decision)
        result = act(third, "indep_request_vote", ballot="for", **decision)
        assert result["state"] == "released"

    def test_neither_chains_nor_circles(self, city: City) -> None:
        first, second, third = city.members
        _lend(first, second)
        for giver, taker, reason in [
            (second, first, "cannot be passed on"),
            (second, third, "cannot be passed on"),
            (third, first, "cannot be passed on"),
            (third, second, "already"),
            (first, third, "already"),
            (third, third, "another member"),
            (third, city.outsider, "Only a member"),
        ]:
            with pytest.raises(tk.ValidationError, match=reason):
                _lend(giver, taker)
        with pytest.raises(tk.NotAuthorized):
            _lend(city.outsider, third)
        [row] = act(second, "indep_delegation_list")
        assert not row["mine"]
        with pytest.raises(tk.NotAuthorized):
            act(third, "indep_delegation_end", id=row["id"])
        act(first, "indep_delegation_end", id=row["id"])
        _lend(second, first)

    def test_who_worked_on_it_votes_for_nobody(self, city: City, draft: Make) -> None:
        """A member who is a contributor has no vote to lend, and may not use another's."""
        chair, second, third = city.members
        helpers.call_action(
            "organization_member_create", id=city.department, username=second, role="admin"
        )
        workspace = draft()
        act(second, "package_patch", id=workspace["id"], notes="By a member.")
        request = act(city.steward, "indep_request_list", which="mine")[0]
        sent = act(city.steward, "indep_request_submit", id=request["id"])
        decision = {"id": sent["id"], "revision_id": sent["revision_id"]}
        act(city.owner, "indep_request_decide", **decision)
        _lend(chair, second)
        with pytest.raises(tk.NotAuthorized):
            act(second, "indep_request_vote", ballot="for", on_behalf_of=chair, **decision)
        [row] = act(second, "indep_delegation_list")
        act(chair, "indep_delegation_end", id=row["id"])
        _lend(second, third)
        with pytest.raises(tk.NotAuthorized):
            act(third, "indep_request_vote", ballot="for", on_behalf_of=second, **decision)

    def test_deleted_accounts_and_a_policy_without_delegation(
        self, city: City, in_review: Make
    ) -> None:
        decision = in_review()
        away, delegate, third = city.members
        _lend(away, delegate)
        away_id = _id(away)
        helpers.call_action("user_delete", id=away)
        with pytest.raises(tk.NotAuthorized):
            act(delegate, "indep_request_vote", ballot="for", on_behalf_of=away_id, **decision)
        text = policies.default_text().replace("delegation: true", "delegation: false")
        policies.load(text, "x")
        with pytest.raises(tk.NotAuthorized, match="policy"):
            _lend(third, delegate)
        act(delegate, "indep_request_vote", ballot="for", **decision)
        result = act(third, "indep_request_vote", ballot="for", **decision)
        assert result["state"] == "released"


class TestAppointments:
    def test_terms_do_not_overlap_and_can_be_ended(self, city: City) -> None:
        chair = city.members[0]
        with pytest.raises(tk.ValidationError, match="already"):
            _appoint(chair, "chair")
        with pytest.raises(tk.ValidationError, match="end that appointment first"):
            _appoint(city.outsider, "chair")
        with pytest.raises(tk.ValidationError, match="before the first"):
            _appoint(city.outsider, "auditor", ends_on="2020-01-01")
        listed = act("", "indep_appointment_list")
        assert {row["office"] for row in listed} == {"chair", "member"}
        assert set(listed[0]) == {"id", "name", "office", "starts_on", "ends_on"}
        row = next(row for row in listed if row["office"] == "chair")
        with pytest.raises(tk.NotAuthorized):
            act(city.members[1], "indep_appointment_end", id=row["id"], reason="x")
        with pytest.raises(tk.ValidationError, match="yesterday at the earliest"):
            act(city.admin, "indep_appointment_end", id=row["id"], reason="x", ends_on="2020-01-01")
        with pytest.raises(tk.ValidationError, match="written reason"):
            act(city.admin, "indep_appointment_end", id=row["id"])
        act(city.admin, "indep_appointment_end", id=row["id"], reason="Term is over")
        assert "chair" not in {r["office"] for r in act("", "indep_appointment_list")}
        _appoint(city.outsider, "chair")
        assert list(verify.breaches()) == []


def _lend(giver: str, taker: str) -> None:
    act(giver, "indep_delegation_create", to=taker, ends_on=WEEK, reason="On leave")


def _appoint(user: str, office: str, **data: Any) -> None:
    helpers.call_action("indep_appointment_create", user=user, office=office, **data)


def _end_term(user: str) -> None:
    name = act(user, "user_show", id=user)["display_name"]
    rows = act("", "indep_appointment_list")
    row = next(row for row in rows if row["name"] == name)
    helpers.call_action("indep_appointment_end", id=row["id"], reason="Left the city")


def _rename(user: str, name: str) -> None:
    row = ckan_model.User.get(user)
    assert row
    row.name = name
    ckan_model.Session.commit()


def _id(user: str) -> str:
    row = ckan_model.User.get(user)
    assert row
    return row.id


def _events(subject: str, event: str) -> int:
    return ckan_model.Session.query(Event).filter_by(subject=subject, event=event).count()


class TestRollCall:
    """A vote in a meeting: who is not there cannot change what those present decide."""

    def _call(self, city: City, request: dict[str, Any], *ballots: str) -> str:
        act(
            city.owner,
            "indep_request_decide",
            id=request["id"],
            revision_id=request["revision_id"],
        )
        people = [ckan_model.User.get(name) for name in city.members]
        spoken = [
            (user, Ballot(ballot), "")
            for user, ballot in zip(people, ballots, strict=False)
            if user
        ]
        secretary = ckan_model.User.get(city.outsider)
        assert secretary
        return deciding.roll_call(
            request["id"], request["revision_id"], spoken, cast_by=secretary, meeting="m"
        ).state

    @pytest.mark.parametrize(
        ("ballots", "state"),
        [
            (("for", "abstain"), "released"),
            (("for", "against"), "declined"),
            (("against", "abstain"), "declined"),
            (("for",), "in_review"),
        ],
    )
    def test_of_three_members(
        self,
        city: City,
        submitted: Make,
        ballots: tuple[str, ...],
        state: str,
    ) -> None:
        assert self._call(city, submitted(), *ballots) == state
        outbox.drain()
        assert list(verify.breaches()) == []
