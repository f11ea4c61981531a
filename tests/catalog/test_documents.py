"""The documents of the whole catalog over HTTP."""

from __future__ import annotations

import gzip
import json
from typing import Any
from unittest.mock import patch

import pytest
from ckan.tests import factories, helpers
from jsonschema import Draft202012Validator
from redis import ConnectionPool

from ckanext.indep.catalog import reading, service, validation
from ckanext.indep.catalog.exporters import catalog_formats

from .conftest import CANARIES, CLOSED, City, Get

PATHS = [format_.path for format_ in catalog_formats().values()]
HARVESTED = ["/data.json", "/dcat-us-3.json"]
"""The documents whose readers take absence for deletion."""


@pytest.mark.parametrize(
    ("path", "schema"),
    [("/data.json", validation.DCAT_US_1_1), ("/dcat-us-3.json", validation.DCAT_US_3)],
)
def test_each_record_is_what_the_harvester_accepts(
    city: City, get: Get, path: str, schema: str
) -> None:
    for number in range(3):
        city.publish(title=f"Dataset {number}")
    records = get(path).json["dataset"]
    assert sorted(record["title"] for record in records) == ["Dataset 0", "Dataset 1", "Dataset 2"]
    for record in records:
        assert validation.validator(schema).problems(record) == []


def test_the_whole_document_is_what_the_harvester_accepts(city: City, get: Get) -> None:
    city.publish()
    document = get("/data.json").json
    schema = validation.read_schema("dcat_us_1_1/catalog.json")
    envelope = {**schema, "properties": {**schema["properties"], "dataset": {"type": "array"}}}
    Draft202012Validator(envelope).validate(document)


