"""From a department's proposal over review and approval to the public, by actions."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers
from sqlalchemy.exc import DBAPIError

from ckanext.indep import events
from ckanext.indep.errors import ConflictError
from ckanext.indep.insight import listing, periods, reader, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.status import Target
from ckanext.indep.insight.targets import book
from ckanext.indep.insight.targets import service as targets
from ckanext.indep.insight.targets.cases import Step
from tests.insight.conftest import Make, department, measure
from tests.insight.test_actions import act, manager, office

__all__ = ["department", "manager", "measure", "office"]

Department = dict[str, Any]
LATER = "FY2098-Q1"
YEAR = "FY2098"


@pytest.fixture
def made(measure: Make) -> Definition:
    return measure(name="potholes", aggregation="last")


def propose(who: str, targets: Any = None, **more: Any) -> list[dict[str, Any]]:
    given = {"id": "potholes", "reason": "Two more crews", **more}
    wanted = {LATER: {"target": "83.25"}} if targets is None else targets
    return act(who, "indep_target_propose", targets=wanted, **given)["proposals"]


def review(who: str, number: int, outcome: str = "recommend", **more: Any) -> Any:
    return act(who, "indep_target_review", id=number, outcome=outcome, **more)


def decide(who: str, number: int, decision: str = "approve", **more: Any) -> Any:
    return act(who, "indep_target_decide", id=number, decision=decision, **more)


def public_targets() -> list[tuple[str, Any, str]]:
    shown = act("", "indep_measure_show", id="potholes")
    return [(one["period"], one["target"], one["reason"]) for one in shown["targets"]]


def test_from_proposal_to_the_public(
    made: Definition, department: Department, office: str, manager: str
) -> None:
    wanted = {LATER: {"target": "83.25"}, YEAR: {"target": "84"}}
    quarter, year = propose(department["clerk"], wanted)
    assert (quarter["state"], quarter["period"], quarter["target"]) == ("proposed", LATER, "83.25")
    with pytest.raises(tk.ValidationError, match="waits for its review"):
        decide(manager, quarter["id"])
    assert review(office, quarter["id"])["state"] == "recommended"
    assert public_targets() == []
    before = reader.current_version()
    assert decide(manager, quarter["id"], note="Good")["state"] == "approved"
    assert public_targets() == [(LATER, 83.25, "Two more crews")]
    assert reader.current_version() > before
    [change] = reader.records([made.id])[made.id].targets
    assert change.approved_by == manager
    assert book.departments(made.id) == {(LATER, 1): "Municipal Services"}
    shown = act(department["clerk"], "indep_target_proposal_show", id=quarter["id"])
    steps = [(one["step"], one["note"], one["by"]) for one in shown["steps"]]
    assert steps == [("recommend", "", office), ("approve", "Good", manager)]
    [other] = [
        one
        for one in act(office, "indep_target_proposal_list", id="potholes")
        if one["state"] == "proposed"
    ]
    assert other["id"] == year["id"]


def test_what_was_proposed_at_once_can_be_decided_at_once(
    made: Definition, department: Department, office: str, manager: str
) -> None:
    first = propose(department["clerk"], {LATER: {"target": 80}, YEAR: {"target": 84}})[0]["id"]
    review(office, first, together=True)
    decide(manager, first, together=True)
    assert {(period, target) for period, target, _ in public_targets()} == {(LATER, 80), (YEAR, 84)}


def test_a_range_and_a_baseline(
    measure: Make, department: Department, office: str, manager: str
) -> None:
    made = measure(name="potholes", direction="range", aggregation="last")
    [reserve] = propose(department["clerk"], {YEAR: {"low": "16", "high": "20"}})
    assert (reserve["low"], reserve["high"], reserve["target"]) == ("16", "20", None)
    [base] = act(
        department["boss"], "indep_baseline_propose",
        id="potholes", first="FY2025 Q1", last="FY2025 Q4", value="17.5", reason="Median",
    )["proposals"]  # fmt: skip
    for number in (reserve["id"], base["id"]):
        review(office, number)
        decide(manager, number)
    record = reader.records([made.id])[made.id]
    assert record.targets[0].target.high == 20
    assert record.baseline is not None
    assert (str(record.baseline.value), record.baseline.approved_by) == ("17.5", manager)
    [unset] = act(
        department["boss"], "indep_baseline_propose",
        id="potholes", first="FY2026 Q1", last="FY2026 Q4", being_set=True, reason="New method",
    )["proposals"]  # fmt: skip
    review(office, unset["id"])
    decide(manager, unset["id"])
    assert [one.value is None for one in reader.baselines(made.id)] == [False, True]
    assert book.departments(made.id)["baseline", 2] == "Municipal Services"


class TestWho:
    def test_each_step_has_its_people(
        self, made: Definition, department: Department, office: str, manager: str
    ) -> None:
        clerk, boss = department["clerk"], department["boss"]
        root, stranger = factories.Sysadmin()["name"], factories.User()["name"]
        for who in ("", stranger, root, office, manager):
            with pytest.raises(tk.NotAuthorized):
                propose(who)
            with pytest.raises(tk.NotAuthorized):
                act(who, "indep_baseline_propose", id="potholes")
        number = propose(clerk)[0]["id"]
        for who in ("", stranger, root, clerk, boss):
            with pytest.raises(tk.NotAuthorized):
                review(who, number)
        for who in ("", stranger, root, clerk, boss, office):
            with pytest.raises(tk.NotAuthorized):
                decide(who, number)
        for who in ("", stranger, root, boss, office, manager):
            with pytest.raises(tk.NotAuthorized):
                act(who, "indep_target_withdraw", id=number)
        for who in ("", stranger):
            for action in ("indep_target_proposal_show", "indep_target_note"):
                with pytest.raises(tk.NotAuthorized):
                    act(who, action, id=number, note="x")
            with pytest.raises(tk.NotAuthorized):
                act(who, "indep_target_proposal_list", id="potholes")
        assert act(stranger, "indep_target_proposal_list") == []
        assert [one["id"] for one in act(boss, "indep_target_proposal_list")] == [number]
        assert act(clerk, "indep_target_withdraw", id=number)["state"] == "withdrawn"

    def test_nobody_decides_on_their_own(
        self, made: Definition, department: Department, office: str, manager: str
    ) -> None:
        for role, name in (("admin", manager), ("editor", office)):
            helpers.call_action(
                "organization_member_create", id=department["id"], username=name, role=role
            )
        own = propose(manager)[0]["id"]
        with pytest.raises(tk.NotAuthorized, match="of their own"):
            review(manager, own)
        review(office, own)
        with pytest.raises(tk.NotAuthorized, match="of their own"):
            decide(manager, own)
        office_own = propose(office, {YEAR: {"target": 5}})[0]["id"]
        with pytest.raises(tk.NotAuthorized, match="of their own"):
            review(office, office_own)
        assert public_targets() == []


class TestRefusals:
    def test_nothing_is_written_if_one_is_wrong(
        self, made: Definition, department: Department
    ) -> None:
        wanted = {LATER: {"target": "80"}, "FY2098-Q2": {"target": "many"}}
        with pytest.raises(tk.ValidationError) as error:
            propose(department["clerk"], wanted, reason="")
        assert set(error.value.error_dict) == {"FY2098-Q2.target", "reason"}
        assert book.cases([made.id]) == []

    def test_nonsense(self, made: Definition, department: Department) -> None:
        for wanted in ([], {}, "x", 5, {LATER: 5}, {LATER: {"target": [1]}}):
            with pytest.raises(tk.ValidationError):
                propose(department["clerk"], wanted)

    def test_only_one_open_proposal_for_a_period(
        self, made: Definition, department: Department, office: str
    ) -> None:
        [first] = propose(department["clerk"])
        with pytest.raises(tk.ValidationError, match="open proposal"):
            propose(department["boss"])
        with pytest.raises(tk.ValidationError, match="Write a note"):
            review(office, first["id"], "send_back")
        assert review(office, first["id"], "send_back", note="Higher")["state"] == "sent_back"
        assert propose(department["boss"])[0]["state"] == "proposed"

    def test_what_changed_meanwhile_is_not_approved(
        self, made: Definition, department: Department, office: str, manager: str
    ) -> None:
        [first] = propose(department["clerk"])
        review(office, first["id"])
        correction = {"period": LATER, "target": 81, "reason": "Typed wrongly"}
        act(manager, "indep_target_set", id="potholes", **correction)
        with pytest.raises(tk.ValidationError, match="changed after this was proposed"):
            decide(manager, first["id"])
        assert public_targets() == [(LATER, 81, "Typed wrongly")]
        assert decide(manager, first["id"], "decline", note="See above")["state"] == "declined"

    def test_who_is_too_late_is_told(
        self, made: Definition, department: Department, office: str, manager: str
    ) -> None:
        [first] = propose(department["clerk"])
        act(department["clerk"], "indep_target_withdraw", id=first["id"])
        for attempt in (review, lambda who, number: decide(who, number)):
            with pytest.raises(tk.ValidationError, match="was withdrawn"):
                attempt(manager, first["id"])

    def test_there_is_no_such_proposal(self, office: str) -> None:
        for number in ("x", -1, 10**30, "", None):
            with pytest.raises((tk.ValidationError, tk.ObjectNotFound)):
                act(office, "indep_target_proposal_show", id=number)


def test_two_approvals_at_once_have_one_outcome(
    made: Definition, department: Department, office: str, manager: str
) -> None:
    number = propose(department["clerk"])[0]["id"]
    review(office, number)
    measure = listing.public_measure("potholes")
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def approve(step: Step) -> None:
        start.wait()
        try:
            targets.take(measure, [number], step, "", manager)
            outcomes.append(step.value)
        except ConflictError as error:
            outcomes.append(error.message)
        finally:
            model.Session.remove()

    threads = [threading.Thread(target=approve, args=(Step.APPROVE,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["This proposal was approved. Look at it again.", "approve"]
    assert len(public_targets()) == 1


def test_neither_proposals_nor_decisions_can_be_changed(
    made: Definition, department: Department, office: str
) -> None:
    review(office, propose(department["clerk"])[0]["id"])
    for statement in (
        "UPDATE indep_target_proposal SET reason = 'x'",
        "DELETE FROM indep_target_proposal",
        "UPDATE indep_target_decision SET note = 'x'",
        "DELETE FROM indep_target_decision",
    ):
        with pytest.raises(DBAPIError, match="indep_target"):
            model.Session.execute(sa.text(statement))
        model.Session.rollback()


def test_those_concerned_are_told(
    made: Definition, department: Department, office: str, manager: str
) -> None:
    told: list[tuple[str, set[str]]] = []

    def listen(kind: str, user_ids: set[str], text: str, path: str, **_more: object) -> None:
        told.append((kind, user_ids))
        assert "83" not in text
        assert path.startswith("/insight/staff/target-proposal/")

    with events.notice.connected_to(listen):
        number = propose(department["clerk"])[0]["id"]
        review(office, number)
        decide(manager, number)
    ids = {name: model.User.get(name).id for name in (office, manager, department["clerk"])}  # type: ignore[union-attr]
    assert [kind for kind, _ in told] == ["target_proposed", "target_recommended", "target_approve"]
    assert {ids[office], ids[manager]} <= told[0][1]
    assert ids[department["clerk"]] not in told[0][1]
    assert ids[manager] in told[1][1]
    assert ids[office] not in told[1][1]
    assert told[2][1] == {ids[department["clerk"]]}


class TestPages:
    PAGE = "/insight/staff/targets/potholes"

    def headers(self, name: str) -> dict[str, str]:
        return {"Authorization": factories.APIToken(user=name)["token"]}

    def test_propose_review_approve_and_read_it_in_public(
        self, app: Any, made: Definition, department: Department, office: str, manager: str
    ) -> None:
        clerk, member, chief = map(self.headers, (department["clerk"], office, manager))
        history = [{"period": f"FY2025-Q{n}", "value": "90"} for n in (1, 2, 3, 4)]
        service.load_history(made, history, "test")
        service.publish([periods.parse(row["period"]) for row in history], "test")
        form = {"form": "targets", f"{LATER}.target": "<i>x", f"{YEAR}.target": "77715.3"}
        wrong = app.post(f"{self.PAGE}?year={YEAR}", data=form, headers=clerk, status=409).body
        for text in ("&lt;i&gt;x", 'value="77715.3"', "Say why", "is not a number"):
            assert text in wrong
        form |= {f"{LATER}.target": "83261.4", "reason": "Canary reason"}
        app.post(self.PAGE, data=form, headers=clerk, follow_redirects=False)
        listed = app.get("/insight/staff/targets", headers=member)
        assert listed.headers["Cache-Control"] == "private, no-store"
        assert "at least 77,715.3" in listed.body
        number = next(one.id for one in book.cases([made.id]) if one.period.key == LATER)
        page = f"/insight/staff/target-proposal/{number}"
        shown = app.get(page, headers=member).body
        assert "met in 0 of the last 4 quarters, so it is a stretch" in shown
        assert 'value="approve"' not in shown
        app.post(page, data={"step": "recommend"}, headers=member, follow_redirects=False)
        self.assert_hidden(app)
        assert 'value="approve"' in app.get(page, headers=chief).body
        app.post(page, data={"step": "decline"}, headers=chief, status=409)
        data = {"step": "approve", "together": ""}
        app.post(page, data=data, headers=chief, follow_redirects=False)
        public = app.get("/insight/measure/potholes").body
        for text in ("83,261.4", "Canary reason", "Proposed by Municipal Services"):
            assert text in public
        assert "77,715" not in public

    def test_where_only_the_annual_goal_holds_it_is_named(
        self, app: Any, made: Definition, measure: Make, department: Department
    ) -> None:
        clerk = self.headers(department["clerk"])
        service.set_target(made, periods.parse(YEAR), Target(Decimal(84)), "Agreed", "test")
        [case] = propose(department["clerk"])
        shown = app.get(f"/insight/staff/target-proposal/{case['id']}", headers=clerk).body
        assert "No target" not in shown
        assert "at least 84.0" in shown
        assert "annual goal FY2098" in shown
        assert "It is easier than the target in force." in shown
        form = app.get(f"{self.PAGE}?year={YEAR}", headers=clerk).body
        assert form.count("annual goal FY2098") == 4
        total = measure(name="repairs", aggregation="sum")
        service.set_target(total, periods.parse(YEAR), Target(Decimal(84)), "Agreed", "test")
        [case] = propose(department["clerk"], id="repairs")
        shown = app.get(f"/insight/staff/target-proposal/{case['id']}", headers=clerk).body
        assert "No target" in shown

    def assert_hidden(self, app: Any) -> None:
        """Nothing of a proposal is public before its approval."""
        for path in (
            "/insight",
            "/insight/measure/potholes",
            "/insight/measure/potholes.json",
            "/insight/measure/potholes.csv",
            "/insight/measure/potholes.svg",
            "/insight/goal/quality",
            "/insight/feed.atom",
            "/api/action/indep_measure_list",
            "/api/action/indep_measure_show?id=potholes",
            "/api/action/package_show?id=potholes",
        ):
            body = app.get(path, status=200).body
            for canary in ("83.2", "83.3", "77715.3", "Canary"):
                assert canary not in body
        number = book.cases([listing.public_measure("potholes").id])[0].id
        for path in (
            f"/api/action/indep_target_proposal_show?id={number}",
            "/api/action/indep_target_proposal_list?id=potholes",
        ):
            assert app.get(path).status_code == 403

    def test_superseded_versions_stay_to_be_read(self, app: Any, made: Definition) -> None:
        for value in ("70", "75"):
            row = {"period": LATER, "target": value, "target_reason": f"Reason {value}"}
            service.load_history(made, [row], "test")
        body = app.get("/insight/measure/potholes").body
        for text in ("Reason 70", "Reason 75", "Replaced on", "version 2"):
            assert text in body

    def test_they_are_for_staff(
        self, app: Any, made: Definition, department: Department, office: str
    ) -> None:
        number = propose(department["clerk"])[0]["id"]
        stranger = self.headers(factories.User()["name"])
        for path in (
            "/insight/staff/targets",
            self.PAGE,
            f"/insight/staff/target-proposal/{number}",
        ):
            assert app.get(path, follow_redirects=False).status_code == 302
            app.get(path, headers=stranger, status=403)
        clerk = self.headers(department["clerk"])
        for path in (
            "/insight/staff/targets/nothing",
            f"{self.PAGE}?year=FY2001",
            f"{self.PAGE}?year=x",
        ):
            app.get(path, headers=clerk, status=404)
        app.get("/insight/staff/target-proposal/999999", headers=self.headers(office), status=404)

    def test_a_proposal_sent_back_is_where_the_next_begins(
        self, app: Any, made: Definition, department: Department, office: str
    ) -> None:
        number = propose(department["clerk"])[0]["id"]
        review(office, number, "send_back", note="Aim higher")
        clerk = self.headers(department["clerk"])
        body = app.get(f"/insight/staff/target-proposal/{number}", headers=clerk).body
        assert "Aim higher" in body
        assert f"again={number}" in body
        form = app.get(f"{self.PAGE}?again={number}&year={YEAR}", headers=clerk).body
        assert 'value="83.25"' in form
        assert "Two more crews" in form
