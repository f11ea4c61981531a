"""The report for stewards: actions, permissions, snippet, data dictionary."""

from __future__ import annotations

import uuid
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers

from ckanext.indep.tabular import helpers as table_helpers
from ckanext.indep.tabular import jobs, records, service

from .conftest import Upload

GOOD = "zip,name\n02113,Peña\n"
ACTIONS = ["indep_table_report", "indep_table_reload"]


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []

    def record(job: Any, arguments: Any = (), **_options: Any) -> None:
        if job is jobs.load_table:
            asked.append(arguments)

    monkeypatch.setattr(jobs.tk, "enqueue_job", record)
    return asked


class TestActions:
    def test_report(self, upload: Upload) -> None:
        resource_id = upload("a,b\n" + "1,2\n" * 30 + "3\n")
        service.load(resource_id)
        report = helpers.call_action("indep_table_report", id=resource_id)
        assert report["state"] == "loaded"
        assert report["rows"] == 30
        assert report["bad_rows"][0]["line"] == 32
        assert [column["type"] for column in report["columns"]] == ["integer", "integer"]

    def test_report_of_a_file_that_was_never_taken_up(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        records.forget(resource_id)
        report = helpers.call_action("indep_table_report", id=resource_id)
        assert report == {"resource_id": resource_id, "state": None}

    def test_reload_asks_for_the_same_file_again(self, upload: Upload, enqueued: list[Any]) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        enqueued.clear()
        report = helpers.call_action("indep_table_reload", id=resource_id)
        assert report["state"] == "pending"
        assert enqueued == [[resource_id]]
        loaded = service.load(resource_id)
        assert loaded is not None
        assert loaded.state == "loaded"

    @pytest.mark.parametrize("action", ACTIONS)
    @pytest.mark.parametrize("given", ["no-such-resource", 7, ["a"], {}])
    def test_no_such_resource(self, upload: Upload, action: str, given: object) -> None:
        with pytest.raises(tk.ObjectNotFound):
            helpers.call_action(action, id=given)

    @pytest.mark.parametrize("action", ACTIONS)
    def test_no_id(self, upload: Upload, action: str) -> None:
        with pytest.raises(tk.ValidationError):
            helpers.call_action(action)


class TestPermissions:
    @pytest.mark.parametrize("action", ACTIONS)
    def test_whoever_may_not_update_may_not_see(
        self, upload: Upload, action: str, enqueued: list[Any]
    ) -> None:
        resource_id = upload(GOOD)
        stranger = factories.User(email=f"{uuid.uuid4().hex}@example.com")["name"]
        for user in ("", stranger):
            context: Any = {"user": user, "ignore_auth": False}
            with pytest.raises((tk.NotAuthorized, tk.ObjectNotFound)):
                helpers.call_action(action, context, id=resource_id)


@pytest.mark.usefixtures("with_request_context")
class TestSnippet:
    def render(self, monkeypatch: pytest.MonkeyPatch, resource_id: str) -> str:
        report = helpers.call_action("indep_table_report", id=resource_id)
        monkeypatch.setitem(tk.h, "indep_table_report", lambda _id: report)
        return tk.render_snippet(
            "indep_tabular/snippets/load_report.html", {"resource": {"id": resource_id}}
        )

    def test_loaded(self, upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
        resource_id = upload("zip,_n\n" + "02113,1\n" * 30 + "<b>,2,3\n")
        service.load(resource_id)
        page = self.render(monkeypatch, resource_id)
        assert "30 rows" in page
        assert "1 row left out" in page
        assert "The row has 3 cells, the header has 2." in page
        assert "begin with a zero" in page
        assert "cannot begin with an underscore" in page

    def test_failed_beside_an_earlier_table(
        self, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        upload("<script>,b\n1\n", resource_id=resource_id)
        service.load(resource_id)
        page = self.render(monkeypatch, resource_id)
        assert "Nothing was loaded" in page
        assert "earlier file" in page
        assert "<script>" not in page

    def test_helper_gives_strangers_nothing(self, upload: Upload) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        assert table_helpers.indep_table_report(resource_id) is None
        assert table_helpers.indep_table_report("no-such-resource") is None


class TestDictionary:
    def test_core_form_edits_the_dictionary_of_a_draft(self, upload: Upload, app: Any) -> None:
        resource_id = upload(GOOD)
        service.load(resource_id)
        package_id = helpers.call_action("resource_show", id=resource_id)["package_id"]
        sysadmin = factories.Sysadmin(email=f"{uuid.uuid4().hex}@example.com")
        token = factories.APIToken(user=sysadmin["name"])["token"]
        headers = {"Authorization": token}
        url = f"/dataset/{package_id}/dictionary/{resource_id}"
        assert "zip" in app.get(url, headers=headers).body
        form = {"info__1__label": "ZIP code", "info__1__type_override": "text"}
        app.post(url, data=form, headers=headers, follow_redirects=False)
        upload("name,zip\nA,02114\n", resource_id=resource_id)
        service.load(resource_id)
        fields = helpers.call_action("datastore_info", id=resource_id)["fields"]
        labels = {field["id"]: field.get("info", {}).get("label") for field in fields}
        assert labels["zip"] == "ZIP code"
