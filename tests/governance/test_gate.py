"""Ways past the workflow, each of which must fail, for everybody."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage

from ckanext.indep.governance import audit, outbox, verify
from ckanext.indep.governance.model import ChangeRequest, Event
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.tabular.jobs import load_table
from tests.governance.conftest import City, act, approve, request_of

Make = Callable[..., dict[str, Any]]
REFUSALS = (tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound)


def _is_hidden(package_id: str) -> bool:
    try:
        act("", "package_show", id=package_id)
    except tk.ObjectNotFound:
        return act("", "package_search", q=f"id:{package_id}")["count"] == 0
    return False


def _package(package_id: str) -> ckan_model.Package:
    package = ckan_model.Package.get(package_id)
    assert package
    return package


class TestPublishingPastTheVote:
    @pytest.mark.parametrize(
        ("action", "data"),
        [
            ("package_patch", {"state": "active"}),
            ("package_patch", {"private": False}),
            ("package_patch", {"state": "active", "private": False}),
        ],
    )
    @pytest.mark.parametrize("role", ["steward", "owner", "admin"])
    def test_patched_state_stays_draft(
        self, city: City, draft: Make, role: str, action: str, data: dict[str, Any]
    ) -> None:
        workspace = draft()
        act(getattr(city, role), action, id=workspace["id"], **data)
        assert _is_hidden(workspace["id"])
        assert _package(workspace["id"]).state == "draft"

    def test_bulk_update_public(self, city: City, draft: Make) -> None:
        workspace = draft()
        act(
            city.admin,
            "bulk_update_public",
            org_id=city.department,
            datasets=[workspace["id"]],
        )
        assert _is_hidden(workspace["id"])

    def test_sql_is_refused_by_the_database(self, draft: Make) -> None:
        workspace = draft()
        package = _package(workspace["id"])
        package.state, package.private = "active", False
        with pytest.raises(DBAPIError, match="has not been released"):
            ckan_model.Session.commit()
        ckan_model.Session.rollback()
        assert _is_hidden(workspace["id"])

    def test_privileged_context_makes_a_draft(self, city: City) -> None:
        package = tk.get_action("package_create")(
            {"ignore_auth": True, "user": city.admin},
            {"title": "By a job", "name": "by-a-job", "owner_org": city.department},
        )
        assert package["state"] == "draft"
        assert _is_hidden(package["id"])

    def test_unknown_package_type(self, city: City) -> None:
        with pytest.raises(tk.ValidationError):
            act(city.admin, "package_create", title="X", type="harvest", name="x")


class TestChangingWhatIsPublic:
    @pytest.mark.parametrize("role", ["steward", "owner", "admin"])
    def test_writers_are_refused(self, city: City, released: Make, role: str) -> None:
        package = released()
        resource = package["resources"][0]["id"]
        user = getattr(city, role)
        group = "any"
        attempts: list[tuple[str, dict[str, Any]]] = [
            ("package_patch", {"id": package["id"], "title": "Other"}),
            ("package_update", {**package, "title": "Other"}),
            ("package_revise", {"match": {"id": package["id"]}, "update": {"title": "Other"}}),
            ("package_delete", {"id": package["id"]}),
            ("dataset_purge", {"id": package["id"]}),
            ("package_owner_org_update", {"id": package["id"], "organization_id": ""}),
            ("bulk_update_private", {"org_id": city.department, "datasets": [package["id"]]}),
            ("bulk_update_delete", {"org_id": city.department, "datasets": [package["id"]]}),
            ("resource_create", {"package_id": package["id"], "url": "http://example.gov/x"}),
            ("resource_patch", {"id": resource, "name": "Other"}),
            ("resource_delete", {"id": resource}),
            ("package_resource_reorder", {"id": package["id"], "order": [resource]}),
            ("resource_view_create", {"resource_id": resource, "view_type": "x", "title": "x"}),
            (
                "datastore_create",
                {"resource_id": resource, "force": True, "fields": [{"id": "a"}]},
            ),
            (
                "datastore_upsert",
                {
                    "resource_id": resource,
                    "force": True,
                    "method": "insert",
                    "records": [{"zip": "1"}],
                },
            ),
            ("datastore_delete", {"resource_id": resource, "force": True}),
            ("datastore_records_delete", {"resource_id": resource, "force": True, "filters": {}}),
            (
                "member_create",
                {
                    "id": city.department,
                    "object": package["id"],
                    "object_type": "package",
                    "capacity": "public",
                },
            ),
        ]
        for action, data in attempts:
            if action == "member_create":
                # The dataset is a member of its department already: use another group.
                group = _group(city)
                data = {**data, "id": group}
            with pytest.raises(REFUSALS):
                act(user, action, **data)
            ckan_model.Session.rollback()
        assert act("", "package_show", id=package["id"]) == package
        assert act("", "datastore_search", resource_id=resource)["total"] == 2
        assert list(verify.breaches()) == []


class TestDeciding:
    def test_author_cannot_approve_even_as_owner(self, city: City, draft: Make) -> None:
        workspace = draft()
        act(city.owner, "package_patch", id=workspace["id"], notes="The owner wrote this.")
        request = request_of(city.steward, workspace["id"])
        sent = act(city.steward, "indep_request_submit", id=request["id"])
        with pytest.raises(tk.NotAuthorized):
            act(
                city.owner,
                "indep_request_decide",
                id=request["id"],
                revision_id=sent["revision_id"],
            )

    def test_sysadmin_holds_no_office(self, city: City, submitted: Make) -> None:
        request = submitted()
        decision = {"id": request["id"], "revision_id": request["revision_id"]}
        with pytest.raises(tk.NotAuthorized):
            act(city.admin, "indep_request_decide", **decision)
        act(city.owner, "indep_request_decide", **decision)
        with pytest.raises(tk.NotAuthorized):
            act(city.admin, "indep_request_vote", ballot="for", **decision)

    def test_outsider_finds_no_request(self, city: City, submitted: Make) -> None:
        request = submitted()
        with pytest.raises(tk.ObjectNotFound):
            act(city.outsider, "indep_request_show", id=request["id"])

    def test_vote_on_an_earlier_revision(self, city: City, submitted: Make) -> None:
        request = submitted()
        act(city.owner, "indep_request_changes", id=request["id"], reason="Say more.")
        act(city.steward, "package_patch", id=request["workspace_id"], notes="More.")
        act(city.steward, "indep_request_submit", id=request["id"])
        with pytest.raises(tk.ValidationError, match="changed since"):
            act(
                city.owner,
                "indep_request_decide",
                id=request["id"],
                revision_id=request["revision_id"],
            )

    def test_frozen_while_under_review(self, city: City, submitted: Make) -> None:
        request = submitted()
        with pytest.raises(REFUSALS):
            act(city.steward, "package_patch", id=request["workspace_id"], notes="Sneaked in.")
        shown = act(city.owner, "indep_request_show", id=request["id"])
        assert shown["revision"]["content"] == request["revision"]["content"]

    def test_votes_at_once_have_one_outcome(self, city: City, submitted: Make) -> None:
        request = submitted()
        decision = {"id": request["id"], "revision_id": request["revision_id"]}
        act(city.owner, "indep_request_decide", **decision)
        ckan_model.Session.remove()
        failures: list[Exception] = []

        def vote(name: str) -> None:
            try:
                act(name, "indep_request_vote", ballot="for", **decision)
            except REFUSALS:
                pass
            except Exception as error:
                failures.append(error)
            finally:
                ckan_model.Session.remove()

        threads = [threading.Thread(target=vote, args=(m,)) for m in city.members * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        row = ckan_model.Session.get(ChangeRequest, request["id"])
        assert row
        assert row.state == "released"
        releases = ckan_model.Session.execute(
            sa.select(sa.func.count()).where(Event.event == "released")
        ).scalar()
        assert releases == 1
        assert list(verify.breaches()) == []


class TestNewRows:
    def test_replaced_file_swaps_the_table(self, city: City, released: Make) -> None:
        package = released()
        resource = package["resources"][0]
        request = act(city.steward, "indep_request_open", id=package["id"])
        workspace = act(city.steward, "package_show", id=request["workspace_id"])
        copy = workspace["resources"][0]
        assert act(city.steward, "datastore_search", resource_id=copy["id"])["total"] == 2
        upload = FileStorage(io.BytesIO(b"zip,count\n02116,9\n"), filename="new.csv")
        act(city.steward, "resource_patch", id=copy["id"], upload=upload)
        outbox.drain()
        load_table(copy["id"])
        assert act("", "datastore_search", resource_id=resource["id"])["total"] == 2
        act(city.steward, "indep_request_submit", id=request["id"])
        approve(city, act(city.owner, "indep_request_show", id=request["id"]))
        outbox.drain()
        rows = act("", "datastore_search", resource_id=resource["id"])["records"]
        assert [(r["zip"], r["count"]) for r in rows] == [("02116", 9)]
        assert list(verify.breaches()) == []


class TestTakingDown:
    def test_hidden_at_once(self, city: City, released: Make) -> None:
        package = released()
        act(city.owner, "indep_take_down", id=package["id"], reason="A phone number is in it.")
        assert _is_hidden(package["id"])
        with pytest.raises(tk.ObjectNotFound):
            act("", "datastore_search", resource_id=package["resources"][0]["id"])
        assert list(verify.breaches()) == []

    def test_hidden_while_the_search_engine_is_away(
        self, city: City, released: Make, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = released()
        monkeypatch.setitem(ckan_config, "solr_url", "http://127.0.0.1:1/solr/none")
        act(city.owner, "indep_take_down", id=package["id"], reason="At once.")
        monkeypatch.undo()
        assert act("", "package_search", q="pothole")["results"] == []

    def test_counts_while_the_search_engine_lags(
        self, city: City, released: Make, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The index still has every word; neither counts nor facets nor suggestions tell."""
        package = released()
        monkeypatch.setitem(ckan_config, "solr_url", "http://127.0.0.1:1/solr/none")
        act(city.owner, "indep_take_down", id=package["id"], reason="At once.")
        monkeypatch.undo()
        asked = {"q": "pothole", "rows": 0, "facet.field": ["tags", "organization"]}
        for question in (asked, {**asked, "fl": ["title"]}, {**asked, "rows": 9, "fl": ["name"]}):
            found = act("", "package_search", **question)
            assert found["count"] == 0
            assert found["results"] == []
            assert found["facets"] == {"tags": {}, "organization": {}}
        assert act("", "package_autocomplete", q="pothole") == []

    def test_its_department_still_sees_the_page(self, city: City, released: Make, app: Any) -> None:
        package = released()
        act(city.owner, "indep_take_down", id=package["id"], reason="To be checked.")
        for user, status in ((city.steward, 200), (city.owner, 200), (city.outsider, 404)):
            token = act(user, "api_token_create", user=user, name="test")["token"]
            page = app.get(
                f"/dataset/{package['name']}",
                headers={"Authorization": token},
                expect_errors=True,
            )
            assert page.status_code == status, user
            assert ("Taken down." in page.body) is (status == 200)

    def test_comes_back_by_a_new_request(self, city: City, released: Make) -> None:
        package = released()
        act(city.owner, "indep_take_down", id=package["id"], reason="To be checked.")
        request = act(city.steward, "indep_request_open", id=package["id"])
        act(city.steward, "indep_request_submit", id=request["id"])
        approve(city, act(city.owner, "indep_request_show", id=request["id"]))
        assert act("", "package_show", id=package["id"])["title"] == package["title"]
        assert act("", "package_search", q="pothole")["count"] == 1
        assert list(verify.breaches()) == []