def test_a_record_says_what_the_city_wrote(city: City, get: Get) -> None:
    package = city.publish()
    (record,) = get("/data.json").json["dataset"]
    assert record["identifier"] == package["identifier"]
    assert record["publisher"]["name"] == "Public Works"
    assert record["publisher"]["subOrganizationOf"]["name"].startswith("City of Independence")
    assert record["contactPoint"]["hasEmail"] == "mailto:works@example.gov"
    assert record["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert record["keyword"] == ["repairs", "streets"]
    assert record["spatial"] == "-94.49,39.01,-94.26,39.16"
    assert record["temporal"] == "2025-01-01/2025-12-31"
    assert "**" not in record["description"]


@pytest.mark.parametrize("path", PATHS)
def test_the_bytes_are_the_same_at_each_build(city: City, get: Get, path: str) -> None:
    for _ in range(3):
        city.publish()
    first = get(path).data
    with patch.object(service.cache, "head", return_value=None):
        assert get(path).data == first


@pytest.mark.parametrize("path", PATHS)
def test_what_a_client_has_is_not_sent_again(city: City, get: Get, path: str) -> None:
    city.publish()
    first = get(path)
    assert get(path, 304, If_None_Match=first.headers["ETag"]).data == b""
    assert get(path, 304, If_Modified_Since=first.headers["Last-Modified"]).data == b""


@pytest.mark.parametrize("path", HARVESTED)
def test_what_has_changed_is_sent_again(city: City, get: Get, path: str) -> None:
    package = city.publish()
    first = get(path)
    city.change(package, title="Another title")
    second = get(path, If_None_Match=first.headers["ETag"])
    assert "Another title" in second.body
    assert second.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_anyone_may_cache_it_and_no_cookie_is_set(city: City, get: Get, path: str) -> None:
    city.publish()
    headers = get(path).headers
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in headers


def test_it_is_compressed_for_those_who_take_it(city: City, get: Get) -> None:
    city.publish()
    plain, packed = get("/data.json"), get("/data.json", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in get("/data.json", Accept_Encoding="gzip;q=0").headers


@pytest.mark.parametrize("path", HARVESTED)
def test_an_empty_catalog_is_refused(city: City, get: Get, path: str) -> None:
    response = get(path, 503)
    assert "delete" in response.body
    assert response.headers["Retry-After"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.ckan_config("ckanext.indep.catalog.allow_empty", True)
def test_an_empty_catalog_is_given_where_it_is_wanted(city: City, get: Get) -> None:
    assert get("/data.json").json["dataset"] == []


def test_a_sitemap_may_be_empty(city: City, get: Get) -> None:
    assert "/dataset/" in get("/sitemap.xml").body


@pytest.mark.parametrize("path", PATHS)
def test_a_withdrawal_is_seen_at_once(city: City, get: Get, path: str) -> None:
    stays, goes = city.publish(title="This stays"), city.publish(title="This goes")
    assert goes["name"] in get(path).body
    city.remove(goes)
    now = get(path).body
    assert goes["name"] not in now
    assert stays["name"] in now


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("hidden", [{"private": True}, {"state": "draft"}])
def test_only_public_datasets_are_listed(
    city: City, get: Get, path: str, hidden: dict[str, Any]
) -> None:
    city.publish()
    city.publish(title="Canary dataset", name="canary-dataset", **hidden)
    assert "anary" not in get(path).body


@pytest.mark.parametrize("path", PATHS)
def test_words_of_the_staff_never_leave(city: City, get: Get, path: str) -> None:
    sysadmin = factories.SysadminWithToken()
    city.publish(extras=[{"key": f"x_{name}", "value": word} for name, word in CANARIES.items()])
    for body in (get(path).body, get(path, Authorization=sysadmin["token"]).body):
        assert "canary" not in body


def test_nobody_gets_more_for_being_signed_in(city: City, get: Get) -> None:
    city.publish()
    city.publish(title="Not yet", private=True)
    sysadmin = factories.SysadminWithToken()
    with patch.object(service.cache, "head", return_value=None):
        body = get("/data.json", Authorization=sysadmin["token"]).body
    assert "Not yet" not in body


def test_a_record_that_harvesters_refuse_is_left_out(city: City, get: Get) -> None:
    city.publish(title="Good")
    city.publish(title="Bad", tag_string=None)
    assert [record["title"] for record in get("/data.json").json["dataset"]] == ["Good"]


def test_a_department_is_called_as_it_is_called_now(city: City, get: Get) -> None:
    city.publish()
    get("/data.json")
    helpers.call_action("organization_patch", id=city.department["id"], title="Streets Department")
    (record,) = get("/data.json").json["dataset"]
    assert record["publisher"]["name"] == "Streets Department"


class TestFailures:
    """5xx on any failure, never a part of the catalog and never an empty one."""

    @pytest.mark.parametrize("path", PATHS)
    def test_search_down(self, city: City, get: Get, path: str) -> None:
        with helpers.changed_config("solr_url", CLOSED):
            response = get(path, 503)
        assert response.headers["Retry-After"]
        assert "search" in response.body

    def test_search_index_behind(self, city: City, get: Get) -> None:
        """A dataset that the index lost is read from the database."""
        city.publish(title="Lost")
        with patch.object(reading, "_search", return_value=[]):
            (record,) = get("/data.json").json["dataset"]
        assert record["title"] == "Lost"

    def test_search_index_far_behind(self, city: City, get: Get) -> None:
        city.publish()
        with (
            patch.object(reading, "_search", return_value=[]),
            patch.object(reading, "_READ_SINGLY", 0),
        ):
            assert "search-index rebuild" in get("/data.json", 503).body

    def test_index_still_holds_what_was_withdrawn(self, city: City, get: Get) -> None:
        city.publish(title="Stays")
        gone = city.publish(title="Gone")
        stale = reading._search()
        city.remove(gone)
        with patch.object(reading, "_search", return_value=stale):
            records = get("/data.json").json["dataset"]
        assert [record["title"] for record in records] == ["Stays"]

    def test_catalog_changes_while_it_is_read(self, city: City, get: Get) -> None:
        city.publish()
        versions = iter(range(100))
        with patch.object(service, "public_version", lambda: str(next(versions))):
            assert "faster" in get("/data.json", 503).body

    def test_cache_down(self, city: City, get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
        city.publish(title="Still here")
        nowhere = ConnectionPool.from_url("redis://127.0.0.1:9/0")
        monkeypatch.setattr("ckan.lib.redis._connection_pool", nowhere)
        (record,) = get("/data.json").json["dataset"]
        assert record["title"] == "Still here"


def test_two_datasets_with_one_identifier(city: City, get: Get) -> None:
    """Harvesters drop the later of two records with one identifier; so does the export."""
    first = city.publish()
    second = city.publish()
    twin = {**second, "identifier": first["identifier"]}
    with patch.object(reading, "all_public", return_value=[first, twin]):
        records = get("/data.json").json["dataset"]
    assert len(records) == 1
    assert json.dumps(records).count(first["identifier"]) == 1
