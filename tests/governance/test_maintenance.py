"""Looking after what is released: due dates, attesting, reminders, expiry, inbox and mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.cli.cli import ckan
from ckan.tests import factories
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep import events
from ckanext.indep.governance import audit, notifications, outbox, verify
from ckanext.indep.governance.maintenance import expiring, model, reminding, ticking
from ckanext.indep.governance.maintenance.due import Lateness, due_on, lateness
from ckanext.indep.governance.model import ChangeRequest, Publication
from tests.governance.conftest import City, act, city, draft, released, request_of, submitted

__all__ = ["city", "draft", "released", "submitted"]

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))


class TestDue:
    @given(DAYS, st.integers(1, 3660), st.integers(1, 60), st.integers(-4000, 4000))
    def test_nothing_is_late_before_its_day(
        self, checked: dt.date, days: int, patience: int, offset: int
    ) -> None:
        due = due_on(checked, days)
        found = lateness(due, due + dt.timedelta(days=offset), patience)
        assert (found is Lateness.IN_TIME) == (offset < 0)
        assert (found is Lateness.OVERDUE) == (offset > patience)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What the portal mails, instead of a mail server: (address, subject, body)."""
    mails: list[tuple[str, str, str]] = []
    monkeypatch.setitem(tk.config, "smtp.mail_from", "portal@example.gov")
    monkeypatch.setattr(
        tk, "mail_recipient", lambda name, mail, subject, body: mails.append((mail, subject, body))
    )
    return mails


def _age(request_id: str, days: int) -> None:
    """Let the last step and the last edit of a request be so many days ago."""
    session = ckan_model.Session
    request = session.get(ChangeRequest, request_id)
    assert request
    request.changed_at -= dt.timedelta(days=days)
    package = session.get(ckan_model.Package, request.workspace_id)
    assert package
    package.metadata_modified -= dt.timedelta(days=days)
    session.commit()


def _released_days_ago(package_id: str, days: int) -> None:
    """Let a release have been so many days ago, past all guards of what was released."""
    session = ckan_model.Session
    session.execute(
        sa.update(Publication)
        .where(Publication.package_id == package_id)
        .values(released_at=Publication.released_at - dt.timedelta(days=days))
    )
    session.commit()


def _inbox(user: str) -> list[str]:
    return [m["kind"] for m in act(user, "indep_inbox_list")["messages"]]


class TestReviews:
    def test_what_was_released_long_ago_is_due_until_it_is_attested(
        self, city: City, released: Callable[..., dict[str, Any]]
    ) -> None:
        package = released()
        assert act(city.steward, "indep_review_list") == []
        _released_days_ago(package["id"], 70)
        assert [r["lateness"] for r in act(city.steward, "indep_review_list")] == ["due"]
        assert act(city.outsider, "indep_review_list") == []
        reminding.remind()
        reminding.remind()
        assert _inbox(city.steward).count("review_due") == 1
        assert _inbox(city.owner).count("review_due") == 1
        _released_days_ago(package["id"], 10)
        assert [r["lateness"] for r in act(city.members[0], "indep_review_list")] == ["overdue"]
        reminding.remind()
        assert "review_overdue" in _inbox(city.members[0])
        answer = act(city.steward, "indep_attest", id=package["name"], note="Compared with 311.")
        assert answer["revision_id"]
        assert act(city.steward, "indep_review_list") == []
        assert list(audit.breaks()) == []
        assert list(verify.breaches()) == []

    def test_only_the_department_attests(
        self, city: City, released: Callable[..., dict[str, Any]]
    ) -> None:
        package = released()
        for person in (city.outsider, city.members[0], city.admin):
            with pytest.raises(tk.NotAuthorized):
                act(person, "indep_attest", id=package["id"])

    def test_what_is_not_released_cannot_be_attested(
        self, city: City, draft: Callable[..., dict[str, Any]]
    ) -> None:
        workspace = draft()
        with pytest.raises(tk.ValidationError, match="released now"):
            act(city.steward, "indep_attest", id=workspace["id"])
        with pytest.raises(tk.ObjectNotFound):
            act(city.outsider, "indep_attest", id=workspace["id"])


class TestWaiting:
    def test_owner_and_committee_are_reminded_once(
        self, city: City, submitted: Callable[..., dict[str, Any]]
    ) -> None:
        request = submitted()
        reminding.remind()
        assert "owner_late" not in _inbox(city.owner)
        _age(request["id"], 6)
        assert reminding.remind() > 0
        assert reminding.remind() == 0
        assert _inbox(city.owner).count("owner_late") == 1
        decision = {"id": request["id"], "revision_id": request["revision_id"]}
        act(city.owner, "indep_request_decide", **decision)
        act(city.members[0], "indep_request_vote", ballot="for", **decision)
        _age(request["id"], 31)
        reminding.remind()
        assert "committee_late" not in _inbox(city.members[0])
        assert "committee_late" in _inbox(city.members[1])

    def test_a_draft_is_warned_of_and_expires_with_its_workspace(
        self, city: City, draft: Callable[..., dict[str, Any]]
    ) -> None:
        workspace = draft()
        request = request_of(city.steward, workspace["id"])
        _age(request["id"], 170)
        ticking.tick()
        assert _inbox(city.steward) == ["expiring"]
        _age(request["id"], 11)
        ticking.tick()
        ticking.tick()
        outbox.drain()
        assert _inbox(city.steward) == ["expired", "expiring"]
        shown = act(city.steward, "indep_request_show", id=request["id"])
        assert shown["state"] == "expired"
        assert ckan_model.Package.get(workspace["id"]) is None
        assert list(verify.breaches()) == []

    def test_an_edit_begins_the_time_anew(
        self, city: City, draft: Callable[..., dict[str, Any]]
    ) -> None:
        workspace = draft()
        request = request_of(city.steward, workspace["id"])
        _age(request["id"], 200)
        act(city.steward, "package_patch", id=workspace["id"], notes="Still at it.")
        assert expiring.expire_old() == 0
        assert act(city.steward, "indep_request_show", id=request["id"])["state"] == "draft"


