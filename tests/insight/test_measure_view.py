"""A measure on the page of a dataset's file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.lib.search import rebuild
from ckan.tests import helpers

from ckanext.indep.governance.model import Publication
from ckanext.indep.insight import service
from ckanext.indep.insight.definition import Definition

from .conftest import entry, publish_package

Reported = Callable[..., Definition]


@pytest.fixture
def resource(department: dict[str, Any]) -> dict[str, Any]:
    """A public file."""
    package = publish_package(
        name=f"d-{uuid4().hex[:12]}",
        title="Requests",
        notes="",
        type="dataset",
        owner_org=department["id"],
    )
    row = model.Package.get(package["id"])
    assert row
    row.resources_all.append(model.Resource(name="Table", url="https://example.org/t.csv"))
    model.Session.commit()
    rebuild(package["id"])
    return tk.get_action("package_show")({"ignore_auth": True}, {"id": package["id"]})["resources"][
        0
    ]


def _show(resource: dict[str, Any], measure: str, title: str = "How we do") -> None:
    """A view as a release leaves it."""
    model.Session.add(
        model.ResourceView(
            resource_id=resource["id"],
            title=title,
            description="",
            view_type="indep_measure",
            order=0,
            config={"measure": measure},
        )
    )
    model.Session.commit()


def _page(make_app: Callable[[], Any], resource: dict[str, Any], language: str = "") -> str:
    address = f"{language}/dataset/{resource['package_id']}/resource/{resource['id']}"
    return make_app().get(address).body


def test_sentence_chart_and_table_and_nothing_that_is_not_published(
    resource: dict[str, Any], reported: Reported, make_app: Callable[[], Any]
) -> None:
    made = reported({"FY2024-Q1": "81.5", "FY2024-Q2": "92.5"}, unit="%", title="Potholes & more")
    service.record(made, [entry("FY2024-Q3", "77.7")], "clerk")
    _show(resource, made.name)
    page = _page(make_app, resource)
    assert "Potholes &amp; more" in page
    assert "92.5\u00a0%. The target was at least 90.0\u00a0%: Goal Met" in page
    assert page.count('role="img"') == 2
    assert '-FY2024-Q1">' in page
    assert "77.7" not in page
    assert "<script" not in page
    spanish = _page(make_app, resource, "/es")
    assert "Meta cumplida" in spanish


def test_two_views_have_no_id_in_common(
    resource: dict[str, Any], reported: Reported, make_app: Callable[[], Any]
) -> None:
    made = reported({"FY2024-Q1": "81.5"})
    for title in ("One", "<Two>"):
        _show(resource, made.name, title)
    page = _page(make_app, resource)
    assert "&lt;Two&gt;" in page
    assert page.count('-FY2024-Q1">') == 2
    assert page.count('id="FY2024-Q1"') == 0


def test_a_measure_that_is_public_no_longer_says_so(
    resource: dict[str, Any], reported: Reported, make_app: Callable[[], Any]
) -> None:
    made = reported({"FY2024-Q1": "81.5"}, title="Canary of a measure")
    _show(resource, made.name)
    package = model.Package.get(made.id)
    assert package
    package.private = True
    model.Session.commit()
    page = _page(make_app, resource)
    assert "not public any more" in page
    assert "Canary of a measure" not in page


def _create(resource: dict[str, Any], measure: str) -> dict[str, Any]:
    return helpers.call_action(
        "resource_view_create",
        resource_id=resource["id"],
        view_type="indep_measure",
        title="How we do",
        measure=measure,
    )


@pytest.fixture
def draft(resource: dict[str, Any]) -> dict[str, Any]:
    """A file that is not released."""
    of_it = Publication.package_id == resource["package_id"]
    model.Session.execute(sa.delete(Publication).where(of_it))
    model.Session.commit()
    return resource


@pytest.mark.parametrize("name", ["", "nothing", "HIDDEN", "DATASET", "x" * 5000, "<b>"])
def test_a_view_names_a_public_measure(
    draft: dict[str, Any], reported: Reported, name: str
) -> None:
    hidden = reported({"FY2024-Q1": "81.5"})
    package = model.Package.get(hidden.id)
    assert package
    package.private = True
    model.Session.commit()
    given = {"HIDDEN": hidden.name, "DATASET": draft["package_id"]}.get(name, name)
    with pytest.raises(tk.ValidationError) as caught:
        _create(draft, given)
    assert "measure" in caught.value.error_dict


def test_it_is_kept_by_name(draft: dict[str, Any], reported: Reported) -> None:
    made = reported({"FY2024-Q1": "81.5"})
    assert _create(draft, made.id)["measure"] == made.name


def test_what_is_released_gets_no_view(resource: dict[str, Any], reported: Reported) -> None:
    made = reported({"FY2024-Q1": "81.5"})
    with pytest.raises(tk.NotAuthorized):
        _create(resource, made.name)
