"""Random walks of many people through the real actions, watched after every step.

The machine knows nothing of how governance works. It notes every ballot that was answered with
success, looks at which revision is said to be released, and holds against it what a stranger
sees, through the actions and through the search. What a step touched is looked at after it,
everything after every few steps and at the end; then `ckan indep verify` must find nothing.

Only numbers are drawn, which do not depend on what was done before: each picks from
what exists by its index. A walk that fails shows its journal.

`INDEP_MACHINE_WALKS` sets how many walks are taken, and `INDEP_MACHINE_TALLY` a file that
receives what was done as JSON; `./portal bench machine` takes many.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from ckanext.indep.governance import outbox, verify
from ckanext.indep.governance.maintenance import ticking
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.privacy import records
from ckanext.indep.privacy import service as privacy
from tests.committee.conftest import Clock
from tests.governance.conftest import City
from tests.governance.machine import offices, watching, workflow
from tests.governance.machine.journal import Journal
from tests.governance.machine.town import People, Town

WALKS = int(os.environ.get("INDEP_MACHINE_WALKS", "12"))
STEPS = 60
ALL_EVERY = 6
"""After so many steps everything is looked at, by the search as well, not what was touched only."""

REACHED = {
    "indep_agenda_post",
    "indep_appointment_end",
    "indep_break_glass",
    "indep_delegation_create",
    "indep_meeting_adjourn",
    "indep_meeting_open",
    "indep_request_rebase",
    "indep_request_vote",
}
"""What has to have been done at least once, so that the walks keep leading everywhere."""


def tick(town: Town, _chance: random.Random) -> None:
    """Let the minute job run, and the scan for personal data."""
    town.touched.update(town.packages())
    releasing.release_waiting()
    ticking.tick()
    outbox.drain()
    for scan in records.waiting(dt.timedelta(), dt.timedelta(), 100):
        privacy.run(scan.subject)


HABITS: dict[Callable[[Town, random.Random], None], int] = {
    workflow.onwards: 40,
    workflow.at_once: 10,
    workflow.anything: 8,
    workflow.attempt: 8,
    workflow.on_public_data: 10,
    workflow.routine_update: 8,
    workflow.overtaken: 5,
    workflow.draft: 5,
    offices.meeting: 14,
    offices.delegation: 6,
    offices.ratify: 6,
    offices.term: 4,
    offices.condition: 3,
    tick: 6,
}
"""What people do, and how often."""


class Walk(RuleBasedStateMachine):
    """One random walk; the people are shared by all walks of a test.

    The first walk that fails leaves its journal in `failures` and ends all others. It is not
    raised at once, since hypothesis would then try to repeat what several people did at once,
    and tell of the repetition in place of the failure.
    """

    people: People
    totals: Counter[tuple[str, bool]]
    failures: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(self.people, Journal(self.totals, self.people.roles()))
        self.number = 0

    @initialize()
    def something_is_public(self) -> None:
        with self.watched() as going:
            if going:
                chance = random.Random(0)
                workflow.draft(self.town, chance, audience="")
                workflow.in_order(self.town, chance, self.town.open_requests()[0].id)

    @rule(seed=st.integers(0, 2**32 - 1))
    def step(self, seed: int) -> None:
        """Have people do one of their habits, with the chances of this number at this step."""
        chance = random.Random(f"{seed} {self.number}")
        (what,) = chance.choices(list(HABITS), weights=list(HABITS.values()))
        with self.watched() as going:
            if going:
                what(self.town, chance)

    @invariant()
    def strangers_see_what_is_released(self) -> None:
        self.number += 1
        with self.watched() as going:
            if going and self.number % ALL_EVERY == 0:
                self.look_at_everything()
            elif going:
                watching.strangers_see_what_is_released(sorted(self.town.touched))
            self.town.touched.clear()

    def look_at_everything(self) -> None:
        """Hold all that there is in this walk against what must hold."""
        packages = self.town.packages()
        watching.strangers_see_what_is_released(packages)
        watching.strangers_find_what_is_released(packages)
        watching.releases_had_their_votes(self.town)

    def teardown(self) -> None:
        with self.watched() as going:
            if going:
                outbox.drain()
                self.look_at_everything()
                assert list(verify.breaches()) == []
                for request in self.town.open_requests():
                    self.town.do(self.town.opener(request), "indep_request_withdraw", id=request.id)
                offices.full_committee(self.town)
                outbox.drain()

    @contextmanager
    def watched(self) -> Iterator[bool]:
        """Keep what goes wrong with the walk's journal; say whether the walks go on."""
        try:
            yield not self.failures
        except Exception:
            self.failures.append(f"{traceback.format_exc()}\n{self.town.journal}")


@pytest.fixture
def pooled(with_plugins: None) -> Iterator[None]:
    """Connections that are kept: CKAN opens one for each transaction while it is tested."""
    before = ckan_model.Session.get_bind()
    assert isinstance(before, sa.Engine)
    ckan_model.Session.remove()
    engine = sa.create_engine(before.url, pool_size=10)
    ckan_model.init_model(engine)
    yield
    ckan_model.Session.remove()
    ckan_model.init_model(before)
    engine.dispose()


@pytest.fixture
def people(city: City, pooled: None, monkeypatch: pytest.MonkeyPatch) -> People:
    """The city's people, a secretary, a service account, and the clock of the meetings."""
    secretary, robot = (factories.User()["name"] for _ in range(2))
    helpers.call_action("indep_appointment_create", user=secretary, office="secretary")
    helpers.call_action(
        "organization_member_create", id=city.department, username=robot, role="editor"
    )
    return People(city, secretary, robot, Clock(monkeypatch))


@pytest.mark.usefixtures("with_request_context")
@pytest.mark.ckan_config("ckan.search.solr_commit", "false")
def test_walks(people: People) -> None:
    Walk.people, Walk.totals, Walk.failures = people, Counter(), []
    began = time.monotonic()
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="INDEP_MACHINE_WALKS" not in os.environ,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
    seconds = time.monotonic() - began
    if Walk.failures:
        pytest.fail(Walk.failures[0], pytrace=False)
    names = sorted({name for name, _accepted in Walk.totals})
    table = {name: [Walk.totals[name, True], Walk.totals[name, False]] for name in names}
    accepted, refused = (sum(row[i] for row in table.values()) for i in (0, 1))
    print(f"{accepted} accepted, {refused} refused, 0 breaches, {seconds:.0f} s")
    for name, (done, not_done) in table.items():
        print(f"{done:6} {not_done:6} {name}")
    if "INDEP_MACHINE_TALLY" in os.environ:
        tally = {"walks": WALKS, "seconds": seconds, "actions": table}
        Path(os.environ["INDEP_MACHINE_TALLY"]).write_text(json.dumps(tally), encoding="utf-8")
    assert accepted + refused >= 100 * (WALKS - 2)
    assert accepted >= refused
    assert {name for name in names if Walk.totals[name, True]} >= REACHED
    assert list(verify.breaches()) == []
