"""Data for city staff only: every employee finds it, no stranger learns that it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories
from sqlalchemy.exc import DBAPIError

from ckanext.indep.governance import verify
from ckanext.indep.governance.model import Publication
from tests.governance.conftest import City, act, approve, request_of

Make = Callable[..., dict[str, Any]]
WORD = "zebrafinch"


@pytest.fixture
def staff_data(city: City, submitted: Make) -> dict[str, Any]:
    """A dataset released to city staff, as its steward sees it."""
    request = submitted(
        title=f"Payroll {WORD}", audience="staff", tag_string=WORD, notes=f"Notes on {WORD}."
    )
    assert request["lane"] == "staff"
    assert approve(city, request)["state"] == "released"
    return act(city.steward, "package_show", id=request["live_id"])


@pytest.fixture
def employee(city: City) -> str:
    """Somebody of another department, as a plain member."""
    name = factories.User()["name"]
    factories.Organization(users=[{"name": name, "capacity": "member"}])
    return name


def test_strangers_learn_nothing(app: Any, city: City, staff_data: dict[str, Any]) -> None:
    package, resource = staff_data["id"], staff_data["resources"][0]["id"]
    for stranger in ("", city.outsider):
        for action, data in (
            ("package_show", {"id": package}),
            ("package_show", {"id": staff_data["name"]}),
            ("resource_show", {"id": resource}),
            ("datastore_search", {"resource_id": resource}),
            ("datastore_info", {"id": resource}),
            ("resource_view_list", {"id": resource}),
        ):
            with pytest.raises(tk.ObjectNotFound):
                act(stranger, action, **data)
        for action, data in (
            ("package_search", {"q": WORD}),
            ("package_search", {"q": "*:*", "facet.field": ["tags"], "include_private": True}),
            ("package_list", {}),
            ("package_autocomplete", {"q": WORD[:4]}),
            ("resource_search", {"query": "name:Potholes"}),
            ("tag_list", {}),
            ("tag_autocomplete", {"q": WORD[:4]}),
            ("organization_show", {"id": city.department, "include_datasets": True}),
            ("organization_list", {"all_fields": True, "include_dataset_count": True}),
            ("member_list", {"id": city.department, "object_type": "package"}),
        ):
            answer = act(stranger, action, **data)
            assert WORD not in str(answer), action
            assert package not in str(answer), action
            assert resource not in str(answer), action
        counted = act(stranger, "organization_show", id=city.department)
        assert counted["package_count"] == 0
        with pytest.raises(tk.NotAuthorized):
            act(stranger, "indep_staff_data_search", q=WORD)
    for path in (
        "/dataset",
        f"/dataset?q={WORD}",
        f"/organization/{city.department}",
        "/data.json",
        "/feeds/dataset.atom",
        "/sitemap.xml",
        "/staff-data",
    ):
        answer = app.get(path, follow_redirects=False)
        assert "Payroll" not in answer.body
        assert package not in answer.body
    for path in (
        f"/dataset/{staff_data['name']}",
        f"/dataset/{package}",
        f"/dataset/{package}/resource/{resource}",
        f"/dataset/{package}/resource/{resource}/download/potholes.csv",
    ):
        assert app.get(path, follow_redirects=False).status_code == 404, path


def test_employees_find_and_preview_it(
    app: Any, city: City, staff_data: dict[str, Any], employee: str
) -> None:
    resource = staff_data["resources"][0]["id"]
    for person in (employee, city.members[0], city.steward):
        found = act(person, "indep_staff_data_search", q=f"{WORD} payroll")
        assert [r["id"] for r in found["results"]] == [staff_data["id"]]
        assert found["departments"][0]["count"] == found["count"] == 1
        assert act(person, "package_show", id=staff_data["id"])["private"] is True
        rows = act(person, "datastore_search", resource_id=resource)["records"]
        assert [r["zip"] for r in rows] == ["02116", "64050"]
    assert act(employee, "indep_staff_data_search", q="no-such-word")["count"] == 0
    headers = {"Authorization": factories.APIToken(user=employee)["token"]}
    assert WORD in app.get(f"/dataset/{staff_data['name']}", headers=headers).body
    assert WORD in app.get("/staff-data?q=payroll", headers=headers).body
    dump = app.get(f"/datastore/dump/{resource}", headers=headers)
    assert "02116" in dump.body
    assert "canary" not in str(act(employee, "package_show", id=staff_data["id"]))
    assert list(verify.breaches()) == []


def test_nobody_makes_it_public_past_the_workflow(city: City, staff_data: dict[str, Any]) -> None:
    for action, data in (
        ("package_patch", {"id": staff_data["id"], "private": False}),
        ("package_patch", {"id": staff_data["id"], "title": "Other"}),
        ("bulk_update_public", {"datasets": [staff_data["id"]], "org_id": city.department}),
    ):
        for person in (city.steward, city.admin):
            with pytest.raises(tk.NotAuthorized):
                act(person, action, **data)
    session = ckan_model.Session
    for statement in (
        "UPDATE package SET private = false WHERE id = :id",
        "UPDATE package SET title = 'Other' WHERE id = :id",
        "UPDATE resource SET url = 'https://example.org' WHERE package_id = :id",
        "UPDATE indep_publication SET state = 'live' WHERE package_id = :id;"
        "UPDATE package SET private = false WHERE id = :id",
    ):
        session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        with pytest.raises(DBAPIError):
            session.execute(sa.text(statement), {"id": staff_data["id"]})
        session.rollback()
    assert list(verify.breaches()) == []


def _change(city: City, package: dict[str, Any], **fields: Any) -> dict[str, Any]:
    request = act(city.steward, "indep_request_open", id=package["id"])
    act(city.steward, "package_patch", id=request["workspace_id"], **fields)
    act(city.steward, "indep_request_submit", id=request["id"])
    return act(city.owner, "indep_request_show", id=request["id"])


def test_from_staff_to_everyone_and_back(city: City, staff_data: dict[str, Any]) -> None:
    request = _change(city, staff_data, audience="public")
    assert request["lane"] == "committee"
    assert approve(city, request)["state"] == "released"
    assert act("", "package_show", id=staff_data["id"])["private"] is False
    assert act("", "package_search", q=WORD)["count"] == 1
    assert act(city.owner, "indep_staff_data_search", q=WORD)["count"] == 0
    assert list(verify.breaches()) == []

    request = _change(city, staff_data, audience="staff")
    assert approve(city, request)["state"] == "released"
    with pytest.raises(tk.ObjectNotFound):
        act("", "package_show", id=staff_data["id"])
    assert act("", "package_search", q=WORD)["count"] == 0
    publication = ckan_model.Session.get(Publication, staff_data["id"])
    assert publication is not None
    assert publication.state == "staff"
    assert list(verify.breaches()) == []


def test_choosing_everyone_changes_nothing(city: City, released: Make) -> None:
    package = released()
    request = act(city.steward, "indep_request_open", id=package["id"])
    act(city.steward, "package_patch", id=request["workspace_id"], audience="public")
    with pytest.raises(tk.ValidationError, match="Nothing differs"):
        act(city.steward, "indep_request_submit", id=request["id"])
    assert request_of(city.steward, request["workspace_id"])["state"] == "draft"
