"""The auditor reads everything, drafts as well, and changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.logic import _actions
from ckan.tests import factories, helpers
from sqlalchemy.exc import DBAPIError

from ckanext.indep import city_time
from ckanext.indep.governance.model import Event
from tests.governance.conftest import City, act, request_of

Make = Callable[..., dict[str, Any]]
REFUSALS = (tk.NotAuthorized, tk.ObjectNotFound)

OWN = {
    "indep_inbox_read",
    "indep_mail_preference_update",
    # Of one's own account, and what every account may.
    "api_token_create",
    "api_token_revoke",
    "follow_dataset",
    "follow_group",
    "follow_user",
    "unfollow_dataset",
    "unfollow_group",
    "unfollow_user",
    "user_update",
    "user_patch",
}
"""What the auditor may change, as anybody with an account: what is the account's own."""

EVERYBODY = {"indep_data_request_create", "indep_data_request_second", "user_create"}
"""What residents may do without any account."""

READING = {"dcat_dataset_show", "package_collaborator_list", "package_collaborator_list_for_user"}
"""Actions that only read, though they do not say so."""


@pytest.fixture
def auditor(city: City) -> str:
    name = factories.User()["name"]
    helpers.call_action("indep_appointment_create", user=name, office="auditor")
    return name


class TestReads:
    def test_a_draft_and_all_that_is_said_about_it(
        self, app: Any, city: City, draft: Make, auditor: str
    ) -> None:
        workspace = draft(notes="A canary in a draft.")
        resource = workspace["resources"][0]["id"]
        request = request_of(city.steward, workspace["id"])
        act(city.owner, "indep_request_comment", id=request["id"], reason="A remark.")
        assert act(auditor, "package_show", id=workspace["id"])["notes"] == "A canary in a draft."
        assert act(auditor, "datastore_search", resource_id=resource)["total"] == 2
        assert act(auditor, "indep_table_report", id=resource)["state"] == "loaded"
        shown = act(auditor, "indep_request_show", id=request["id"])
        assert [comment["text"] for comment in shown["comments"]] == ["A remark."]
        assert [r["id"] for r in act(auditor, "indep_request_list")] == [request["id"]]
        as_auditor = {"Authorization": factories.APIToken(user=auditor)["token"]}
        dataset = f"/dataset/{workspace['id']}"
        file = f"{dataset}/resource/{resource}/download/potholes.csv"
        for page in (dataset, f"{dataset}/resource/{resource}", f"/request/{request['number']}"):
            assert app.get(page, headers=as_auditor).status_code == 200, page
        assert "64050" in app.get(file, headers=as_auditor).body
        for reviewer in (city.members[0], city.outsider):
            with pytest.raises(tk.ObjectNotFound):
                act(reviewer, "package_show", id=workspace["id"])
            with pytest.raises(tk.ObjectNotFound):
                act(reviewer, "indep_request_show", id=request["id"])
            assert act(reviewer, "indep_request_list") == []

    def test_what_is_pending_and_who_lent_a_vote(
        self, app: Any, city: City, submitted: Make, auditor: str
    ) -> None:
        request = submitted()
        [file] = request["revision"]["content"]["resources"]
        pending = {"id": request["id"], "resource_id": file["id"]}
        assert act(auditor, "indep_request_table", **pending)["found"] == 2
        assert act(auditor, "indep_request_file", **pending)["sha256"] == file["file"]["sha256"]
        assert act(auditor, "indep_request_diff", id=request["id"])["new"]
        week = (city_time.today() + dt.timedelta(days=7)).isoformat()
        chair, second, third = city.members
        lent = {"to": second, "ends_on": week, "reason": "On leave"}
        act(chair, "indep_delegation_create", **lent)
        assert [row["reason"] for row in act(auditor, "indep_delegation_list")] == ["On leave"]
        assert act(third, "indep_delegation_list") == []
        as_auditor = {"Authorization": factories.APIToken(user=auditor)["token"]}
        page = app.get("/delegations", headers=as_auditor).body
        assert "On leave" in page
        assert "<form" not in page.partition("<main")[2].partition("</main")[0]
        for shown in ("indep_event_list", "indep_ratification_list", "indep_review_list"):
            act(auditor, shown)


