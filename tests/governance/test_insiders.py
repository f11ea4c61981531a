"""Who is inside already: the site's own user, jobs, harvesters, CKAN's commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
from ckan.cli.cli import ckan
from ckan.logic import _actions

from ckanext.indep.governance import verify
from tests.governance.conftest import City, act

Make = Callable[..., dict[str, Any]]
REFUSALS = (tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound)


def _contexts() -> dict[str, Any]:
    """Return how code that runs inside CKAN calls actions."""
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {
        "the site's user, with permission": {"user": site, "ignore_auth": True},
        "the site's user, asked": {"user": site},
        "a job that names nobody": {"user": "", "ignore_auth": True},
        "a harvester that defers its commit": {
            "user": site,
            "ignore_auth": True,
            "defer_commit": True,
        },
    }


def _writes(package: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    resource = package["resources"][0]["id"]
    return [
        ("package_patch", {"id": package["id"], "title": "canary"}),
        ("package_update", {**package, "title": "canary"}),
        ("package_patch", {"id": package["id"], "state": "active", "private": False}),
        ("package_delete", {"id": package["id"]}),
        ("dataset_purge", {"id": package["id"]}),
        ("resource_patch", {"id": resource, "name": "canary"}),
        ("resource_delete", {"id": resource}),
        ("datastore_delete", {"resource_id": resource, "force": True}),
        ("resource_view_clear", {}),
    ]


def test_no_context_of_ckan_changes_what_is_public(city: City, released: Make) -> None:
    package = released()
    for context in _contexts().values():
        for action, data in _writes(package):
            with pytest.raises(REFUSALS):
                _committed({**context}, action, {**data})
            ckan_model.Session.rollback()
    assert act("", "package_show", id=package["id"]) == package
    assert act("", "datastore_search", resource_id=package["resources"][0]["id"])["total"] == 2
    assert list(verify.breaches()) == []


def test_no_context_of_ckan_publishes_a_draft(city: City, draft: Make) -> None:
    workspace = draft()
    for context in _contexts().values():
        for data in (
            {"state": "active"},
            {"private": False},
            {"state": "active", "private": False, "type": "dataset"},
        ):
            own = {**context, "allow_state_change": True}
            _committed(own, "package_patch", {"id": workspace["id"], **data})
            with pytest.raises(tk.ObjectNotFound):
                act("", "package_show", id=workspace["id"])
    package = ckan_model.Package.get(workspace["id"])
    assert package
    assert (package.state, package.private) == ("draft", True)
    assert list(verify.breaches()) == []


def test_ckans_commands_change_nothing_public(
    cli: Any, city: City, released: Make, draft: Make
) -> None:
    workspace, package = draft(), released(title="Public")
    resources = [package["resources"][0]["id"], workspace["resources"][0]["id"]]
    for words in (
        ["dataset", "delete", package["name"]],
        ["dataset", "purge", package["name"]],
        ["datastore", "purge"],
    ):
        cli.invoke(ckan, words, input="y\n")
        ckan_model.Session.remove()
        assert act("", "package_show", id=package["id"]) == package, words
        for resource in resources:
            found = act(city.steward, "datastore_search", resource_id=resource)
            assert found["total"] == 2, words
    assert list(verify.breaches()) == []


def test_of_what_is_not_there_a_sysadmin_is_told_so(city: City) -> None:
    """CKAN asks no permission of sysadmins, so the actions themselves have to look."""
    tk.get_action("package_show")
    fell_over: set[str] = set()
    for name in [name for name in _actions if name.startswith("indep_")]:
        for missing in ("nothing", 10**9):
            try:
                act(city.admin, name, id=missing, reason="So.", title="So.", revision_id="none")
            except REFUSALS:
                pass
            except Exception as error:
                fell_over.add(f"{name}: {type(error).__name__}")
            finally:
                ckan_model.Session.rollback()
    assert fell_over == set()


def _committed(context: Any, action: str, data: dict[str, Any]) -> None:
    tk.get_action(action)(context, data)
    ckan_model.Session.commit()
