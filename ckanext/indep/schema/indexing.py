"""What of a dataset goes into the search index, and in which form.

CKAN hands over a flat document. Here it loses the fields that only staff may see, gains
lists for the facets (``vocab_indep_FIELD``) and dates to sort by (``indep_FIELD_date``).

This module is pure: it imports neither CKAN nor a database.
"""

from __future__ import annotations

import json
from typing import Any, cast

from ckanext.indep.schema import checks, fields, vocabularies

__all__ = [
    "FACET_PREFIX",
    "facet_field",
    "facet_headings",
    "facet_label",
    "prepare",
    "with_labels",
]

Document = dict[str, Any]

FACET_PREFIX = "vocab_indep_"
# CKAN's Solr schema has fields of its own for these facets.
_CORE_HEADINGS = {"organization": "Department", "res_format": "Format", "tags": "Keywords"}
_JSON_PARTS = ("data_dict", "validated_data_dict")
_LANGUAGES = ("en", "es")


def facet_field(name: str) -> str:
    """The Solr field that holds the values of the metadata field ``name`` for facets."""
    return FACET_PREFIX + name


def facet_headings() -> dict[str, str]:
    """Solr field → English heading, in the order in which residents see the facets."""
    own = {facet_field(name): heading for name, heading in fields.facets().items()}
    topic = facet_field("theme")
    return {
        topic: own.pop(topic),
        "organization": _CORE_HEADINGS["organization"],
        **own,
        "res_format": _CORE_HEADINGS["res_format"],
        "tags": _CORE_HEADINGS["tags"],
    }


def prepare(document: Document) -> Document:
    """Turn CKAN's index document into the one that may be stored.

    :param document: what CKAN passes to ``before_dataset_index``; it is left as it was
    :returns: a new document; one of another package type is returned unchanged
    """
    package_type = str(document.get("dataset_type") or document.get("type") or "")
    if package_type not in fields.PACKAGE_TYPES:
        return document
    found = _without_staff_fields(document, fields.staff_only(package_type))
    for name in fields.facets():
        values = _values(found.get(name), name in fields.multi_valued(package_type))
        if values:
            found[facet_field(name)] = values
            found[f"extras_{name}"] = " ".join(_words(name, values))
    for name in fields.dates(package_type):
        value = found.get(name)
        if isinstance(value, str) and checks.is_date(value):
            found[f"indep_{name}_date"] = f"{value}T00:00:00Z"
    return _without_oversized_strings(found)


def with_labels(search_results: dict[str, Any], lang: str) -> dict[str, Any]:
    """Give each facet value of a search result its label in ``lang``.

    :param search_results: the answer of ``package_search``; its ``search_facets`` change
    :returns: the same answer
    """
    for solr_field, facet in search_results.get("search_facets", {}).items():
        for item in facet["items"]:
            item["display_name"] = facet_label(
                solr_field, str(item["name"]), lang, str(item["display_name"])
            )
    return search_results


def facet_label(solr_field: str, value: str, lang: str, fallback: str) -> str:
    """The words for one value of a facet; ``fallback`` where no vocabulary has any."""
    if not solr_field.startswith(FACET_PREFIX):
        return fallback
    vocabulary = fields.vocabulary_of(solr_field.removeprefix(FACET_PREFIX))
    return vocabularies.label(vocabulary, value, lang) if vocabulary else fallback


def _without_staff_fields(document: Document, hidden: frozenset[str]) -> Document:
    unwanted = hidden | {f"extras_{name}" for name in hidden}
    kept = {key: value for key, value in document.items() if key not in unwanted}
    for part in _JSON_PARTS:
        if isinstance(kept.get(part), str):
            kept[part] = json.dumps(_without_keys(json.loads(kept[part]), hidden))
    return kept


def _without_keys(package: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    kept = {key: value for key, value in package.items() if key not in hidden}
    extras = kept.get("extras")
    if isinstance(extras, list):
        pairs = cast("list[dict[str, Any]]", extras)
        kept["extras"] = [pair for pair in pairs if pair.get("key") not in hidden]
    return kept


def _values(value: object, several: bool) -> list[str]:
    if several:
        return checks.as_list(value) or []
    return [value] if isinstance(value, str) and value else []


def _words(name: str, values: list[str]) -> list[str]:
    """The labels of the values in all languages, so that a search for them finds it."""
    vocabulary = fields.vocabulary_of(name)
    if vocabulary is None:
        return values
    return [vocabularies.label(vocabulary, value, lang) for value in values for lang in _LANGUAGES]


def _without_oversized_strings(document: Document) -> Document:
    """Leave out a field's copy as one string if it is too long for Solr.

    CKAN stores each extra twice: as text to search in (``extras_NAME``), and as one string,
    where more than 32,766 bytes make Solr refuse the document. The text stays.
    """
    return {
        key: value
        for key, value in document.items()
        if f"extras_{key}" not in document
        or not isinstance(value, str)
        or len(value.encode("utf-8")) <= checks.LARGEST_BYTES
    }