class TestInbox:
    def test_everybody_reads_and_marks_only_ones_own(
        self, city: City, submitted: Callable[..., dict[str, Any]]
    ) -> None:
        submitted(title="canary of a draft")
        inbox = act(city.owner, "indep_inbox_list")
        assert inbox["unread"] == 1
        assert "canary" not in str(inbox)
        number = inbox["messages"][0]["id"]
        assert act(city.outsider, "indep_inbox_read", messages=[str(number)]) == {"read": 0}
        for nothing in ([], "", [None], [[]]):
            with pytest.raises(tk.ValidationError):
                act(city.owner, "indep_inbox_read", messages=nothing)
        assert act(city.owner, "indep_inbox_list")["unread"] == 1
        assert act(city.owner, "indep_inbox_read", messages=[str(number)]) == {"read": 1}
        assert act(city.owner, "indep_inbox_list")["unread"] == 0
        with pytest.raises(tk.ValidationError):
            act(city.owner, "indep_inbox_read", messages=["one"])
        submitted(title="Another", name="another")
        submitted(title="A third", name="a-third")
        assert act(city.owner, "indep_inbox_read") == {"read": 2}
        with pytest.raises(tk.NotAuthorized):
            act("", "indep_inbox_list")

    def test_mail_comes_at_once_without_content(
        self,
        city: City,
        submitted: Callable[..., dict[str, Any]],
        sent: list[tuple[str, str, str]],
    ) -> None:
        request = submitted(title="canary of a draft")
        outbox.drain()
        outbox.drain()
        assert len(sent) == 1
        _address, subject, body = sent[0]
        assert f"/request/{request['number']}" in body
        assert "canary" not in subject + body

    def test_a_digest_collects(
        self,
        city: City,
        submitted: Callable[..., dict[str, Any]],
        sent: list[tuple[str, str, str]],
    ) -> None:
        act(city.owner, "indep_mail_preference_update", mail="daily")
        submitted(title="One")
        submitted(title="Two")
        outbox.drain()
        assert sent == []
        ticking.tick()
        ticking.tick()
        assert [subject for _to, subject, _body in sent] == ["2 messages from the open data portal"]
        submitted(title="Three")
        ticking.tick()
        assert len(sent) == 1
        ckan_model.Session.execute(
            sa.update(model.Message).values(
                mailed_at=model.Message.mailed_at - dt.timedelta(days=1)
            )
        )
        ckan_model.Session.commit()
        ticking.tick()
        assert len(sent) == 2

    def test_never_means_never(
        self,
        city: City,
        submitted: Callable[..., dict[str, Any]],
        sent: list[tuple[str, str, str]],
    ) -> None:
        act(city.owner, "indep_mail_preference_update", mail="never")
        submitted()
        ticking.tick()
        outbox.drain()
        assert sent == []
        assert act(city.owner, "indep_inbox_list")["unread"] == 1
        with pytest.raises(tk.ValidationError):
            act(city.owner, "indep_mail_preference_update", mail="hourly")

    def test_each_kind_has_its_words(self) -> None:
        assert all(text and not text.endswith(".") for text in notifications.MESSAGES.values())


class TestPages:
    def test_inbox_and_due_list(
        self, app: Any, city: City, released: Callable[..., dict[str, Any]]
    ) -> None:
        package = released()
        _released_days_ago(package["id"], 100)
        reminding.remind()
        as_steward = {"Authorization": factories.APIToken(user=city.steward)["token"]}
        page = app.get("/maintenance", headers=as_steward)
        assert "Pothole repairs" in page.text
        posted = app.post(
            f"/maintenance/{package['id']}/attest",
            data={"note": "Looked at."},
            headers=as_steward,
        )
        assert "on record" in posted.text
        assert "/request/" in app.get("/inbox", headers=as_steward).text
        assert "Choose a message first" in app.post("/inbox/read", headers=as_steward).text
        app.post("/inbox/read", data={"which": "all"}, headers=as_steward)
        assert act(city.steward, "indep_inbox_list")["unread"] == 0
        assert "Saved." in app.post("/inbox/mail", data={"mail": "weekly"}, headers=as_steward).text
        assert app.get("/inbox", status=403)
        assert app.get("/maintenance", status=403)


def test_the_tick_says_what_it_did(cli: Any, city: City) -> None:
    done = cli.invoke(ckan, ["indep", "tick"])
    assert done.exit_code == 0, done.output
    assert "0 pieces of work are waiting" in done.output


@pytest.mark.usefixtures("with_request_context")
class TestNotice:
    """What another domain has to say is told once, in the inbox and by mail."""

    def test_it_is_told_once_with_its_own_page(
        self, city: City, sent: list[tuple[str, str, str]]
    ) -> None:
        steward = ckan_model.User.get(city.steward)
        assert steward
        for period in ("FY2027-Q1", "FY2027-Q1", "FY2027-Q2"):
            events.notice.send(
                "figures_due",
                subject="potholes",
                period=period,
                user_ids={steward.id},
                text="Figures are due on Friday",
                path="/insight/staff",
            )
        outbox.drain()
        found = act(city.steward, "indep_inbox_list")["messages"]
        assert [(m["text"], m["page"]) for m in found] == [
            ("Figures are due on Friday", "/insight/staff")
        ] * 2
        assert [subject for _address, subject, _body in sent] == ["Figures are due on Friday"] * 2
        assert tk.config["ckan.site_url"] + "/insight/staff" in sent[0][2]
