"""Mail of the workflow: who gets it, when, and nothing in it of what is not public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa

from ckanext.indep.governance import audit, notifications, outbox
from ckanext.indep.governance.maintenance import model, ticking
from tests.governance.conftest import City, act

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What the portal hands to CKAN's mailer: (name, subject, body)."""
    mails: list[tuple[str, str, str]] = []
    monkeypatch.setitem(tk.config, "smtp.mail_from", "portal@example.gov")
    monkeypatch.setattr(
        tk, "mail_recipient", lambda name, _to, subject, body: mails.append((name, subject, body))
    )
    return mails


def _kinds() -> set[str]:
    return set(ckan_model.Session.execute(sa.select(model.Message.kind)).scalars())


@pytest.mark.usefixtures("with_request_context")
def test_no_mail_on_the_whole_way_has_a_word_of_a_draft(
    city: City, submitted: Make, sent: list[tuple[str, str, str]]
) -> None:
    request = submitted(title="canary title", notes="canary notes", tag_string="canary")
    number, about = {"id": request["id"]}, "A canary reason."
    act(city.owner, "indep_condition_set", kind="blocking", text="canary condition", **number)
    act(city.owner, "indep_request_comment", reason=about, **number)
    act(city.owner, "indep_request_assign", user=city.members[1], **number)
    act(city.owner, "indep_request_escalate", reason=about, **number)
    act(city.owner, "indep_request_changes", reason=about, **number)
    act(city.steward, "indep_request_submit", **number)
    act(city.owner, "indep_request_decline", reason=about, **number)
    glass = submitted(title="canary of an emergency")
    reason = "A canary reason of more than twenty letters."
    act(city.admin, "indep_break_glass", id=glass["id"], reason=reason)
    act(city.owner, "indep_take_down", id=glass["live_id"], reason=about)
    ticking.tick()
    outbox.drain()
    told = {"submitted", "condition_set", "assigned", "changes_requested", "declined"}
    assert _kinds() >= told | {"escalated", "break_glass", "take_down", "released"}
    assert len(sent) >= 9
    assert [mail for mail in sent if "canary" in " ".join(mail[1:])] == []
    members = {
        user.fullname or user.name for user in map(ckan_model.User.get, city.members) if user
    }
    glass_mail = notifications.MESSAGES["break_glass"]
    assert {name for name, subject, _body in sent if glass_mail in subject} >= members


@pytest.mark.usefixtures("with_request_context")
def test_a_message_goes_with_its_transaction(city: City, sent: list[tuple[str, str, str]]) -> None:
    """What is rolled back told nobody; what is committed is mailed once."""
    steward = ckan_model.User.get(city.steward)
    assert steward
    notifications.tell_of([steward.id], "Never happened", "/work")
    audit.append("test", "nothing", steward.id)
    ckan_model.Session.rollback()
    outbox.drain()
    assert act(city.steward, "indep_inbox_list")["messages"] == []
    notifications.tell_of([steward.id], "Happened", "/work")
    ckan_model.Session.commit()
    outbox.drain()
    outbox.drain()
    assert [subject for _name, subject, _body in sent] == ["Happened"]


@pytest.mark.usefixtures("with_request_context")
@pytest.mark.parametrize(("mail", "days"), [("daily", 1), ("weekly", 7)])
def test_a_digest_comes_no_more_often_than_chosen(
    city: City, sent: list[tuple[str, str, str]], mail: str, days: int
) -> None:
    steward = ckan_model.User.get(city.steward)
    assert steward
    act(city.steward, "indep_mail_preference_update", mail=mail)
    for number, passed in enumerate((0, days - 1, 1)):
        session = ckan_model.Session
        notifications.tell_of([steward.id], f"Message {number}", "/work")
        earlier = model.Message.mailed_at - dt.timedelta(days=passed, minutes=1)
        session.execute(sa.update(model.Message).values(mailed_at=earlier))
        session.commit()
        ticking.tick()
        outbox.drain()
    subjects = [subject for _name, subject, _body in sent]
    assert subjects == ["Message 0", "2 messages from the open data portal"]