class TestRecord:
    def test_append_only(self, released: Make) -> None:
        released()
        for statement in (
            sa.update(Event).values(actor="x"),
            sa.delete(Event),
            sa.DDL("TRUNCATE indep_event"),
        ):
            with pytest.raises(DBAPIError, match="append-only"):
                ckan_model.Session.execute(statement)
            ckan_model.Session.rollback()

    @pytest.mark.parametrize(
        "forgery",
        [
            sa.update(Event).where(Event.seq == 2).values(actor="somebody else"),
            sa.delete(Event).where(Event.seq == 2),
        ],
    )
    def test_forgery_is_found(self, released: Make, forgery: Any) -> None:
        released()
        session = ckan_model.Session
        session.execute(sa.DDL("ALTER TABLE indep_event DISABLE TRIGGER USER"))
        session.execute(forgery)
        session.execute(sa.DDL("ALTER TABLE indep_event ENABLE TRIGGER USER"))
        session.commit()
        assert list(audit.breaks()) != []

    def test_failed_release_leaves_all_as_it_was(
        self, city: City, submitted: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = submitted()

        def broken(*_args: Any) -> None:
            raise tk.ValidationError({"message": ["broken"]})

        monkeypatch.setattr("ckanext.indep.governance.publishing.release._move_views", broken)
        assert approve(city, request)["state"] == "approved"
        assert _is_hidden(request["live_id"])
        monkeypatch.undo()
        user = ckan_model.User.get(city.steward)
        assert user
        assert releasing.release_approved(request["id"], user).state == "released"
        assert list(verify.breaches()) == []


def _group(city: City) -> str:
    from ckan.tests import factories

    return factories.Group(user={"name": city.admin})["id"]
