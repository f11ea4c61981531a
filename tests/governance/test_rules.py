"""The pure rules: states, votes, policy, differences, canonical form."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.errors import ConflictError, PolicyError
from ckanext.indep.governance import policies, states
from ckanext.indep.governance.approving.votes import Ballot, Outcome, required_quorum, tally
from ckanext.indep.governance.canonical import canonical_json, content_hash
from ckanext.indep.governance.comparing import diff
from ckanext.indep.governance.policy import parse
from ckanext.indep.governance.states import TRANSITIONS, State

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
MEMBERS = ("a", "b", "c", "d", "e")


class TestStates:
    @pytest.mark.parametrize("name", sorted(TRANSITIONS))
    @pytest.mark.parametrize("state", list(State))
    def test_every_transition_from_every_state(self, name: str, state: State) -> None:
        if state in TRANSITIONS[name].sources:
            assert states.check(name, state, "a reason").target in State
        else:
            with pytest.raises(ConflictError) as refused:
                states.check(name, state, "a reason")
            assert states.words(state.value) in refused.value.message

    def test_reason_is_asked_for(self) -> None:
        with pytest.raises(ConflictError, match="needs a written reason"):
            states.check("decline", State.SUBMITTED, "  ")

    def test_ended_requests_hold_nothing(self) -> None:
        ended = {State.RELEASED, State.DECLINED, State.WITHDRAWN, State.EXPIRED}
        assert set(State) - states.OPEN == ended
        assert all(not ended & t.sources for t in TRANSITIONS.values())


class TestVotes:
    @pytest.mark.parametrize(
        ("votes", "outcome"),
        [
            ("", Outcome.PENDING),
            ("for for", Outcome.PENDING),
            ("for for for", Outcome.CARRIED),
            ("against against against", Outcome.LOST),
            ("for for against against abstain", Outcome.LOST),
            ("for for against abstain abstain", Outcome.CARRIED),
            ("recuse recuse recuse", Outcome.IMPOSSIBLE),
            ("recuse recuse for for", Outcome.PENDING),
            ("recuse recuse for for for", Outcome.CARRIED),
        ],
    )
    def test_five_members_half_present(self, votes: str, outcome: Outcome) -> None:
        ballots = {m: Ballot(v) for m, v in zip(MEMBERS, votes.split(), strict=False)}
        assert tally(MEMBERS, ballots, 0.5).outcome is outcome

    def test_votes_of_others_do_not_count(self) -> None:
        count = tally(MEMBERS, {"stranger": Ballot.FOR, "another": Ballot.FOR}, 0.2)
        assert (count.for_, count.outcome) == (0, Outcome.PENDING)

    def test_nobody_can_carry_anything_alone_without_a_committee(self) -> None:
        assert tally([], {}, 0.5).outcome is Outcome.IMPOSSIBLE

    @given(
        st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(Ballot)),
        st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(list(Ballot)[:3])),
        st.sampled_from([0.2, 0.5, 0.8, 1.0]),
    )
    def test_a_decided_vote_stays_decided(
        self, early: dict[str, Ballot], late: dict[str, Ballot], quorum: float
    ) -> None:
        """Whatever those who have not voted do later, a carried or lost motion stays so."""
        before = tally(MEMBERS, early, quorum).outcome
        if before in (Outcome.CARRIED, Outcome.LOST):
            assert tally(MEMBERS, {**late, **early}, quorum).outcome is before

    @given(st.integers(1, 100), st.floats(0.01, 1.0))
    def test_quorum_is_within_the_electorate(self, size: int, fraction: float) -> None:
        assert 1 <= required_quorum(size, fraction) <= size


class TestPolicy:
    def test_the_shipped_policy(self) -> None:
        policy, _content = parse(policies.default_text())
        assert policy.lane_for({"tags"}).stages == ("data_owner",)
        assert policy.lane_for({"tags", "license_id"}).stages == ("data_owner", "committee")
        assert policy.lane_for({"a field of tomorrow"}).name == policy.lanes[-1].name

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("quorum: 0.5", "quorum: 2", "quorum"),
            ("quorum: 0.5", "quorum: half", "quorum"),
            ("quorum: 0.5", "quorum: .nan", "not valid YAML"),
            ("purpose:", "no_purpose:", "purpose"),
            ("electronic_votes: true", "electronic_votes: perhaps", "line 15: electronic_votes"),
            ("name: roll_back", "name: staff", "lanes: staff is there twice"),
            ("holidays: []", "holidays: [2026-02-30]", "no day of the calendar"),
            ("  longest_days: 366", "  longest_days: -1", "refresh: longest_days"),
            ("lanes:", "lanes: &a [*a]\nother:", "not valid YAML"),
            ("[data_owner]", "[mayor]", "mayor"),
            ('["*"]', "[notes]", "last lane"),
            ("title: Open", "title: [Open", "line"),
        ],
    )
    def test_says_what_is_wrong(self, old: str, new: str, message: str) -> None:
        with pytest.raises(PolicyError, match=message):
            parse(policies.default_text().replace(old, new))

    def test_the_longer_lanes_are_for_their_kind_and_audience(self) -> None:
        policy, _content = parse(policies.default_text())
        assert policy.lane_for({"*"}, "create", "staff").name == "staff"
        assert policy.lane_for({"*"}, "create").name == "committee"
        assert policy.lane_for({"tags"}, "roll_back").name == "roll_back"
        assert policy.lane_for({"tags"}, "create").name == "committee"

    def test_days_are_kept_as_they_are_written(self) -> None:
        text = policies.default_text().replace("holidays: []", "holidays: [2026-12-25]")
        policy, content = parse(text)
        assert policy.meetings.holidays == {dt.date(2026, 12, 25)}
        assert content["meetings"]["holidays"] == ["2026-12-25"]

    def test_frequencies_without_an_interval_have_the_other_one(self) -> None:
        policy, _content = parse(policies.default_text())
        assert policy.review_days("R/P1M") == 62
        assert policy.review_days("irregular") == 365

    @given(st.text())
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        with pytest.raises(PolicyError):
            parse(text)


class TestDifferences:
    def test_fields_and_files(self) -> None:
        old = {
            "title": "A",
            "notes": "n",
            "resources": [{"id": "1", "name": "x", "url": "x.csv"}, {"id": "2", "name": "y"}],
        }
        new = {
            "title": "B",
            "tags": ["t"],
            "resources": [{"id": "1", "name": "x", "url": "z.csv"}, {"id": "3", "name": "w"}],
        }
        found = {(c.where, c.field, c.kind) for c in diff.compare(old, new)}
        assert found == {
            ("", "title", "changed"),
            ("", "notes", "removed"),
            ("", "tags", "added"),
            ("x", "url", "changed"),
            ("w", "file", "added"),
            ("y", "file", "removed"),
        }
        assert "resources" in diff.changed_fields(diff.compare(old, new))

    def test_order_of_files(self) -> None:
        one, two = {"id": "1", "name": "x"}, {"id": "2", "name": "y"}
        changes = diff.compare({"resources": [one, two]}, {"resources": [two, one]})
        assert [c.field for c in changes] == ["order of files"]

    @given(st.dictionaries(st.text(), JSON).filter(lambda d: "resources" not in d))
    def test_nothing_differs_from_itself(self, content: dict[str, Any]) -> None:
        assert diff.compare(content, content) == []


class TestCanonicalForm:
    @given(st.dictionaries(st.text(), JSON))
    def test_order_of_keys_does_not_matter(self, content: dict[str, Any]) -> None:
        turned = dict(reversed(content.items()))
        assert content_hash(turned) == content_hash(content)

    @given(JSON)
    def test_nothing_is_lost(self, content: Any) -> None:
        assert json.loads(canonical_json(content)) == content

    def test_no_numbers_that_json_does_not_know(self) -> None:
        with pytest.raises(ValueError, match="not JSON compliant"):
            canonical_json(float("nan"))
