"""Previews and links of what is public, changed by plain SQL in the portal's own role."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ckanext.indep.governance import verify
from ckanext.indep.governance.adoption import guard_switch, portal_lock
from tests.governance.conftest import City, act, approve, request_of

Make = Callable[..., dict[str, Any]]

INSERT_VIEW = """
    INSERT INTO resource_view (id, resource_id, title, view_type, "order")
    VALUES (:id, :resource, 'Forged', 'datatables_view', 9)
"""
INSERT_LINK = """
    INSERT INTO package_relationship (id, subject_package_id, object_package_id, type, state)
    VALUES (:id, :subject, :object, 'depends_on', 'active')
"""
CHANGES = {
    "insert": INSERT_VIEW,
    "title": "UPDATE resource_view SET title = 'Forged' WHERE resource_id = :resource",
    "config": "UPDATE resource_view SET config = '{\"a\": 1}' WHERE resource_id = :resource",
    "delete": "DELETE FROM resource_view WHERE resource_id = :resource",
}


def _sql(statement: str, **values: str) -> None:
    """Run a statement as the role of the portal's settings, in a transaction of its own."""
    with Session(ckan_model.Session.get_bind()) as own:
        own.execute(sa.text(statement), values)
        own.commit()


@pytest.fixture
def viewed(city: City, draft: Make) -> dict[str, Any]:
    """A public dataset with a preview."""
    workspace = draft()
    act(
        city.steward,
        "resource_view_create",
        resource_id=workspace["resources"][0]["id"],
        view_type="datatables_view",
        title="As approved",
    )
    request = request_of(city.steward, workspace["id"])
    act(city.steward, "indep_request_submit", id=request["id"])
    approve(city, act(city.owner, "indep_request_show", id=request["id"]))
    return act("", "package_show", id=request["live_id"])


class TestPreviews:
    def test_no_statement_changes_one(self, viewed: dict[str, Any]) -> None:
        resource = viewed["resources"][0]["id"]
        before = act("", "resource_view_list", id=resource)
        assert [view["title"] for view in before] == ["As approved"]
        for name, statement in CHANGES.items():
            values = {"resource": resource, "id": str(uuid.uuid4())}
            used = {key: value for key, value in values.items() if f":{key}" in statement}
            with pytest.raises(DBAPIError, match="differs from its released revision"):
                _sql(statement, **used)
            assert act("", "resource_view_list", id=resource) == before, name
        assert list(verify.breaches()) == []

    def test_those_of_a_draft_can_be_changed(self, city: City, draft: Make) -> None:
        resource = draft()["resources"][0]["id"]
        _sql(INSERT_VIEW, id=str(uuid.uuid4()), resource=resource)
        shown = act(city.steward, "resource_view_list", id=resource)
        assert "Forged" in [view["title"] for view in shown]

    def test_none_is_moved_from_a_draft_to_what_is_public(
        self, viewed: dict[str, Any], draft: Make
    ) -> None:
        view, hidden = str(uuid.uuid4()), draft()["resources"][0]["id"]
        _sql(INSERT_VIEW, id=view, resource=hidden)
        with pytest.raises(DBAPIError, match="differs from its released revision"):
            _sql(
                "UPDATE resource_view SET resource_id = :resource WHERE id = :id",
                id=view,
                resource=viewed["resources"][0]["id"],
            )


class TestLinks:
    @pytest.mark.parametrize("public_end", ["subject", "object"])
    def test_no_statement_links_a_draft_to_what_is_public(
        self, viewed: dict[str, Any], draft: Make, public_end: str
    ) -> None:
        ends = {"subject": draft()["id"], "object": draft()["id"], public_end: viewed["id"]}
        with pytest.raises(DBAPIError, match="differs from its released revision"):
            _sql(INSERT_LINK, id=str(uuid.uuid4()), **ends)

    def test_between_drafts_it_does_not_matter(self, draft: Make) -> None:
        _sql(INSERT_LINK, id=str(uuid.uuid4()), subject=draft()["id"], object=draft()["id"])
        _sql("DELETE FROM package_relationship")


class TestTurningOff:
    def test_the_new_guards_are_switched_with_the_others(self, viewed: dict[str, Any]) -> None:
        resource = viewed["resources"][0]["id"]
        assert guard_switch.are_on()
        guard_switch.switch(False)
        ckan_model.Session.execute(sa.text(CHANGES["title"]), {"resource": resource})
        ckan_model.Session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        ckan_model.Session.rollback()
        assert guard_switch.are_on()

    def test_nobody_writes_one_while_governance_is_turned_on(self, with_plugins: None) -> None:
        """The lock is on each table that has a guard of the content."""
        guarded = ckan_model.Session.execute(
            sa.text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'indep_content'")
        ).scalars()
        locked = portal_lock.LOCK.text.replace(",", " ").split()
        assert set(guarded) - set(locked) == set()
