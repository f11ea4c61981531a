"""The whole way of a dataset: hidden, submitted, approved, public, changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers

from ckanext.indep.governance import verify
from tests.governance.conftest import City, act, approve, call, request_of

Make = Callable[..., dict[str, Any]]


class TestDraft:
    def test_title_is_enough(self, city: City) -> None:
        package = act(city.steward, "package_create", title="Only a title")
        assert package["state"] == "draft"
        assert package["private"] is True
        assert package["name"].startswith("ws-")

    def test_stranger_finds_nothing(self, draft: Make) -> None:
        workspace = draft()
        with pytest.raises(tk.ObjectNotFound):
            act("", "package_show", id=workspace["id"])
        assert act("", "package_search", q="pothole")["count"] == 0

    def test_submitting_names_every_missing_field(self, city: City) -> None:
        package = act(city.steward, "package_create", title="Only a title")
        request = request_of(city.steward, package["id"])
        with pytest.raises(tk.ValidationError) as refused:
            act(city.steward, "indep_request_submit", id=request["id"])
        assert {"notes", "license_id", "theme", "resources"} <= set(refused.value.error_dict)

    def test_a_colleague_without_a_part_in_it_finds_nothing(self, city: City, draft: Make) -> None:
        request = request_of(city.steward, draft()["id"])
        colleague = factories.User()["name"]
        helpers.call_action(
            "organization_member_create", id=city.department, username=colleague, role="editor"
        )
        for action in ("indep_request_submit", "indep_request_withdraw"):
            with pytest.raises(tk.ObjectNotFound):
                call(colleague, action, id=request["id"])
        assert call(city.owner, "indep_request_withdraw", id=request["id"])["state"] == "withdrawn"


class TestRelease:
    def test_exactly_the_revision_is_public(self, released: Make) -> None:
        package = released()
        assert package["title"] == "Pothole repairs"
        assert package["state"] == "active"
        assert package["resources"][0]["datastore_active"] is True
        assert list(verify.breaches()) == []

    def test_staff_only_fields_stay_behind(self, released: Make) -> None:
        package = released()
        assert "canary" not in str(package)
        assert "canary" not in str(act("", "package_search", q="*:*"))

    def test_found_by_search_and_table(self, released: Make) -> None:
        package = released()
        found = act("", "package_search", q="pothole")
        assert [r["id"] for r in found["results"]] == [package["id"]]
        rows = act("", "datastore_search", resource_id=package["resources"][0]["id"])
        assert [r["zip"] for r in rows["records"]] == ["02116", "64050"]


class TestChange:
    def test_public_stays_until_release(self, city: City, released: Make) -> None:
        package = released()
        request = act(city.steward, "indep_request_open", id=package["id"])
        act(city.steward, "package_patch", id=request["workspace_id"], notes="Now different.")
        assert act("", "package_show", id=package["id"])["notes"] == package["notes"]
        act(city.steward, "indep_request_submit", id=request["id"])
        shown = act(city.owner, "indep_request_show", id=request["id"])
        assert [c["field"] for c in shown["changes"]] == ["notes"]
        approve(city, shown)
        after = act("", "package_show", id=package["id"])
        assert after["notes"] == "Now different."
        assert after["id"] == package["id"]
        assert after["resources"][0]["id"] == package["resources"][0]["id"]
        assert list(verify.breaches()) == []

    def test_small_corrections_need_the_owner_only(self, city: City, released: Make) -> None:
        package = released()
        request = act(city.steward, "indep_request_open", id=package["id"])
        act(city.steward, "package_patch", id=request["workspace_id"], contact_name="Streets")
        result = act(city.steward, "indep_request_submit", id=request["id"])
        assert result["lane"] == "department"
        result = act(
            city.owner, "indep_request_decide", id=request["id"], revision_id=result["revision_id"]
        )
        assert result["state"] == "released"
        assert act("", "package_show", id=package["id"])["contact_name"] == "Streets"
