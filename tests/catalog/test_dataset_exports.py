"""Documents of one dataset: Data Package, Table Schema, and ckanext-dcat's RDF."""

from __future__ import annotations

from typing import Any, cast

import ckan.model as model
import pytest
from ckan.tests import factories
from ckan.types import Context
from ckanext.datastore.logic.action import datastore_create

from .conftest import City, Get

LINK = {"url": "https://example.gov/list.csv", "name": "List", "format": "CSV"}
RDF = ["ttl", "xml", "rdf", "n3", "jsonld"]


@pytest.fixture
def with_table(city: City) -> dict[str, Any]:
    """A public dataset whose one resource is in the DataStore, with a data dictionary."""
    # Marked beforehand: marking it afterwards would be a change of what is public.
    package = city.publish(resources=[{**LINK, "datastore_active": True}])
    resource = package["resources"][0]
    table = {
        "resource_id": resource["id"],
        "force": True,
        "fields": [
            {"id": "zip", "type": "text", "info": {"label": "ZIP code", "notes": "Five digits"}},
            {"id": "days", "type": "int"},
            {"id": "closed", "type": "timestamp"},
        ],
        "records": [{"zip": "06405", "days": 3}],
    }
    context = cast("Context", {"ignore_auth": True, "user": "", "session": model.Session})
    datastore_create(context, table)
    return package


def test_a_data_package(city: City, get: Get) -> None:
    package = city.publish(resources=[LINK])
    document = get(f"/dataset/{package['name']}/datapackage.json").json
    assert document["name"] == package["name"]
    assert document["licenses"][0]["path"] == "https://creativecommons.org/licenses/by/4.0/"
    assert document["contributors"][0]["title"] == "Public Works"
    (resource,) = document["resources"]
    assert resource["path"] == LINK["url"]
    assert resource["format"] == "csv"
    assert "schema" not in resource


def test_a_data_package_holds_the_dictionary(with_table: dict[str, Any], get: Get) -> None:
    (resource,) = get(f"/dataset/{with_table['name']}/datapackage.json").json["resources"]
    assert resource["type"] == "table"
    assert resource["schema"]["fields"][0]["title"] == "ZIP code"


def test_a_table_schema(with_table: dict[str, Any], get: Get) -> None:
    resource = with_table["resources"][0]["id"]
    response = get(f"/dataset/{with_table['id']}/resource/{resource}/schema.json")
    assert response.headers["Content-Type"] == "application/vnd.tableschema+json"
    assert response.json["fields"] == [
        {"name": "zip", "type": "string", "title": "ZIP code", "description": "Five digits"},
        {"name": "days", "type": "integer"},
        {"name": "closed", "type": "datetime"},
    ]
    get(
        f"/dataset/{with_table['id']}/resource/{resource}/schema.json",
        304,
        If_None_Match=response.headers["ETag"],
    )


def test_the_catalog_leads_to_the_table_schema(with_table: dict[str, Any], get: Get) -> None:
    (record,) = get("/data.json").json["dataset"]
    address = record["distribution"][0]["describedBy"]
    assert get("/" + address.split("/", 3)[3]).json["fields"]


def test_no_table_no_schema(city: City, get: Get) -> None:
    package = city.publish(resources=[LINK])
    get(f"/dataset/{package['id']}/resource/{package['resources'][0]['id']}/schema.json", 404)


@pytest.mark.parametrize("hidden", [{"private": True}, {"state": "draft"}])
def test_a_hidden_dataset_is_not_found(city: City, get: Get, hidden: dict[str, Any]) -> None:
    package = city.publish(resources=[LINK], **hidden)
    resource = package["resources"][0]["id"]
    sysadmin = factories.SysadminWithToken()
    for path in (
        f"/dataset/{package['name']}/datapackage.json",
        f"/dataset/{package['name']}/resource/{resource}/schema.json",
    ):
        get(path, 404)
        get(path, 404, Authorization=sysadmin["token"])


class TestRdf:
    @pytest.mark.parametrize("suffix", RDF)
    @pytest.mark.parametrize("hidden", [{"private": True}, {"state": "draft"}])
    def test_hidden_and_absent_are_the_same(
        self, city: City, get: Get, suffix: str, hidden: dict[str, Any]
    ) -> None:
        package = city.publish(name="hidden-thing", title="Canary", **hidden)
        absent = get(f"/dataset/absent-thing.{suffix}", 404).body
        for key in ("name", "id"):
            found = get(f"/dataset/{package[key]}.{suffix}", 404).body
            assert found.replace(package[key], "absent-thing") == absent

    @pytest.mark.parametrize("hidden", [{"private": True}, {"state": "draft"}])
    def test_the_api_tells_nothing_either(
        self, city: City, app: Any, hidden: dict[str, Any]
    ) -> None:
        city.publish(name="hidden-thing", **hidden)
        path = "/api/3/action/dcat_dataset_show"
        answers = [
            app.post(path, json={"id": name}, expect_errors=True)
            for name in ("hidden-thing", "absent-thing")
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json == answers[1].json

    @pytest.mark.parametrize("suffix", RDF)
    def test_the_catalog_holds_public_datasets_only(
        self, city: City, get: Get, suffix: str
    ) -> None:
        city.publish(title="Open thing")
        city.publish(title="Canary of a draft", state="draft")
        city.publish(title="Canary, private", private=True)
        body = get(f"/catalog.{suffix}").body
        assert "Open thing" in body
        assert "Canary" not in body

    def test_a_public_dataset_has_its_rdf(self, city: City, get: Get) -> None:
        package = city.publish(title="Open thing")
        assert "Open thing" in get(f"/dataset/{package['name']}.ttl").body
