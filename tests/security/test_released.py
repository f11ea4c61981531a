"""What is public stays as it was released: file, rows, previews and page, whatever is tried."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.cli.cli import ckan
from ckan.tests import factories
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage

from ckanext.indep.governance import verify
from tests.governance.conftest import COMPLETE, City, act

Make = Callable[..., dict[str, Any]]
REFUSALS = (tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound)
OTHER = b"zip,count\n99999,99\n"


def _shown(app: Any, package: dict[str, Any]) -> list[Any]:
    """Return all that a stranger is given of it, the bytes of its file too."""
    resource = package["resources"][0]
    rows = act("", "datastore_search", resource_id=resource["id"])
    path = f"/dataset/{package['id']}/resource/{resource['id']}/download/{resource['url']}"
    return [
        act("", "package_show", id=package["id"]),
        act("", "resource_view_list", id=resource["id"]),
        [rows["fields"], rows["records"], rows["total"]],
        act("", "datastore_info", id=resource["id"])["fields"],
        app.get(path.replace(resource["url"], "potholes.csv")).body,
    ]


def _upload() -> FileStorage:
    return FileStorage(io.BytesIO(OTHER), filename="potholes.csv")


class TestFiles:
    def test_no_upload_reaches_a_released_file(self, app: Any, city: City, released: Make) -> None:
        """Nor by somebody with every right, nor by code without permission checks."""
        package = released()
        before = _shown(app, package)
        assert b"99999" not in str(before).encode()
        resource = package["resources"][0]["id"]
        described = {"name": "Potholes", "url": "potholes.csv", "format": "CSV"}
        checked = {"ignore_auth": False, "auth_user_obj": ckan_model.User.get(city.admin)}
        unchecked = {"ignore_auth": True}
        for action, named in (
            ("resource_patch", {"id": resource}),
            ("resource_update", {"id": resource}),
            ("resource_create", {"package_id": package["id"]}),
        ):
            with pytest.raises(REFUSALS):
                act(city.steward, action, **described, **named, upload=_upload())
            for rights in (checked, unchecked):
                context: Any = {"user": city.admin, **rights}
                with pytest.raises(REFUSALS):
                    tk.get_action(action)(context, {**described, **named, "upload": _upload()})
                ckan_model.Session.rollback()
        assert _shown(app, package) == before
        assert list(verify.breaches()) == []


class TestForms:
    def test_no_form_of_ckan_changes_it(self, app: Any, city: City, released: Make) -> None:
        """A system administrator sends them: save, publish, groups, dictionary, files, trash."""
        package = released()
        resource = package["resources"][0]["id"]
        group = factories.Group()["name"]
        before = _shown(app, package)
        here, file = f"/dataset/{package['id']}", f"/dataset/{package['id']}/resource/{resource}"
        forms: list[tuple[str, dict[str, Any]]] = [
            (
                f"/dataset/edit/{package['id']}",
                {**COMPLETE, "title": "Other", "name": package["name"], "save": "go-metadata"},
            ),
            (f"/dataset/groups/{package['id']}", {"group_added": group}),
            (f"/dataset/delete/{package['id']}", {}),
            (f"{here}/resource/new", {"id": "", "save": "go-metadata", "url": "https://x.org"}),
            (f"{here}/dictionary/{resource}", {"info__1__label": "Other"}),
            (f"{file}/edit", {"name": "Other", "url": "https://x.org", "save": "go-dataset"}),
            (f"{file}/delete", {}),
            (f"{file}/new_view?view_type=datatables_view", {"title": "Other"}),
            (
                f"/organization/bulk_process/{city.department}",
                {"bulk_action.private": "private", f"dataset_{package['id']}": "on"},
            ),
            ("/ckan-admin/trash", {"action": "all"}),
        ]
        headers = {"Authorization": factories.SysadminWithToken()["token"]}
        client = app.flask_app.test_client()
        for path, form in forms:
            answer = client.post(path, data=form, headers=headers)
            assert answer.status_code < 500, path
            ckan_model.Session.remove()
        assert _shown(app, package) == before
        assert list(verify.breaches()) == []


class TestCreating:
    def test_nothing_is_created_public(self, city: City) -> None:
        """Whatever is said of its state, by whomever, with permission checks or without."""
        wished: list[dict[str, Any]] = [
            {"private": False},
            {"state": "active", "private": "false", "audience": "public"},
        ]
        for number, wish in enumerate(wished):
            for user in (city.steward, city.admin):
                data = {**COMPLETE, "title": f"{user} {number}", "owner_org": city.department}
                _check_hidden(act(user, "package_create", **data, **wish))
            unchecked: Any = {"ignore_auth": True, "user": city.admin}
            data = {**COMPLETE, "title": f"Job {number}", "owner_org": city.department, **wish}
            _check_hidden(tk.get_action("package_create")(unchecked, data))

    def test_a_deleted_draft_does_not_come_back_public(self, city: City, draft: Make) -> None:
        package = draft()
        act(city.steward, "package_delete", id=package["id"])
        for user in (city.steward, city.owner, city.admin):
            try:
                act(user, "package_patch", id=package["id"], state="active", private=False)
            except REFUSALS:
                ckan_model.Session.rollback()
            _check_hidden(package)


class TestTakenDown:
    def test_it_does_not_come_back_past_a_request(self, city: City, released: Make) -> None:
        """Its publication stands, so it is flagged there; by action and by statement."""
        package = released()
        act(city.owner, "indep_take_down", id=package["id"], reason="A phone number is in it.")
        for user in (city.steward, city.owner, city.admin):
            for change in ({"private": False}, {"state": "active", "private": False}):
                with pytest.raises(REFUSALS):
                    act(user, "package_patch", id=package["id"], **change)
                ckan_model.Session.rollback()
        with pytest.raises(DBAPIError, match="has not been released"):
            ckan_model.Session.execute(
                sa.text("UPDATE package SET private = false, state = 'active' WHERE id = :id"),
                {"id": package["id"]},
            )
        ckan_model.Session.rollback()
        _check_hidden(package)


class TestCommands:
    def test_none_deletes_it(self, app: Any, cli: Any, released: Make) -> None:
        package = released()
        before = _shown(app, package)
        for command in ("delete", "purge"):
            done = cli.invoke(ckan, ["dataset", command, package["id"]])
            assert done.exit_code != 0
            ckan_model.Session.remove()
        assert _shown(app, package) == before


def _check_hidden(package: dict[str, Any]) -> None:
    with pytest.raises(tk.ObjectNotFound):
        act("", "package_show", id=package["id"])
    assert act("", "package_search", q=f"id:{package['id']}")["count"] == 0
