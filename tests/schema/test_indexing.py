"""The search document: nothing for staff only, lists for facets, dates to sort by."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.indep.schema import fields, indexing

CANARY = "canary-7c1f"


def document(package_type: str = "dataset", **values: str) -> dict[str, Any]:
    """An index document in CKAN's form: each extra plain, as text, and in both JSON copies."""
    extras = [{"key": key, "value": value} for key, value in values.items()]
    return {
        "id": "1",
        "type": package_type,
        "dataset_type": package_type,
        "title": "Code cases",
        "data_dict": json.dumps({"title": "Code cases", "extras": extras}),
        "validated_data_dict": json.dumps({"title": "Code cases", "extras": [], **values}),
        **values,
        **{f"extras_{key}": value for key, value in values.items()},
    }


@pytest.mark.parametrize("package_type", fields.PACKAGE_TYPES)
def test_staff_only_fields_are_nowhere_in_the_document(package_type: str):
    hidden = dict.fromkeys(fields.staff_only(package_type), CANARY)
    prepared = indexing.prepare(document(package_type, **hidden))
    assert CANARY not in json.dumps(prepared)


def test_the_document_passed_in_is_left_alone():
    given = document(steward=CANARY)
    indexing.prepare(given)
    assert given["steward"] == CANARY


def test_several_topics_become_a_list():
    prepared = indexing.prepare(document(theme='["utilities", "finance"]'))
    assert prepared["vocab_indep_theme"] == ["utilities", "finance"]


def test_topics_are_found_by_their_words_in_both_languages():
    words = indexing.prepare(document(theme='["utilities"]'))["extras_theme"]
    assert "Utilities" in words
    assert "Servicios públicos" in words


def test_area_is_a_facet_in_its_own_words():
    prepared = indexing.prepare(document(spatial_text="Fairmount"))
    assert prepared["vocab_indep_spatial_text"] == ["Fairmount"]


def test_date_of_the_data_can_be_sorted_by():
    prepared = indexing.prepare(document(modified="2026-07-01"))
    assert prepared["indep_modified_date"] == "2026-07-01T00:00:00Z"


def test_what_is_not_a_date_is_not_sorted_by():
    assert "indep_modified_date" not in indexing.prepare(document(modified="July"))


def test_text_too_long_for_one_term_stays_searchable_only():
    prepared = indexing.prepare(document(limitations="é" * 20_000))
    assert "limitations" not in prepared
    assert len(prepared["extras_limitations"]) == 20_000


def test_other_package_types_pass_unchanged():
    other = document("harvest", steward="x")
    assert indexing.prepare(other) is other


class TestFacets:
    def test_headings_start_with_topic_and_department(self):
        assert list(indexing.facet_headings())[:2] == ["vocab_indep_theme", "organization"]

    def test_all_facets_of_the_catalog_are_there(self):
        headings = set(indexing.facet_headings().values())
        assert headings >= {
            "Topic",
            "Department",
            "Goal",
            "Format",
            "Source",
            "Area",
            "Update frequency",
            "License",
        }

    @pytest.mark.parametrize(
        ("field", "value", "lang", "words"),
        [
            ("vocab_indep_theme", "finance", "en", "Finance"),
            ("vocab_indep_theme", "finance", "es", "Finanzas"),
            ("vocab_indep_update_frequency", "R/P1D", "en", "Every day"),
            ("vocab_indep_spatial_text", "Fairmount", "en", "fallback"),
            ("organization", "police", "en", "fallback"),
        ],
    )
    def test_label(self, field: str, value: str, lang: str, words: str):
        assert indexing.facet_label(field, value, lang, "fallback") == words

    def test_results_get_their_labels(self):
        item = {"name": "finance", "display_name": "finance", "count": 1}
        results = {"search_facets": {"vocab_indep_theme": {"items": [item]}}}
        indexing.with_labels(results, "en")
        assert item["display_name"] == "Finance"
