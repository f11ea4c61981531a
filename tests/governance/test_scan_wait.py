"""Nothing is approved or released before its scan for personal data is done with."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from ckanext.indep import city_time
from ckanext.indep.errors import PolicyError
from ckanext.indep.governance import outbox, policies, verify
from ckanext.indep.governance.maintenance import reminding, ticking
from ckanext.indep.governance.maintenance.model import Reminder
from ckanext.indep.governance.model import Appointment, ChangeRequest, Event
from ckanext.indep.governance.policy import parse
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.governance.review import deciding
from ckanext.indep.governance.submission import scanning
from ckanext.indep.privacy import records, service
from ckanext.indep.privacy.model import Scan
from ckanext.indep.tabular.jobs import load_table
from tests.governance.conftest import (
    City,
    act,
    approve,
    call,
    draft,
    released,
    request_of,
    submitted,
)
from tests.governance.conftest import city as fresh_city
from tests.tools.answers import CHECKLIST

__all__ = ["draft", "fresh_city", "released", "submitted"]

Make = Callable[..., dict[str, Any]]
PHONES = "phone,count\n" + "".join(f"816-325-70{n},{n}\n" for n in range(10, 40))
STILL = "still being scanned"
LIKELY = "likely personal data"
UNREAD = "could not read"


@pytest.fixture
def city(request: pytest.FixtureRequest, with_plugins: None) -> City:
    """A city that the tests of one class share."""
    kept: City | None = getattr(request.cls, "kept_city", None)
    made = kept or request.getfixturevalue("fresh_city")
    if request.cls:
        request.cls.kept_city = made
    return made


@pytest.fixture
def reviewer(city: City) -> str:
    """A privacy reviewer."""
    name = factories.User()["name"]
    helpers.call_action("indep_appointment_create", user=name, office="privacy_reviewer")
    return name


@pytest.fixture
def unscanned(city: City, draft: Make) -> Make:
    """Submit a draft that no worker has scanned yet; return the request as the owner sees it."""

    def make(csv: str = "zip,count\n02116,3\n64050,4\n", **fields: Any) -> dict[str, Any]:
        request = request_of(city.steward, draft(csv=csv, **fields)["id"])
        call(city.steward, "indep_request_submit", id=request["id"], checklist=CHECKLIST)
        return _shown(city, request["id"])

    return make


def _shown(city: City, request_id: str) -> dict[str, Any]:
    return act(city.owner, "indep_request_show", id=request_id)


def _decision(request: dict[str, Any]) -> dict[str, Any]:
    return {"id": request["id"], "revision_id": request["revision_id"]}


def _refused(sentence: str, who: str, action: str, **data: Any) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        call(who, action, **data)
    assert sentence in str(refused.value.error_dict)


class TestCommittee:
    def test_the_last_vote_waits_for_the_scan_and_changes_nothing(
        self, city: City, unscanned: Make
    ) -> None:
        request = unscanned()
        decision = _decision(request)
        act(city.owner, "indep_request_decide", **decision)
        act(city.members[0], "indep_request_vote", ballot="for", **decision)
        before = _shown(city, request["id"])
        assert before["scan_left"]["awaited"] == 2
        _refused(STILL, city.members[1], "indep_request_vote", ballot="for", **decision)
        after = _shown(city, request["id"])
        assert (after["state"], after["ballots"]) == ("in_review", before["ballots"])
        assert deciding.recount_waiting() == 0
        scanning.scan_now(request["revision_id"])
        done = act(city.members[1], "indep_request_vote", ballot="for", **decision)
        assert done["state"] == "released"
        assert _shown(city, request["id"])["scan_left"] is None
        assert list(verify.breaches()) == []

    def test_likely_findings_are_answered_first(
        self, city: City, reviewer: str, submitted: Make
    ) -> None:
        request = submitted(csv=PHONES)
        decision = _decision(request)
        act(city.owner, "indep_request_decide", **decision)
        act(city.members[0], "indep_request_vote", ballot="for", **decision)
        last = {"ballot": "for", **decision}
        _refused(LIKELY, city.members[1], "indep_request_vote", **last)
        for nobody in (city.steward, city.outsider, city.admin):
            with pytest.raises((tk.NotAuthorized, tk.ObjectNotFound)):
                act(nobody, "indep_scan_answer", reason="Fine.", **decision)
        _refused("Say why", reviewer, "indep_scan_answer", reason=" ", **decision)
        other = {**decision, "revision_id": "another"}
        _refused("was changed since", reviewer, "indep_scan_answer", reason="Fine.", **other)
        act(reviewer, "indep_scan_answer", reason="Numbers of offices.", **decision)
        _refused("Nothing of this scan", reviewer, "indep_scan_answer", reason="Again.", **decision)
        assert _shown(city, request["id"])["scan_answers"][0]["reason"] == "Numbers of offices."
        assert act(city.members[1], "indep_request_vote", **last)["state"] == "released"
        assert list(verify.breaches()) == []
        # In later data the same kind in the same column is answered for.
        later = act(city.steward, "indep_request_open", id=request["live_id"])
        copy = act(city.steward, "package_show", id=later["workspace_id"])["resources"][0]
        _replace(city.steward, copy["id"], PHONES + "816-325-7041,41\n")
        sent = act(city.steward, "indep_request_submit", id=later["id"])
        assert approve(city, sent)["state"] == "released"

    def test_verify_names_a_release_past_the_rule(self, city: City, submitted: Make) -> None:
        request = submitted()
        session = ckan_model.Session
        approve(city, request)
        row = session.get(ChangeRequest, request["id"])
        assert row
        session.execute(sa.update(Scan).values(state="pending"))
        session.commit()
        assert any("scan for personal data had ended" in b for b in verify.breaches())
        session.execute(sa.update(Scan).values(state="done"))
        session.commit()
        assert list(verify.breaches()) == []
        told = session.execute(
            sa.select(Event.data).where(Event.event == "released", Event.subject == request["id"])
        ).scalar_one()
        assert set(told["scans"].values()) == {records.VERSION}


class TestDepartment:
    """The lanes in which the data owner decides alone."""

    def test_the_owner_waits_for_the_scan(self, city: City, unscanned: Make) -> None:
        request = unscanned(audience="staff")
        decision = _decision(request)
        _refused(STILL, city.owner, "indep_request_decide", **decision)
        assert _shown(city, request["id"])["ballots"] == []
        scanning.scan_now(request["revision_id"])
        assert act(city.owner, "indep_request_decide", **decision)["state"] == "released"
        assert list(verify.breaches()) == []

    def test_the_owner_answers_what_was_found_on_the_page(
        self, city: City, submitted: Make, app: Any
    ) -> None:
        request = submitted(csv=PHONES, audience="staff")
        decision = _decision(request)
        _refused(LIKELY, city.owner, "indep_request_decide", **decision)
        page = f"/request/{request['number']}"
        owner = {"Authorization": factories.APIToken(user=city.owner)["token"]}
        told = app.get(page, headers=owner).body
        assert LIKELY in told
        assert "Record my answer" in told
        form = {"revision_id": request["revision_id"], "reason": "Numbers of <b>offices</b>."}
        sent = app.post(f"{page}/scan", data=form, headers=owner, follow_redirects=False)
        assert sent.status_code == 302
        told = app.get(page, headers=owner).body
        assert "Numbers of &lt;b&gt;offices&lt;/b&gt;." in told
        assert "Record my answer" not in told
        assert act(city.owner, "indep_request_decide", **decision)["state"] == "released"

    def test_what_the_scan_failed_at_is_looked_at_by_hand(
        self, city: City, reviewer: str, unscanned: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = unscanned(csv="zip,count\n02117,1\n", audience="staff")
        with monkeypatch.context() as broken:
            broken.setattr(service, "_read", lambda _source: 1 / 0)
            for _content in range(2):
                with pytest.raises(ZeroDivisionError):
                    scanning.scan_now(request["revision_id"])
                outbox.drain("scan")
                for scan in records.waiting(dt.timedelta(), dt.timedelta(), 100):
                    with pytest.raises(ZeroDivisionError):
                        service.run(scan.subject)
        decision = _decision(request)
        _refused(UNREAD, city.owner, "indep_request_decide", **decision)
        with pytest.raises(tk.NotAuthorized):
            act(city.owner, "indep_scan_answer", reason="I looked.", **decision)
        act(reviewer, "indep_scan_answer", reason="I read both rows.", **decision)
        assert act(city.owner, "indep_request_decide", **decision)["state"] == "released"
        assert list(verify.breaches()) == []
        event = ckan_model.Session.execute(
            sa.select(Event.data).where(
                Event.event == "scan_answered", Event.subject == request["id"]
            )
        ).scalar_one()
        assert event["reason"] == "I read both rows."
        assert len(event["looked_at"]) == 2

    def test_a_scan_that_never_ends_is_given_up(
        self, city: City, reviewer: str, unscanned: Make
    ) -> None:
        request = unscanned(csv="zip,count\n02118,1\n", audience="staff")
        outbox.drain("scan")
        decision = _decision(request)
        _refused("still under way", reviewer, "indep_scan_answer", reason="So.", **decision)
        ckan_model.Session.execute(
            sa.update(Scan)
            .where(Scan.state == "pending")
            .values(requested_at=sa.func.now() - sa.text("interval '2 hours'"))
        )
        ckan_model.Session.commit()
        _refused(UNREAD, city.owner, "indep_request_decide", **decision)
        act(reviewer, "indep_scan_answer", reason="I read the row.", **decision)
        assert act(city.owner, "indep_request_decide", **decision)["state"] == "released"

    def test_the_policy_may_not_ask_for_it(self, city: City, unscanned: Make) -> None:
        off = policies.default_text().replace(
            "scan_before_release: true", "scan_before_release: false"
        )
        policies.load(off, "test")
        request = unscanned(csv="zip,count\n02119,1\n", audience="staff")
        done = act(city.owner, "indep_request_decide", **_decision(request))
        assert done["state"] == "released"
        assert list(verify.breaches()) == []


class TestContactOfPlainCkan:
    """Data from before the schema names its author in CKAN's own fields."""

    def test_one_finding_with_its_remedy(self, city: City, submitted: Make, app: Any) -> None:
        stock = {
            "author_email": "jane.doe@example.org",
            "maintainer_email": "joe.roe@example.org",
        }
        request = submitted(audience="staff", title="Old trees", **stock)
        decision = _decision(request)
        _refused(LIKELY, city.owner, "indep_request_decide", **decision)
        assert request["scan_left"]["found"] == 1
        owner, steward = (
            {"Authorization": factories.APIToken(user=who)["token"]}
            for who in (city.owner, city.steward)
        )
        assert "empties them" in app.get(f"/request/{request['number']}", headers=owner).body
        act(city.owner, "indep_request_changes", id=request["id"], reason="Empty the author.")
        form = app.get(f"/dataset/edit/{request['workspace_id']}", headers=steward).body
        assert 'value="jane.doe@example.org"' in form
        emptied = dict.fromkeys(stock, "")
        act(city.steward, "package_patch", id=request["workspace_id"], **emptied)
        sent = act(city.steward, "indep_request_submit", id=request["id"])
        assert act(city.owner, "indep_request_decide", **_decision(sent))["state"] == "released"

    def test_answered_once_it_holds_up_nothing_more(self, city: City, submitted: Make) -> None:
        stock = {"author_email": "crew@example.org", "audience": "staff"}
        request = submitted(title="Old benches", name="old-benches", **stock)
        act(city.owner, "indep_scan_answer", reason="An office.", **_decision(request))
        assert act(city.owner, "indep_request_decide", **_decision(request))["state"] == "released"
        act(city.steward, "indep_attest", id=request["live_id"])
        later = act(city.steward, "indep_request_open", id=request["live_id"])
        act(city.steward, "package_patch", id=later["workspace_id"], notes="Benches in parks.")
        sent = act(city.steward, "indep_request_submit", id=later["id"])
        assert act(city.owner, "indep_request_decide", **_decision(sent))["state"] == "released"


