"""Residents' data requests through their actions: who may, what is public, mail, forgetting."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ckan.lib.mailer
import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers
from sqlalchemy.exc import DBAPIError

from ckanext.indep import events
from ckanext.indep.errors import ConflictError
from ckanext.indep.inventory import data_requests, mailing, retention
from ckanext.indep.inventory.model import DataRequest, now
from tests.inventory.conftest import CANARIES, Town, act

ANSWER: dict[str, Any] = {"outcome": "planned", "text": "We publish it in spring."}
Asked = Callable[..., int]


class TestWho:
    def test_who_may_do_what(self, town: Town, asked: Asked) -> None:
        """Each person with each decision, on a request that Fire was given."""
        number = asked()
        decisions: dict[str, dict[str, Any]] = {
            "assign": {"owner_org": town.fire},
            "answer": ANSWER,
            "merge": {"into": 999},
            "spam": {},
        }
        act(town.secretary, "indep_data_request_assign", number=number, owner_org=town.fire)
        found = {
            (name, decision)
            for name in vars(town).values()
            if ckan_model.User.get(name)
            for decision, data in decisions.items()
            if _allowed(name, decision, number=number, **data)
        }
        assert found == {
            *((town.secretary, decision) for decision in decisions),
            (town.owner, "assign"),
            (town.owner, "answer"),
        }

    def test_who_asked_is_told_to_the_office_that_answers(self, town: Town, asked: Asked) -> None:
        number = asked()
        with pytest.raises(tk.ObjectNotFound):
            act(town.owner, "indep_data_request_show", number=number)
        act(town.secretary, "indep_data_request_assign", number=number, owner_org=town.fire)
        for name in (town.secretary, town.owner):
            shown = act(name, "indep_data_request_show", number=number)
            assert shown["requester_email"] == "canary@example.org"
        for name in (town.stranger_owner, town.editor, town.member, town.admin, ""):
            shown = act(name, "indep_data_request_show", number=number)
            assert "canary" not in json.dumps(shown)
            assert "events" not in shown

    def test_nobody_hears_of_what_is_not_accepted(self, town: Town, asked: Asked) -> None:
        number, spam = asked(), asked(website="https://example.org")
        for hidden in (number, spam):
            for name in ("", town.admin, town.owner, town.member):
                for action in ("show", "second"):
                    with pytest.raises(tk.ObjectNotFound):
                        act(name, f"indep_data_request_{action}", number=hidden)
                for state in ("", "received", "spam"):
                    listed = act(name, "indep_data_request_list", state=state)
                    assert listed["count"] == 0
        waiting = act(town.secretary, "indep_data_request_list", state="received")["results"]
        assert [row["number"] for row in waiting] == [number]


def _allowed(name: str, decision: str, **data: Any) -> bool:
    """Whether the permission is given; what the state then refuses does not matter here."""
    try:
        act(name, f"indep_data_request_{decision}", **data)
    except tk.NotAuthorized:
        return False
    except tk.ValidationError:
        return True
    finally:
        ckan_model.Session.rollback()
        ckan_model.Session.execute(
            sa.update(DataRequest)
            .where(DataRequest.number == data["number"])
            .values(state="assigned")
        )
        ckan_model.Session.commit()
    return True


class TestAuditor:
    def test_reads_all_but_who_asked_and_changes_nothing(
        self, town: Town, asked: Asked, holding: dict[str, Any]
    ) -> None:
        auditor = factories.User()["name"]
        helpers.call_action("indep_appointment_create", user=auditor, office="auditor")
        number, spam = asked(), asked(website="https://example.org")
        for hidden, state in ((number, "received"), (spam, "spam")):
            shown = act(auditor, "indep_data_request_show", number=hidden)
            assert shown["events"]
            assert "canary" not in json.dumps(shown)
            [listed] = act(auditor, "indep_data_request_list", state=state)["results"]
            assert listed["number"] == hidden
        assert act(auditor, "indep_holding_show", id=holding["id"])["internal_notes"]
        assert "canary-notes" in act(auditor, "indep_holding_export", owner_org=town.fire)["csv"]
        for decision, data in (
            ("assign", {"owner_org": town.fire}),
            ("answer", ANSWER),
            ("merge", {"into": 999}),
            ("spam", {}),
        ):
            with pytest.raises(tk.NotAuthorized):
                act(auditor, f"indep_data_request_{decision}", number=number, **data)
        with pytest.raises(tk.NotAuthorized):
            act(auditor, "indep_holding_update", id=holding["id"], title="Changed")


class TestAsking:
    def test_bad_input_gets_a_sentence(self, town: Town, asked: Asked) -> None:
        for field, value in (
            ("title", ""),
            ("title", "x" * 121),
            ("question", "short"),
            ("question", "x" * 2001),
            ("question", "ten letters \x00 and more"),
            ("why", "\ud800"),
            ("requester_email", "nobody"),
            ("requester_email", "a@example.org\nBcc: b@example.org"),
            ("notify", False),
        ):
            with pytest.raises(tk.ValidationError) as refused:
                asked(**{field: value})
            assert list(refused.value.error_dict) == [field]

    def test_what_does_not_belong_is_ignored(self, town: Town, asked: Asked) -> None:
        number = asked(state="answered", number=77, owner_org=town.fire, extra={"a": ["b"]})
        assert number != 77
        request = data_requests.get(number)
        assert request
        assert (request.state, request.owner_org) == ("received", None)

    def test_its_day_is_the_citys(
        self, town: Town, asked: Asked, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """At two in the night in UTC, the evening before is not over in the city."""
        night = dt.datetime(2026, 7, 2, 2, tzinfo=dt.timezone.utc)
        monkeypatch.setattr(data_requests, "now", lambda: night)
        found = data_requests.get(asked())
        assert found
        assert found.received_on == dt.date(2026, 7, 1)

    @pytest.mark.ckan_config("ckanext.indep.inventory.requests_per_hour", 2)
    def test_all_together_are_limited(self, town: Town, asked: Asked) -> None:
        asked()
        asked()
        with pytest.raises(tk.ValidationError, match="later"):
            asked()


class TestAnswering:
    @pytest.mark.usefixtures("unguarded")
    def test_the_way_of_a_request(
        self, town: Town, accepted: Asked, public_dataset: dict[str, Any]
    ) -> None:
        number = accepted()
        act(
            town.secretary,
            "indep_data_request_assign",
            number=number,
            owner_org=town.fire,
            title="Crashes",
        )
        with pytest.raises(tk.ValidationError, match="public dataset"):
            act(
                town.owner,
                "indep_data_request_answer",
                number=number,
                outcome="published",
                text="Here it is, whole.",
            )
        act(town.owner, "indep_data_request_answer", number=number, **ANSWER)
        act(
            town.owner,
            "indep_data_request_answer",
            number=number,
            outcome="published",
            text="Here it is, whole.",
            dataset="hydrants",
        )
        shown = act("", "indep_data_request_show", number=number)
        assert shown["state"] == "answered"
        assert (shown["title"], shown["edited"]) == ("Crashes", True)
        assert [answer["outcome"] for answer in shown["answers"]] == ["planned", "published"]
        assert shown["dataset"]["name"] == "hydrants"
        with pytest.raises(tk.ValidationError, match="answered"):
            act(town.secretary, "indep_data_request_assign", number=number, owner_org=town.police)
        numbers = act("", "indep_program_numbers")["requests"]
        assert (numbers["answered"], numbers["median_days_to_answer"]) == (1, 0)
        for table in ("indep_data_request_answer", "indep_data_request_event"):
            with pytest.raises(DBAPIError, match="append-only"):
                ckan_model.Session.execute(sa.delete(sa.table(table)))
            ckan_model.Session.rollback()

    def test_merged_requests_lead_to_the_other(self, town: Town, accepted: Asked) -> None:
        first, second, third = accepted(), accepted(), accepted()
        for into in (999, second, second + 100):
            with pytest.raises(tk.ValidationError, match="not another"):
                act(town.secretary, "indep_data_request_merge", number=second, into=into)
        act(town.secretary, "indep_data_request_merge", number=third, into=second)
        act(town.secretary, "indep_data_request_merge", number=second, into=first)
        listed = act("", "indep_data_request_list")["results"]
        assert [(row["number"], row["seconds"]) for row in listed] == [(first, 2)]
        assert act("", "indep_data_request_show", number=third)["merged_into"] == first

    def test_many_at_once_have_one_outcome(self, town: Town, asked: Asked) -> None:
        number = asked()

        def put_away(_number: int) -> bool:
            try:
                data_requests.mark_spam(number, "x")
            except ConflictError:
                return False
            finally:
                ckan_model.Session.remove()
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(put_away, range(16))) == 1


class TestMail:
    @pytest.mark.ckan_config("smtp.mail_from", "portal@example.org")
    def test_each_is_sent_once_and_then_who_asked_is_forgotten(
        self, town: Town, asked: Asked, monkeypatch: pytest.MonkeyPatch, app: Any
    ) -> None:
        sent: list[tuple[str, str, str]] = []
        failing = [True]

        def mail(_name: str, address: str, subject: str, body: str) -> None:
            if failing.pop() if failing else False:
                raise ckan.lib.mailer.MailerException("away")
            sent.append((address, subject, body))

        monkeypatch.setattr(tk, "mail_recipient", mail)
        first, second = asked(), asked(requester_email="other@example.org")
        asked(requester_email="", notify=False)
        asked(requester_email="spam@example.org", website="x")
        with app.flask_app.test_request_context():
            assert mailing.send_waiting() == 1
            assert mailing.send_waiting() == 1
            assert mailing.send_waiting() == 0
            for number in (first, second):
                act(
                    town.secretary,
                    "indep_data_request_assign",
                    number=number,
                    owner_org=town.fire,
                )
            act(town.secretary, "indep_data_request_merge", number=second, into=first)
            act(town.owner, "indep_data_request_answer", number=first, **ANSWER)
            assert mailing.send_waiting() == 2
            events.tick.send()
        assert sorted(address for address, _subject, _body in sent[2:]) == [
            "canary@example.org",
            "other@example.org",
        ]
        assert all(ANSWER["text"] in body for _address, _subject, body in sent[2:])
        assert all(f"/data-requests/{first}\n" in body for _address, _subject, body in sent[2:])
        assert not any(canary in str(sent) for canary in CANARIES)

        assert retention.forget_due() == 0
        assert data_requests.forget_contacts(now() + dt.timedelta(seconds=1), "test") == 2
        kept = ckan_model.Session.execute(
            sa.select(DataRequest.requester_email, DataRequest.why).where(
                DataRequest.number.in_((first, second))
            )
        ).all()
        assert [tuple(row) for row in kept] == [("", ""), ("", "")]
        shown = act(town.secretary, "indep_data_request_show", number=first)
        assert shown["events"][-1]["event"] == "contact_deleted"