class TestChangesNothing:
    def test_no_action_of_the_portal_is_allowed(
        self, city: City, released: Make, submitted: Make, auditor: str
    ) -> None:
        """Asked for the permission alone, so that nothing wrong with the input comes first."""
        targets = _targets(city, released(), submitted(title="Two"))
        answers = {
            name: {_answer(auditor, name, target) for target in targets}
            for name in _writers() - OWN - EVERYBODY
            if name.startswith("indep_")
        }
        assert len(answers) > 50
        assert {name for name, found in answers.items() if None in found} == set()
        assert {name for name, found in answers.items() if tk.NotAuthorized not in found} == set()

    def test_no_action_of_ckan_is_done(self, city: City, draft: Make, auditor: str) -> None:
        workspace = draft()
        [resource] = workspace["resources"]
        before = _everything()
        done = {
            name
            for name in _writers() - OWN - EVERYBODY - READING
            for key in (workspace["id"], resource["id"])
            if not name.startswith("indep_")
            and _is_done(auditor, name, {**_attempt(city, workspace), "id": key})
        }
        assert done == set()
        assert _everything() == before


def _writers() -> set[str]:
    """All actions that change something."""
    tk.get_action("package_show")
    return {n for n, f in _actions.items() if not getattr(f, "side_effect_free", False)}


def _targets(city: City, public: dict[str, Any], sent: dict[str, Any]) -> list[dict[str, Any]]:
    """Return input of which each action finds something that it is about."""
    number = act(
        "", "indep_data_request_create", title="Parks", question="How many are there, and where?"
    )["number"]
    holding = act(
        city.steward, "indep_holding_create", owner_org=city.department, title="Parks",
        description="All of them.", status="not_assessed",
    )["id"]  # fmt: skip
    condition = act(city.owner, "indep_condition_set", id=sent["id"], kind="due", text="Soon")["id"]
    appointment = act("", "indep_appointment_list")[0]["id"]
    common = {"owner_org": city.department, "number": number}
    taken = act(city.owner, "indep_take_down", id=public["id"], reason="A name in it.")["id"]
    resource = public["resources"][0]["id"]
    ids = (public["id"], resource, taken, sent["id"], condition, appointment, holding)
    return [{**common, "id": each} for each in ids]


def _attempt(city: City, draft: dict[str, Any]) -> dict[str, Any]:
    """Return input that CKAN's writers would take from somebody who may."""
    return {
        "package_id": draft["id"],
        "resource_id": draft["resources"][0]["id"],
        "title": "canary",
        "name": "canary",
        "notes": "canary",
        "url": "https://example.gov/canary",
        "view_type": "text_view",
        "records": [{"zip": "canary"}],
        "force": True,
        "method": "insert",
        "filters": {},
        "username": city.outsider,
        "user_id": city.outsider,
        "role": "admin",
        "object": draft["id"],
        "object_type": "package",
        "capacity": "public",
        "owner_org": city.department,
        "org_id": city.department,
        "organization_id": city.department,
        "datasets": [draft["id"]],
        "match": {"id": draft["id"]},
        "update": {"title": "canary"},
        "order": [draft["resources"][0]["id"]],
        "subject": draft["id"],
        "type": "depends_on",
        "state": "deleted",
    }


def _answer(who: str, name: str, data: dict[str, Any]) -> type[Exception] | None:
    """Return how the permission is refused, None where it is given."""
    context: Any = {"user": who, "auth_user_obj": ckan_model.User.get(who), "ignore_auth": False}
    try:
        tk.check_access(name, context, dict(data))
    except REFUSALS as refusal:
        return type(refusal)
    except DBAPIError:
        # The id of something else, which the action's own rules refuse before they ask.
        ckan_model.Session.rollback()
        return tk.ValidationError
    return None


def _is_done(who: str, name: str, data: dict[str, Any]) -> bool:
    try:
        act(who, name, **data)
    except (*REFUSALS, tk.ValidationError):
        return False
    finally:
        ckan_model.Session.rollback()
    return True


def _everything() -> dict[str, Any]:
    """Return a mark of everything that the attempts could have changed."""
    session = ckan_model.Session
    session.rollback()
    marks: dict[str, Any] = {"events": session.query(Event).count()}
    for table in ("package", "resource", "member", "user", "indep_change_request"):
        rows = session.execute(
            sa.text(f"SELECT md5(string_agg(t::text, ' ' ORDER BY t.id)) FROM \"{table}\" t")
        )
        marks[table] = rows.scalar()
    return marks
