"""What stewards and API clients are told about what they send."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.indep.schema import fields

ODD_VALUES = [5, 1.5, True, {"a": 1}, [1], [{"a": 1}], "\x00", "\ud800", "x" * 40_000, "é" * 40_000]

# Fields for which an odd value is a good one.
ACCEPTED = {
    "5": {"precision", "minimum_denominator", "refresh_max_change", "tolerance"},
    "1.5": {"refresh_max_change", "tolerance"},
    "{'a': 1}": {"derivation"},
}


def error_of(errors: dict[str, Any], field: str) -> str:
    return " ".join(errors.get(field, []))


class TestDraft:
    def test_needs_a_title(self, validate):
        _, errors = validate({"title": " "})
        assert error_of(errors, "title") == "Title is missing. Fill it in to save."

    def test_needs_nothing_else_but_a_department(self, validate):
        _, errors = validate({})
        assert set(errors) == {"owner_org"}

    def test_empty_answers_are_not_stored(self, validate):
        data, _ = validate({"rights": "", "theme": [], "temporal_start": " "})
        stored = {extra["key"] for extra in data["extras"]}
        assert not stored & {"rights", "theme", "temporal_start"}


class TestComplete:
    @pytest.mark.parametrize("package_type", fields.PACKAGE_TYPES)
    def test_lists_every_missing_field(self, validate, package_type: str):
        _, errors = validate({"type": package_type}, complete=True)
        assert fields.required_to_submit(package_type) <= errors.keys()
        assert error_of(errors, "contact_name") == (
            "Contact name is needed before you submit. Fill it in."
        )

    def test_rights_are_needed_unless_public(self, validate):
        _, public = validate({"access_level": "public"}, complete=True)
        _, closed = validate({"access_level": "non-public"}, complete=True)
        assert "rights" not in public
        assert "rights" in closed

    def test_numerator_is_needed_for_a_ratio_only(self, validate):
        measure = {"type": "measure"}
        _, ratio = validate({**measure, "aggregation": "ratio"}, complete=True)
        _, total = validate({**measure, "aggregation": "sum"}, complete=True)
        assert {"numerator_label", "denominator_label"} <= ratio.keys()
        assert "numerator_label" not in total

    @pytest.mark.parametrize("given", [{"tag_string": "cases"}, {"tags": [{"name": "cases"}]}])
    def test_a_keyword_is_accepted_as_text_or_as_tag(self, validate, given: dict[str, Any]):
        _, errors = validate(given, complete=True)
        assert "tag_string" not in errors


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("contact_email", "nope", "'nope' is not an e-mail address"),
        ("landing_url", "example.org", "starting with https://"),
        ("references", ["javascript:alert(1)"], "'javascript:alert(1)' is not a web address"),
        ("bbox", "1,2,3", "west, south, east, north"),
        ("bbox", "10,0,-10,5", "west, south, east, north"),
        ("modified", "07/01/2026", "year-month-day"),
        ("license_id", "cc-by-sa", "is not a term of the list License. Choose one of: cc-zero"),
        ("theme", ["xyz"], "'xyz' is not a term of the list Topic. Choose one of: public-safety"),
        ("theme", ["finance", "xyz", "abc"], "'abc' is not a term"),
        ("notes", "x" * 10_001, "Description has 10001 characters and may have 10000. Shorten it."),
        ("rights", "x" * 256, "may have 255"),
        ("name", "Not A Slug", "lowercase"),
    ],
)
def test_dataset_field_is_refused(validate, field: str, value: object, words: str):
    _, errors = validate({field: value})
    assert words in error_of(errors, field)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("precision", "2.5", "Decimal places must be a whole number from 0 to 6."),
        ("precision", "7", "from 0 to 6"),
        ("tolerance", "-1", "Tolerance must be a number from 0"),
        ("code", "CD 01", "'CD 01' is not a code"),
        ("derivation", "[1]", "not a JSON object"),
        ("derivation", "{", "not a JSON object"),
        ("direction", "sideways", "Choose one of: up, down, range, none"),
    ],
)
def test_measure_field_is_refused(validate, field: str, value: object, words: str):
    _, errors = validate({"type": "measure", field: value})
    assert words in error_of(errors, field)


class TestStored:
    @pytest.mark.parametrize(
        "value", [["finance", "utilities"], '["finance", "utilities"]', "finance\nutilities"]
    )
    def test_topics_in_each_form(self, validate, value: object):
        data, errors = validate({"theme": value})
        assert "theme" not in errors
        assert json.loads(data["theme"]) == ["utilities", "finance"]

    def test_bounding_box_without_spaces(self, validate):
        data, _ = validate({"bbox": " -94.490, 39.01, -94.26, 39.16"})
        assert data["bbox"] == "-94.49,39.01,-94.26,39.16"

    @pytest.mark.parametrize(("value", "stored"), [(2, "2"), ("2", "2"), (2.0, "2")])
    def test_whole_number_as_text(self, validate, value: object, stored: str):
        data, _ = validate({"type": "measure", "precision": value})
        assert data["precision"] == stored

    def test_name_from_the_title(self, validate):
        data, _ = validate({"title": "Código & casos: 2026"})
        assert data["name"] == "codigo-casos-2026"

    def test_name_where_the_title_gives_none(self, validate):
        data, _ = validate({"title": "市"})
        assert data["name"].startswith("untitled-")


class TestDates:
    def test_end_before_start(self, validate):
        _, errors = validate({"temporal_start": "2026-02-01", "temporal_end": "2026-01-01"})
        assert error_of(errors, "temporal_end") == (
            "The last day, 2026-01-01, is before the first day, 2026-02-01."
        )

    def test_one_day(self, validate):
        _, errors = validate({"temporal_start": "2026-01-01", "temporal_end": "2026-01-01"})
        assert "temporal_end" not in errors


class TestIdentifier:
    def test_is_given_to_a_new_dataset(self, validate):
        data, _ = validate({})
        assert data["identifier"].startswith("indep-")

    def test_cannot_be_chosen_by_a_client(self, validate):
        data, _ = validate({"identifier": "indep-mine"})
        assert data["identifier"] != "indep-mine"

    def test_is_kept_by_a_working_copy(self, validate):
        data, _ = validate({"identifier": "indep-live"}, internal=True)
        assert data["identifier"] == "indep-live"

    def test_first_publication_cannot_be_chosen_by_a_client(self, validate):
        data, _ = validate({"issued": "2001-01-01"})
        assert "issued" not in {extra["key"] for extra in data["extras"]}


class TestFile:
    @pytest.mark.parametrize(
        ("given", "media_type"),
        [
            ({"url": "https://example.org/a.csv"}, "text/csv"),
            ({"url": "https://example.org/a", "format": "CSV"}, "text/csv"),
            (
                {
                    "url": "https://example.org/a",
                    "format": "CSV",
                    "mimetype": "text/csv; charset=x",
                },
                "text/csv",
            ),
            ({"url": "https://example.org/a.geojson", "format": "GeoJSON"}, "application/geo+json"),
            ({"url": "https://example.org/a", "mimetype": "Text/HTML; charset=x"}, "text/html"),
        ],
    )
    def test_media_type_is_plain(self, validate, given: dict[str, str], media_type: str):
        data, _ = validate({"resources": [given]})
        assert data["resources"][0]["mimetype"] == media_type

    def test_name_from_the_address(self, validate):
        data, _ = validate({"resources": [{"url": "https://example.org/cases.csv"}]})
        assert data["resources"][0]["name"] == "cases.csv"

    @pytest.mark.parametrize(
        ("url", "words"),
        [
            ("", "Choose a file or write a link."),
            ("javascript:alert(1)", "is not a web address"),
            ("example.org/a.csv", "is not a web address"),
        ],
    )
    def test_link_is_refused(self, validate, url: str, words: str):
        _, errors = validate({"resources": [{"url": url, "url_type": "other"}]})
        assert words in error_of(errors["resources"][0], "url")


class TestOddValues:
    """Wrong types, control characters and endless text never reach the database."""

    @pytest.mark.parametrize("package_type", fields.PACKAGE_TYPES)
    @pytest.mark.parametrize("value", ODD_VALUES, ids=lambda value: repr(value)[:12])
    def test_every_field_answers_with_a_sentence(self, validate, package_type: str, value: Any):
        asked = set(fields.names(package_type)) - {"identifier", "issued"}
        _, errors = validate({"type": package_type, **dict.fromkeys(asked, value)})
        assert asked - errors.keys() <= ACCEPTED.get(repr(value), set())

    @pytest.mark.parametrize("value", ["x" * 40_000, "\x00"])
    def test_free_extra(self, validate, value: object):
        _, errors = validate({"extras": [{"key": "note", "value": value}]})
        assert errors["extras"][0]["value"]

    def test_core_field_too_long_for_the_index(self, validate):
        _, errors = validate({"url": "https://example.org/" + "x" * 40_000})
        assert error_of(errors, "url") == "url is longer than 32000 bytes. Shorten it."
