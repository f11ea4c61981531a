"""What happens to a public dataset, and to the edit of it, while the edit is pending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers

from ckanext.indep.governance import outbox, verify
from ckanext.indep.governance.model import Ballot, ChangeRequest, Event, Outbox
from ckanext.indep.governance.publishing import releasing
from tests.governance.conftest import City, act, approve

Make = Callable[..., dict[str, Any]]
REFUSALS = (tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound)


@contextmanager
def past_the_guards() -> Iterator[sa.Connection]:
    """Do what only the owner of the database's tables could."""
    session = ckan_model.Session
    session.rollback()
    tables = ("package", "resource", "resource_view", "package_tag", "member")
    for table in tables:
        session.execute(sa.DDL(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    yield session.connection()
    for table in tables:
        session.execute(sa.DDL(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    session.commit()


@pytest.fixture
def edit(city: City, released: Make) -> dict[str, Any]:
    """A pending edit that takes the only file away: the request, with what is `public`."""
    package = released()
    request = act(city.steward, "indep_request_open", id=package["id"])
    workspace = act(city.steward, "package_show", id=request["workspace_id"])
    link = {"name": "Link", "format": "HTML", "url": "https://example.gov/potholes"}
    act(city.steward, "resource_create", package_id=workspace["id"], **link)
    act(city.steward, "resource_delete", id=workspace["resources"][0]["id"])
    return {**request, "public": package, "resource": package["resources"][0]["id"]}


def _check_public(edit: dict[str, Any]) -> None:
    assert act("", "package_show", id=edit["live_id"]) == edit["public"]
    assert act("", "datastore_search", resource_id=edit["resource"])["total"] == 2
    assert list(verify.breaches()) == []


def _submit(city: City, edit: dict[str, Any]) -> dict[str, Any]:
    act(city.steward, "indep_request_submit", id=edit["id"])
    return act(city.owner, "indep_request_show", id=edit["id"])


def _purge(package_id: str) -> None:
    """Remove a package past all guards."""
    with past_the_guards():
        package = ckan_model.Package.get(package_id)
        assert package
        package.purge()
        ckan_model.Session.flush()


def _written() -> tuple[object, ...]:
    """What a release or a decision would add to or change."""
    session = ckan_model.Session
    session.rollback()
    states = session.execute(sa.select(ChangeRequest.id, ChangeRequest.state)).all()
    return (
        tuple(sorted(map(tuple, states))),
        *(
            session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (Event, Ballot, Outbox, ckan_model.Package)
        ),
    )


class TestPublic:
    def test_it_stays_whatever_is_tried_and_whatever_becomes_of_the_edit(
        self, city: City, edit: dict[str, Any]
    ) -> None:
        _check_public(edit)
        _submit(city, edit)
        other = factories.Organization()["id"]
        for action, data in (
            ("package_delete", {}),
            ("dataset_purge", {}),
            ("package_patch", {"name": "other-name"}),
            ("package_patch", {"type": "measure"}),
            ("package_patch", {"owner_org": other}),
            ("package_owner_org_update", {"organization_id": other}),
        ):
            for person in (city.steward, city.owner, city.members[0], city.admin):
                with pytest.raises(REFUSALS):
                    act(person, action, id=edit["live_id"], **data)
                ckan_model.Session.rollback()
        _check_public(edit)
        act(city.owner, "indep_request_decline", id=edit["id"], reason="Keep the file.")
        outbox.drain()
        assert ckan_model.Package.get(edit["workspace_id"]) is None
        _check_public(edit)

    def test_a_release_puts_right_what_was_changed_past_the_guards(
        self, city: City, edit: dict[str, Any]
    ) -> None:
        """Exactly the approved revision becomes public, under the address that it had."""
        request = _submit(city, edit)
        other = factories.Organization()["id"]
        with past_the_guards() as connection:
            package = sa.table("package", *map(sa.column, ("id", "name", "type", "owner_org")))
            connection.execute(
                sa.update(package)
                .where(package.c.id == edit["live_id"])
                .values(name="other-name", type="measure", owner_org=other)
            )
        assert any("differs from its released revision" in found for found in verify.breaches())
        assert approve(city, request)["state"] == "released"
        outbox.drain()
        after = act("", "package_show", id=edit["live_id"])
        for same in ("id", "name", "type", "owner_org", "title"):
            assert after[same] == edit["public"][same]
        assert [r["name"] for r in after["resources"]] == ["Link"]
        assert list(verify.breaches()) == []

    def test_purged_past_the_guards_it_comes_back_by_no_approval(
        self, city: City, edit: dict[str, Any]
    ) -> None:
        """Nobody decided that it goes, so nobody finds it changed: each way on is told why not."""
        request = _submit(city, edit)
        decision = {"id": edit["id"], "revision_id": request["revision_id"]}
        act(city.owner, "indep_request_decide", **decision)
        act(city.members[0], "indep_request_vote", ballot="for", **decision)
        _purge(edit["live_id"])
        assert any(edit["live_id"] in found for found in verify.breaches())
        glass = {"id": edit["id"], "reason": "Residents have waited long enough."}
        for person, action, data in (
            (city.members[1], "indep_request_vote", {"ballot": "for", **decision}),
            (city.admin, "indep_break_glass", glass),
        ):
            before = _written()
            with pytest.raises(tk.ValidationError, match="is gone from the database"):
                act(person, action, **data)
            assert _written() == before
        assert act(city.owner, "indep_request_show", id=edit["id"])["state"] == "in_review"
        act(city.steward, "indep_request_withdraw", id=edit["id"])
        outbox.drain()
        assert ckan_model.Package.get(edit["live_id"]) is None

    def test_the_data_owner_and_the_steward_are_told_that_it_is_gone(
        self, city: City, edit: dict[str, Any], app: Any
    ) -> None:
        request = _submit(city, edit)
        _purge(edit["live_id"])
        before = _written()
        owner = {"Authorization": factories.APIToken(user=city.owner)["token"]}
        decision = {"id": edit["id"], "revision_id": request["revision_id"]}
        told = app.post("/api/action/indep_request_decide", json=decision, headers=owner)
        assert told.status_code == 409
        assert "Tell an administrator" in told.body
        assert _written() == before
        page = app.get(f"/request/{edit['number']}", headers=owner)
        assert page.status_code == 200
        act(city.owner, "indep_request_changes", id=edit["id"], reason="Look at it.")
        with pytest.raises(tk.ValidationError, match="is gone from the database"):
            act(city.steward, "indep_request_submit", id=edit["id"])

    def test_purged_after_the_approval_it_stays_approved(
        self, city: City, edit: dict[str, Any]
    ) -> None:
        act(city.steward, "package_patch", id=edit["workspace_id"], embargo_until="2099-01-01")
        request = _submit(city, edit)
        approve(city, request)
        _purge(edit["live_id"])
        ckan_model.Session.get_one(ChangeRequest, edit["id"]).release_on = None
        ckan_model.Session.commit()
        before = _written()
        assert releasing.release_waiting() == 0
        with pytest.raises(tk.ValidationError, match="is gone from the database"):
            act(city.owner, "indep_request_release", id=edit["id"])
        assert _written() == before


class TestWorkspace:
    def test_to_delete_it_is_to_withdraw(self, city: City, edit: dict[str, Any]) -> None:
        key = edit["workspace_id"]
        for action, person in (("dataset_purge", city.admin), ("dataset_purge", city.steward)):
            with pytest.raises(REFUSALS):
                act(person, action, id=key)
            ckan_model.Session.rollback()
        _submit(city, edit)
        with pytest.raises(tk.NotAuthorized, match="what was submitted is frozen"):
            act(city.steward, "package_delete", id=key)
        act(city.owner, "indep_request_changes", id=edit["id"], reason="Say more.")
        act(city.steward, "package_delete", id=key)
        outbox.drain()
        assert act(city.steward, "indep_request_show", id=edit["id"])["state"] == "withdrawn"
        _check_public(edit)

    def test_a_colleague_who_works_on_something_else_does_not_see_it(
        self, city: City, edit: dict[str, Any]
    ) -> None:
        """CKAN's own labels would show it to the whole department."""
        for capacity in ("editor", "member"):
            colleague = factories.User()["name"]
            helpers.call_action(
                "organization_member_create",
                id=city.department,
                username=colleague,
                role=capacity,
            )
            for action, key in (
                ("package_show", edit["workspace_id"]),
                ("indep_request_show", edit["id"]),
            ):
                with pytest.raises(tk.ObjectNotFound):
                    act(colleague, action, id=key)
            assert act(colleague, "indep_request_list") == []
            found = act(colleague, "package_search", q="*:*", include_drafts=True)
            assert [row["id"] for row in found["results"]] == [edit["live_id"]]
