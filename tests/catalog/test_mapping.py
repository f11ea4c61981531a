"""The mapping to DCAT-US, property by property and for any dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ckanext.indep.catalog import mapping, validation
from ckanext.indep.catalog.readers import ACCESS_RIGHTS, Site
from ckanext.indep.schema import fields, vocabularies

from .conftest import CANARIES, COMPLETE

SITE = Site(
    url="https://data.example.gov",
    city="City of Independence, Missouri",
    labels={
        name: {value: vocabularies.label(name, value) for value in vocabularies.values(name)}
        for name in vocabularies.names()
    },
    licenses={
        value: vocabularies.url("license", value) or "" for value in vocabularies.values("license")
    },
    departments={"org-1": "Public Works"},
    titles={},
)

RESOURCE: dict[str, Any] = {
    "id": "resource-1",
    "package_id": "package-1",
    "name": "All repairs",
    "url": "https://data.example.gov/dataset/package-1/resource/resource-1/download/a.csv",
    "url_type": "upload",
    "format": "CSV",
    "mimetype": "text/csv",
}


def package(**changes: Any) -> dict[str, Any]:
    """A dataset as ``package_show`` gives it, with ``changes``."""
    shown = {
        **COMPLETE,
        "id": "package-1",
        "name": "pothole-repairs",
        "type": "dataset",
        "identifier": "indep-1",
        "owner_org": "org-1",
        "organization": {"id": "org-1", "title": "An old name"},
        "tags": [{"name": "streets"}, {"name": "repairs"}],
        "issued": "2026-01-15",
        "metadata_created": "2026-01-10T08:00:00.000001",
        "metadata_modified": "2026-10-02T08:00:00.000001",
        "resources": [RESOURCE],
    }
    return {**shown, **changes}


def old(**changes: Any) -> dict[str, Any]:
    return mapping.dcat_us_1_1(package(**changes), SITE)


def new(**changes: Any) -> dict[str, Any]:
    return mapping.dcat_us_3(package(**changes), SITE)


def accepts(old_record: dict[str, Any], new_record: dict[str, Any]) -> None:
    """The harvester takes both."""
    assert validation.validator(validation.DCAT_US_1_1).problems(old_record) == []
    assert validation.validator(validation.DCAT_US_3).problems(new_record) == []


def distribution(**changes: Any) -> dict[str, Any]:
    return old(resources=[{**RESOURCE, **changes}])["distribution"][0]


class TestBoth:
    @pytest.mark.parametrize("write", [old, new])
    @pytest.mark.parametrize(
        ("field", "empty", "property_"),
        [
            ("tags", [], "keyword"),
            ("theme", [], "theme"),
            ("language", [], "language"),
            ("rights", "", "rights"),
            ("series", "", "inSeries"),
            ("series", "", "isPartOf"),
            ("references", [], "references"),
            ("contact_email", "", "contactPoint"),
            ("contact_name", " ", "contactPoint"),
            ("temporal_end", "", "temporal"),
            ("temporal_start", None, "temporal"),
            ("update_frequency", "daily", "accrualPeriodicity"),
            ("issued", "soon", "issued"),
            ("resources", [], "distribution"),
        ],
    )
    def test_what_is_empty_or_useless_is_left_out(
        self, write: Any, field: str, empty: Any, property_: str
    ) -> None:
        assert property_ not in write(**{field: empty})

    @pytest.mark.parametrize("term", vocabularies.values("update_frequency"))
    def test_each_frequency_is_accepted(self, term: str) -> None:
        assert (
            validation.validator(validation.DCAT_US_1_1).problems(old(update_frequency=term)) == []
        )
        assert validation.validator(validation.DCAT_US_3).problems(new(update_frequency=term)) == []

    @pytest.mark.parametrize("term", vocabularies.values("license"))
    def test_each_license_has_an_address(self, term: str) -> None:
        assert old(license_id=term)["license"].startswith("https://")
        assert new(license_id=term)["distribution"][0]["license"].startswith("https://")

    def test_each_access_level_has_words(self) -> None:
        assert set(ACCESS_RIGHTS) == set(vocabularies.values("access_level"))

    def test_a_department_goes_by_its_present_name(self) -> None:
        assert old()["publisher"]["name"] == new()["publisher"]["name"] == "Public Works"

    def test_modified_is_of_the_data(self) -> None:
        assert old()["modified"] == "2026-10-01"
        newest = [{**RESOURCE, "created": "2026-03-01T00:00:00"}]
        assert old(modified="", resources=newest)["modified"] == "2026-03-01"
        assert old(modified="", resources=[])["modified"] == "2026-01-10"

    def test_staff_fields_are_not_read(self) -> None:
        assert "canary" not in str([old(**CANARIES), new(**CANARIES)])


class TestVersion1:
    def test_no_bureau_and_no_program(self) -> None:
        assert not {"bureauCode", "programCode"} & old().keys()

    def test_how_and_limits_end_the_description(self) -> None:
        assert old()["description"].endswith(
            "How the data are collected: Crews write it down.\n\n"
            "Limitations: Private streets are not in it."
        )

    def test_a_long_description_is_cut(self) -> None:
        assert len(old(notes="word " * 1_990, limitations="x " * 500)["description"]) <= 10_000

    def test_a_box_is_text(self) -> None:
        assert old()["spatial"] == "-94.49,39.01,-94.26,39.16"
        assert old(bbox="", spatial_text="Independence")["spatial"] == "Independence"

    def test_the_portal_is_the_landing_page_unless_there_is_another(self) -> None:
        assert old()["landingPage"] == "https://data.example.gov/dataset/pothole-repairs"
        assert old(landing_url="https://example.gov/p")["landingPage"] == "https://example.gov/p"


class TestVersion3:
    def test_the_license_is_at_the_distribution(self) -> None:
        assert "license" not in new()
        assert "license" in new()["distribution"][0]

    def test_checksum_and_size(self) -> None:
        resource = {**RESOURCE, "hash": "sha256:" + "A" * 64, "size": 12}
        (described,) = new(resources=[resource])["distribution"]
        assert described["checksum"]["checksumValue"] == "a" * 64
        assert described["byteSize"] == "12"

    def test_a_box_is_a_polygon(self) -> None:
        (location,) = new()["spatial"]
        assert location["bbox"]["coordinates"][0][0] == [-94.49, 39.01]

    def test_source_and_unit_go_by_their_labels(self) -> None:
        assert new()["wasGeneratedBy"][0]["label"] == "Cityworks"
        assert new()["description"].endswith("Geographic unit: Point or address")


class TestDistribution:
    def test_a_file_is_a_download_with_its_type(self) -> None:
        assert distribution()["downloadURL"].endswith("a.csv")
        assert distribution(mimetype="text/csv; charset=utf-8")["mediaType"] == "text/csv"

    def test_a_file_without_a_type_goes_by_its_format(self) -> None:
        assert distribution(mimetype="", format="XLSX")["mediaType"].endswith("spreadsheetml.sheet")

    @pytest.mark.parametrize("type_", ["", "text/html"])
    def test_a_link_to_a_page_is_an_access_url(self, type_: str) -> None:
        described = distribution(url="https://example.gov/map", url_type=None, mimetype=type_)
        assert described["accessURL"] == "https://example.gov/map"
        assert not {"downloadURL", "mediaType"} & described.keys()

    def test_a_dictionary_where_there_is_a_table(self) -> None:
        described = distribution(datastore_active=True)
        assert described["describedBy"].endswith("/resource/resource-1/schema.json")
        assert described["describedByType"] == "application/vnd.tableschema+json"
        assert "describedBy" not in distribution(datastore_active=False)

    def test_a_resource_that_leads_nowhere_is_left_out(self) -> None:
        assert "distribution" not in old(resources=[{**RESOURCE, "url": "not a url"}])


def test_every_field_is_mapped_or_internal() -> None:
    """A new field of the schema must get its line in ``mapping.py``."""
    known = mapping.mapped_fields() | mapping.INTERNAL
    assert set(fields.names("dataset")) - known == set()
    text = Path(fields.__file__).with_name("dataset.yaml").read_text("utf-8")
    resource_fields = {each["field_name"] for each in yaml.safe_load(text)["resource_fields"]}
    known = mapping.mapped_resource_fields() | mapping.INTERNAL_OF_RESOURCES
    assert resource_fields - known == set()


def test_no_staff_field_is_mapped() -> None:
    assert fields.staff_only("dataset") == mapping.INTERNAL
    assert not mapping.INTERNAL & mapping.mapped_fields()
    assert fields.staff_only_of_resources("dataset") == mapping.INTERNAL_OF_RESOURCES
    assert not mapping.INTERNAL_OF_RESOURCES & mapping.mapped_resource_fields()


TEXT = st.text(min_size=1, max_size=60)
LETTERS = st.from_regex(r"[A-Za-z][A-Za-z0-9 ]{0,30}", fullmatch=True)
DAYS = st.dates().map(str)
MAYBE = st.one_of(st.none(), st.just(""), TEXT)


def _term(vocabulary: str) -> st.SearchStrategy[str]:
    return st.sampled_from(vocabularies.values(vocabulary))


RESOURCES = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "package_id": st.just("package-1"),
        "url": st.one_of(TEXT, LETTERS.map(lambda name: f"https://example.gov/{name}.csv")),
        "url_type": st.sampled_from([None, "", "upload"]),
        "name": MAYBE,
        "description": MAYBE,
        "format": MAYBE,
        "mimetype": st.one_of(MAYBE, st.just("text/csv; charset=utf-8")),
        "hash": MAYBE,
        "size": st.one_of(st.none(), st.integers()),
        "datastore_active": st.booleans(),
    }
)
PACKAGES = st.fixed_dictionaries(
    {
        "title": LETTERS,
        "notes": LETTERS,
        "tags": st.lists(LETTERS.map(lambda tag: {"name": tag}), min_size=1, max_size=5),
        "contact_name": LETTERS,
        "access_level": _term("access_level"),
        "license_id": _term("license"),
        "update_frequency": _term("update_frequency"),
        "theme": st.lists(_term("theme"), max_size=4),
        "language": st.lists(_term("language"), max_size=2),
        "rights": MAYBE,
        "modified": st.one_of(MAYBE, DAYS),
        "issued": st.one_of(MAYBE, DAYS),
        "temporal_start": st.one_of(MAYBE, DAYS),
        "temporal_end": st.one_of(MAYBE, DAYS),
        "bbox": MAYBE,
        "spatial_text": MAYBE,
        "references": st.lists(TEXT, max_size=3),
        "landing_url": MAYBE,
        "collection_method": MAYBE,
        "limitations": MAYBE,
        "series": MAYBE,
        "source_system": st.one_of(MAYBE, _term("source_system")),
        "strategic_goal": st.one_of(MAYBE, _term("strategic_goal")),
        "resources": st.lists(RESOURCES, max_size=3),
    }
)


@settings(max_examples=200, deadline=None)
@given(PACKAGES)
def test_any_valid_dataset_becomes_records_that_the_harvester_accepts(
    changes: dict[str, Any],
) -> None:
    accepts(old(**changes), new(**changes))


@pytest.mark.parametrize("schema", [validation.DCAT_US_1_1, validation.DCAT_US_3])
def test_nothing_in_a_schema_ties_two_properties_together(schema: str) -> None:
    """Why `RecordValidator` may check each property by itself."""
    said = {"$schema", "$id", "$defs", "title", "description", "type", "examples", "_oldDocs"}
    assert validation.read_schema(schema).keys() - said == {"required", "properties"}


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(old())), st.one_of(TEXT, st.lists(TEXT), st.none())))
def test_the_verdict_is_that_of_the_whole_schema(broken: dict[str, Any]) -> None:
    record = {**old(), **broken}
    whole = Draft202012Validator(
        validation.read_schema(validation.DCAT_US_1_1), format_checker=validation.FORMATS
    )
    problems = validation.validator(validation.DCAT_US_1_1).problems(record)
    assert (problems == []) == whole.is_valid(record)
