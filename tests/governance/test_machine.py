"""Random walks of several people through the real actions, checked after every step.

The machine knows nothing of how governance works. It notes every ballot that was answered with
success, looks at which revision is said to be released, and holds against it what a stranger sees,
through the actions and through the search. After each walk `ckan indep verify` must find nothing.

`INDEP_MACHINE_WALKS` sets how many walks are taken; `./portal bench machine` takes many.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ckanext.indep.governance import outbox, verify
from ckanext.indep.governance.maintenance import ticking
from ckanext.indep.governance.model import (
    ChangeRequest,
    Condition,
    Contributor,
    Publication,
    Ratification,
    Revision,
)
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.governance.states import OPEN
from tests.governance.conftest import COMPLETE, City, act, city

__all__ = ["city"]

WALKS = int(os.environ.get("INDEP_MACHINE_WALKS", "25"))
STEPS = 40
AT_ONCE = 4
REFUSED = (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound)

# What people do with a request: action -> what they send besides its id and revision.
DECISIONS: dict[str, dict[str, list[Any]]] = {
    "indep_request_submit": {},
    "indep_request_decide": {"reason": ["", "Right."]},
    "indep_request_vote": {"ballot": ["for", "for", "for", "against", "abstain", "recuse"]},
    "indep_request_changes": {"reason": ["", "Not yet."]},
    "indep_request_decline": {"reason": ["", "No."]},
    "indep_request_withdraw": {},
    "indep_request_release": {},
    "indep_request_comment": {"reason": ["Well."]},
    "indep_request_escalate": {"reason": ["It does not get on."]},
    "indep_request_schedule": {"release_on": ["2020-01-01", "2099-01-01"]},
    "indep_request_unschedule": {},
    "indep_condition_set": {"kind": ["blocking", "due"], "text": ["Say where it comes from."]},
    "indep_break_glass": {"reason": ["Too short.", "People are in danger without it."]},
}
# What people try on a package, public or not, that would change it past the workflow.
ATTEMPTS: dict[str, dict[str, list[Any]]] = {
    "package_patch": {
        "title": ["canary-attempt"],
        "state": ["active", "draft", "deleted"],
        "private": [False, True],
    },
    "package_delete": {},
    "dataset_purge": {},
    "bulk_update_public": {},
    "package_owner_org_update": {},
    "indep_request_open": {},
    "indep_take_down": {"reason": ["", "Wrong."]},
    "indep_roll_back": {"version": [1, 2], "reason": ["The one before was right."]},
    "indep_retire": {"reason": ["Nobody needs it."]},
    "indep_attest": {},
}


# Whose business it is: steward, owner, member, chair or admin. Who acts is often somebody else.
BUSINESS = {
    "indep_request_submit": "steward",
    "indep_request_decide": "owner",
    "indep_request_vote": "member",
    "indep_request_changes": "owner",
    "indep_request_decline": "owner",
    "indep_request_withdraw": "outsider",
    "indep_request_release": "chair",
    "indep_request_schedule": "chair",
    "indep_request_unschedule": "chair",
    "indep_condition_set": "member",
    "indep_condition_meet": "chair",
    "indep_condition_withdraw": "chair",
    "indep_request_escalate": "chair",
    "indep_break_glass": "admin",
    "indep_request_open": "steward",
    "indep_take_down": "owner",
    "indep_roll_back": "owner",
    "indep_retire": "owner",
    "indep_attest": "steward",
}


class Walk(RuleBasedStateMachine):
    """One random walk; the city and its people are shared by all walks of a test."""

    people: City
    steps: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.ballots: dict[tuple[str, str], set[tuple[str, str, str]]] = {}
        self.lock = threading.Lock()
        self.workspaces: list[str] = []
        self.number = 0

    @property
    def roles(self) -> list[str]:
        city = self.people
        return [city.steward, city.owner, *city.members, city.outsider, city.admin, ""]

    # -- what people do ---------------------------------------------------------------------

    @initialize()
    def something_is_public(self) -> None:
        self.draft("Streets", "")
        self._in_order(self._open()[0].id)
        outbox.drain()

    @rule(
        title=st.sampled_from(["Potholes", "Parks", "Permits"]),
        audience=st.sampled_from(["", "", "staff"]),
    )
    def draft(self, title: str, audience: str) -> None:
        if len(self.workspaces) >= 4:
            return
        package = act(
            self.people.steward,
            "package_create",
            **COMPLETE
            | {"title": f"canary {title}", "owner_org": self.people.department}
            | {"audience": audience},
        )
        act(
            self.people.steward,
            "resource_create",
            package_id=package["id"],
            name="Link",
            format="CSV",
            url="https://example.gov/data.csv",
        )
        self.workspaces.append(package["id"])
        self.steps["draft"] += 1

    @rule(data=st.data(), words=st.sampled_from(["one", "two", "three"]))
    def edit(self, data: st.DataObject, words: str) -> None:
        request = self._request(data)
        if request:
            who = data.draw(st.sampled_from(self.roles))
            notes = f"canary {words} {self.number}"
            self._try(who, "package_patch", id=request.workspace_id, notes=notes)

    @rule(data=st.data(), seed=st.integers(0, 2**32))
    def decide(self, data: st.DataObject, seed: int) -> None:
        request = self._request(data)
        if request:
            self._decision(random.Random(seed), request.id, request.revision_id)

    @rule(data=st.data())
    def all_in_order(self, data: st.DataObject) -> None:
        """Take the shortest way to a release, so that walks do not only stumble about."""
        request = self._request(data)
        if request:
            self._in_order(request.id)

    @rule(data=st.data(), seeds=st.lists(st.integers(0, 2**32), min_size=2, max_size=AT_ONCE))
    def several_at_once(self, data: st.DataObject, seeds: list[int]) -> None:
        request = self._request(data)
        if not request:
            return
        request_id, revision_id = request.id, request.revision_id
        ckan_model.Session.remove()
        failures: list[Exception] = []

        def run(seed: int) -> None:
            try:
                self._decision(random.Random(seed), request_id, revision_id)
            except Exception as error:
                failures.append(error)
            finally:
                ckan_model.Session.remove()

        threads = [threading.Thread(target=run, args=(seed,)) for seed in seeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []

    @rule(data=st.data(), seed=st.integers(0, 2**32))
    def attempt(self, data: st.DataObject, seed: int) -> None:
        known = self._packages()
        if not known:
            return
        chance = random.Random(seed)
        action = chance.choice(sorted(ATTEMPTS))
        sent = {k: chance.choice(v) for k, v in ATTEMPTS[action].items() if chance.random() < 0.6}
        package = data.draw(st.sampled_from(known))
        if action == "bulk_update_public":
            sent |= {"datasets": [package], "org_id": self.people.department}
        if action == "package_owner_org_update":
            sent["organization_id"] = self.people.department
        who = self._who(chance, action)
        workspace = sent.get("state") == "deleted" or action in ("package_delete", "dataset_purge")
        if workspace and chance.random() < 0.7:
            return
        self._try(who, action, id=package, **sent)

    @rule(data=st.data(), seed=st.integers(0, 2**32))
    def condition(self, data: st.DataObject, seed: int) -> None:
        ckan_model.Session.remove()
        known = sorted(ckan_model.Session.execute(sa.select(Condition.id)).scalars())
        if known:
            chance = random.Random(seed)
            action = chance.choice(["indep_condition_meet", "indep_condition_withdraw"])
            which = data.draw(st.sampled_from(known))
            self._try(self._who(chance, action), action, id=which, note="Seen.")

    @rule(data=st.data(), ballots=st.lists(st.sampled_from(["for", "against"]), min_size=3))
    def ratify(self, data: st.DataObject, ballots: list[str]) -> None:
        ckan_model.Session.remove()
        known = sorted(
            ckan_model.Session.execute(
                sa.select(Ratification.id).where(Ratification.state == "pending")
            ).scalars()
        )
        if known:
            which = data.draw(st.sampled_from(known))
            for who, ballot in zip(self.people.members, ballots, strict=False):
                self._try(who, "indep_ratification_vote", id=which, ballot=ballot)

    @rule()
    @precondition(lambda self: self.number % 5 == 0)
    def tick(self) -> None:
        self.number += 1
        self.steps["tick"] += 1
        releasing.release_waiting()
        ticking.tick()
        outbox.drain()

    # -- what must hold ---------------------------------------------------------------------

    @invariant()
    def strangers_see_what_is_released_and_nothing_else(self) -> None:
        ckan_model.Session.remove()
        outbox.drain("swap", "retire", "index")
        packages = self._packages()
        released = {
            row.package_id: row.content
            for row in ckan_model.Session.execute(
                sa.select(Publication.package_id, Revision.content)
                .join(Revision, Revision.id == Publication.revision_id)
                .where(Publication.state == "live", Publication.package_id.in_(packages))
            )
        }
        for package_id in packages:
            expected = released.get(package_id)
            try:
                shown = act("", "package_show", id=package_id)
            except REFUSED:
                assert expected is None, f"{package_id} is released and cannot be seen"
            else:
                assert expected is not None, f"{package_id} can be seen and is not released"
                assert shown["title"] == expected["title"]
                assert shown["notes"] == expected["notes"]
        found = {r["id"] for r in act("", "package_search", rows=1000)["results"]}
        assert found & set(packages) == set(released)

    @invariant()
    def releases_had_their_votes(self) -> None:
        glass = set(
            ckan_model.Session.execute(
                sa.select(Ratification.request_id).where(Ratification.kind == "break_glass")
            ).scalars()
        )
        rows = ckan_model.Session.execute(
            sa.select(ChangeRequest).where(
                ChangeRequest.live_id.in_(self._lives()), ChangeRequest.state == "released"
            )
        ).scalars()
        for request in list(rows):
            cast = self.ballots.get((request.id, request.revision_id or ""))
            if cast is None or request.id in glass:
                continue
            workers = set(
                ckan_model.Session.execute(
                    sa.select(ckan_model.User.name)
                    .join(Contributor, Contributor.user_id == ckan_model.User.id)
                    .where(Contributor.request_id == request.id)
                ).scalars()
            )
            assert not workers & {who for who, _action, _ballot in cast}
            assert any(action == "indep_request_decide" for _who, action, _ballot in cast)
            if "committee" in request.snapshot["stages"]:
                last = {w: b for w, a, b in sorted(cast) if a == "indep_request_vote"}
                assert list(last.values()).count("for") >= 1

    def teardown(self) -> None:
        outbox.drain()
        assert list(verify.breaches()) == []
        for request in self._open():
            self._try(self.people.steward, "indep_request_withdraw", id=request.id)
        outbox.drain()

    # -- how it is done ---------------------------------------------------------------------

    def _in_order(self, request_id: str) -> None:
        self._try(self.people.steward, "indep_request_submit", id=request_id)
        revision = self._revision_of(request_id)
        for who in (self.people.owner, *self.people.members):
            action = "indep_request_decide" if who == self.people.owner else "indep_request_vote"
            self._try(who, action, id=request_id, revision_id=revision, ballot="for")

    def _decision(self, chance: random.Random, request_id: str, revision_id: str | None) -> None:
        action = chance.choice(sorted(DECISIONS))
        sent = {key: chance.choice(values) for key, values in DECISIONS[action].items()}
        if chance.random() < 0.05:
            revision_id = "an older one"
        self._try(self._who(chance, action), action, id=request_id, revision_id=revision_id, **sent)

    def _who(self, chance: random.Random, action: str) -> str:
        """Return whose business the action is, or in two of five cases anybody."""
        if chance.random() < 0.4 or action not in BUSINESS:
            return chance.choice(self.roles)
        city, role = self.people, BUSINESS[action]
        if role in ("member", "chair"):
            return chance.choice(city.members) if role == "member" else city.members[0]
        return getattr(city, role)

    def _try(self, who: str, action: str, **sent: Any) -> None:
        """Act; what is refused is refused in words. What worked is noted, if it is a ballot."""
        self.number += 1
        try:
            act(who, action, **sent)
        except REFUSED:
            self.steps[f"{action} refused"] += 1
            ckan_model.Session.rollback()
            return
        with self.lock:
            self.steps[action] += 1
            if action in ("indep_request_decide", "indep_request_vote"):
                key = (sent["id"], sent["revision_id"] or "")
                cast = self.ballots.setdefault(key, set())
                cast -= {entry for entry in cast if entry[:2] == (who, action)}
                cast.add((who, action, sent.get("ballot", "")))

    def _request(self, data: st.DataObject) -> ChangeRequest | None:
        found = self._open()
        if not found:
            live = ckan_model.Session.execute(self._lives().limit(1)).scalar()
            self._try(self.people.steward, "indep_request_open", id=live)
            found = self._open()
        return data.draw(st.sampled_from(found)) if found else None

    def _open(self) -> list[ChangeRequest]:
        ckan_model.Session.remove()
        rows = ckan_model.Session.execute(
            sa.select(ChangeRequest)
            .where(ChangeRequest.live_id.in_(self._lives()), ChangeRequest.state.in_(OPEN))
            .order_by(ChangeRequest.number)
        )
        return list(rows.scalars())

    def _revision_of(self, request_id: str) -> str | None:
        ckan_model.Session.remove()
        request = ckan_model.Session.get(ChangeRequest, request_id)
        return request.revision_id if request else None

    def _packages(self) -> list[str]:
        """Return the ids of the workspaces of this walk, and of what is or will be public."""
        rows = ckan_model.Session.execute(
            sa.select(ChangeRequest.workspace_id, ChangeRequest.live_id).where(
                ChangeRequest.live_id.in_(self._lives())
            )
        )
        return sorted({package_id for row in rows for package_id in row})

    def _lives(self) -> sa.Select[Any]:
        return sa.select(ChangeRequest.live_id).where(
            ChangeRequest.workspace_id.in_(self.workspaces)
        )


@pytest.mark.usefixtures("with_request_context")
def test_walks(city: City) -> None:
    Walk.people = city
    Walk.steps = Counter()
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="INDEP_MACHINE_WALKS" not in os.environ,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
    done = sum(Walk.steps.values())
    refused = sum(n for name, n in Walk.steps.items() if name.endswith("refused"))
    print(f"{done} steps, {refused} of them refused, 0 breaches")
    for name, number in sorted(Walk.steps.items()):
        print(f"{number:6} {name}")
    assert done > WALKS * STEPS // 4
    assert Walk.steps["indep_request_vote"] > 0
    released = ckan_model.Session.execute(
        sa.select(sa.func.count()).where(ChangeRequest.state == "released")
    ).scalar()
    assert released