class TestStanding:
    def test_an_update_waits_for_its_scan_and_goes_on_by_itself(
        self, city: City, released: Make
    ) -> None:
        robot = factories.User()["name"]
        helpers.call_action(
            "organization_member_create", id=city.department, username=robot, role="editor"
        )
        until = (city_time.today() + dt.timedelta(days=90)).isoformat()
        rows = "zip,count\n" + "".join(f"64{n:03},{n}\n" for n in range(10))
        standing = {"refresh_by": robot, "refresh_max_change": "20", "refresh_until": until}
        package = released(csv=rows, **standing)
        request = call(robot, "indep_request_open", id=package["id"])
        copy = call(robot, "package_show", id=request["workspace_id"])["resources"][0]
        _replace(robot, copy["id"], rows.replace("64003,3", "64003,33"))
        sent = call(robot, "indep_request_submit", id=request["id"])
        assert (sent["state"], sent["lane"]) == ("approved", "standing")
        assert releasing.release_waiting() == 0
        _refused(STILL, robot, "indep_request_release", id=request["id"])
        scanning.scan_now(sent["revision_id"])
        assert _shown(city, request["id"])["state"] == "released"
        assert list(verify.breaches()) == []


class TestTold:
    """The privacy reviewer hears of what waits, is reminded, and then others hear of it."""

    @pytest.fixture
    def sent(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
        """What the portal mails, instead of a mail server: (address, body)."""
        mails: list[tuple[str, str]] = []
        monkeypatch.setitem(tk.config, "smtp.mail_from", "portal@example.gov")
        monkeypatch.setattr(
            tk, "mail_recipient", lambda name, mail, subject, body: mails.append((mail, body))
        )
        return mails

    def test_once_for_each_revision_and_by_mail(
        self, city: City, reviewer: str, unscanned: Make, sent: list[tuple[str, str]]
    ) -> None:
        request = unscanned(csv=PHONES)
        ticking.tick()
        assert _inbox(reviewer) == []
        scanning.scan_now(request["revision_id"])
        assert _inbox(reviewer) == [("scan_waits", request["number"])]
        outbox.drain()
        person = ckan_model.User.get(reviewer)
        assert person
        assert person.email
        told = [mail for mail, body in sent if "scan for personal data" in body]
        assert told.count(person.email) == 1
        assert "816" not in "".join(body for _mail, body in sent)
        ticking.tick()
        ticking.tick()
        assert len(_inbox(reviewer)) == 1
        # The same rows once more are known already: the next tick tells of them.
        act(city.owner, "indep_request_changes", id=request["id"], reason="Say more.")
        act(city.steward, "package_patch", id=request["workspace_id"], notes="Office numbers.")
        act(city.steward, "indep_request_submit", id=request["id"])
        ticking.tick()
        assert _inbox(reviewer) == [("scan_waits", request["number"])] * 2

    def test_late_then_escalated_until_it_is_answered(
        self, city: City, reviewer: str, submitted: Make
    ) -> None:
        request = submitted(csv=PHONES)
        chair = city.members[0]
        ticking.tick()
        _told_days_ago(request, 4)
        ticking.tick()
        assert _inbox(reviewer) == [("scan_waits", request["number"])]
        _told_days_ago(request, 1)
        ticking.tick()
        ticking.tick()
        assert [kind for kind, _number in _inbox(reviewer)] == ["scan_late", "scan_waits"]
        assert ("escalated", request["number"]) not in _inbox(chair)
        _told_days_ago(request, 10)
        ticking.tick()
        ticking.tick()
        assert _inbox(chair).count(("escalated", request["number"])) == 1
        assert len(_inbox(reviewer)) == 2
        assert list(verify.breaches()) == []
        act(reviewer, "indep_scan_answer", reason="Offices.", **_decision(request))
        assert reminding.remind_of_scans() == 0

    def test_what_was_answered_in_time_reminds_nobody(
        self, city: City, reviewer: str, submitted: Make, app: Any
    ) -> None:
        request = submitted(csv=PHONES, title="Numbers of offices")
        ticking.tick()
        headers = {"Authorization": factories.APIToken(user=reviewer)["token"]}
        for page in ("/work", "/review"):
            listed = app.get(page, headers=headers).body
            assert "Waiting for your answer to the scan" in listed
            assert f"/request/{request['number']}" in listed
        assert act(city.owner, "indep_request_list", which="to_answer") == []
        act(reviewer, "indep_scan_answer", reason="Offices.", **_decision(request))
        waiting = act(reviewer, "indep_request_list", which="to_answer")
        assert request["id"] not in {each["id"] for each in waiting}
        _told_days_ago(request, 40)
        ticking.tick()
        assert _inbox(reviewer) == [("scan_waits", request["number"])]
        assert ("escalated", request["number"]) not in _inbox(city.members[0])

    def test_without_an_independent_reviewer_the_chair_hears_of_it(
        self, city: City, submitted: Make
    ) -> None:
        yesterday = city_time.today() - dt.timedelta(days=1)
        ckan_model.Session.execute(
            sa.update(Appointment)
            .where(Appointment.office == "privacy_reviewer")
            .values(starts_on=yesterday, ends_on=yesterday)
        )
        ckan_model.Session.commit()
        request = submitted(csv=PHONES)
        ticking.tick()
        assert ("scan_waits", request["number"]) in _inbox(city.members[0])


class TestPolicy:
    def test_a_mistake_is_answered_with_its_line(self) -> None:
        text = policies.default_text()
        line = text.splitlines().index("scan_before_release: true") + 1
        with pytest.raises(PolicyError) as refused:
            parse(text.replace("scan_before_release: true", "scan_before_release: perhaps"))
        assert f"line {line}: scan_before_release" in refused.value.message

    def test_without_a_word_the_rule_holds(self) -> None:
        text = policies.default_text().replace("scan_before_release: true", "")
        assert parse(text)[0].scan_before_release


def _inbox(user: str) -> list[tuple[str, int]]:
    return [(m["kind"], m["request"]) for m in act(user, "indep_inbox_list")["messages"]]


def _told_days_ago(request: dict[str, Any], days: int) -> None:
    """Let the first message about the scan of a request be so many days older."""
    ckan_model.Session.execute(
        sa.update(Reminder)
        .where(Reminder.kind == "scan_waits", Reminder.subject == request["id"])
        .values(sent_at=Reminder.sent_at - dt.timedelta(days=days))
    )
    ckan_model.Session.commit()


def _replace(who: str, resource_id: str, csv: str) -> None:
    upload = FileStorage(io.BytesIO(csv.encode()), filename="potholes.csv")
    call(who, "resource_patch", id=resource_id, upload=upload)
    outbox.drain()
    load_table(resource_id)
