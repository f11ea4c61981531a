"""The city's metadata fields → DCAT-US 1.1 and 3.0, one line for each property.

This is the whitelist of what leaves the portal: a field that no line names is not exported.
To map a new field, add a line (and a reader in ``readers.py`` if none fits), or name the
field in `INTERNAL`; ``docs/add-metadata-field.md`` shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.indep.catalog import readers as r
from ckanext.indep.catalog.readers import Json, Package, Site

__all__ = [
    "INTERNAL",
    "INTERNAL_OF_RESOURCES",
    "dcat_us_1_1",
    "dcat_us_3",
    "mapped_fields",
    "mapped_resource_fields",
]


@dataclass(frozen=True)
class Line:
    """One property of an export: its name, the fields it is made of, and its reader."""

    name: str
    fields: tuple[str, ...]
    read: Callable[[Mapping[str, Any], Site], Json]


INTERNAL = frozenset(
    {
        "audience",
        "classification",
        "embargo_until",
        "pii_reviewed",
        "refresh_by",
        "refresh_max_change",
        "refresh_until",
        "retention",
        "steward",
    }
)
"""Fields for the staff; no export may ever name them."""

INTERNAL_OF_RESOURCES = frozenset({"table_key"})
"""The same of files and links."""

DATASET_1_1 = (
    Line("title", ("title",), r.title),
    Line("description", ("notes", "collection_method", "limitations"), r.description_1_1),
    Line("identifier", ("identifier",), r.identifier),
    Line("keyword", ("tag_string",), r.keyword),
    Line("publisher", ("owner_org",), r.publisher_1_1),
    Line("contactPoint", ("contact_name", "contact_email"), r.contact_1_1),
    Line("accessLevel", ("access_level",), r.access_level),
    Line("rights", ("rights",), r.rights),
    Line("license", ("license_id",), r.license_1_1),
    Line("theme", ("theme",), r.theme),
    Line("accrualPeriodicity", ("update_frequency",), r.interval),
    Line("modified", ("modified",), r.modified),
    Line("issued", ("issued",), r.issued),
    Line("temporal", ("temporal_start", "temporal_end"), r.temporal_1_1),
    Line("spatial", ("bbox", "spatial_text"), r.spatial_1_1),
    Line("language", ("language",), r.language),
    Line("landingPage", ("landing_url", "name"), r.landing_page),
    Line("references", ("references",), r.references),
    Line("isPartOf", ("series",), r.is_part_of),
)

DATASET_3 = (
    Line("title", ("title",), r.title),
    Line("description", ("notes", "geographic_unit"), r.description_3),
    Line("identifier", ("identifier",), r.identifier),
    Line("keyword", ("tag_string",), r.keyword),
    Line("publisher", ("owner_org",), r.publisher_3),
    Line("contactPoint", ("contact_name", "contact_email"), r.contact_3),
    Line("accessRights", ("access_level",), r.access_rights),
    Line("rights", ("rights",), r.rights_3),
    Line("theme", ("theme",), r.theme),
    Line("subject", ("strategic_goal",), r.subject),
    Line("accrualPeriodicity", ("update_frequency",), r.interval),
    Line("modified", ("modified",), r.modified),
    Line("issued", ("issued",), r.issued),
    Line("temporal", ("temporal_start", "temporal_end"), r.temporal_3),
    Line("spatial", ("bbox", "spatial_text"), r.spatial_3),
    Line("language", ("language",), r.language_3),
    Line("landingPage", ("landing_url", "name"), r.landing_document),
    Line("page", ("references",), r.reference_documents),
    Line("provenance", ("collection_method",), r.provenance),
    Line("scopeNote", ("limitations",), r.scope_note),
    Line("wasGeneratedBy", ("source_system",), r.was_generated_by),
    Line("inSeries", ("series",), r.in_series),
)

DISTRIBUTION_1_1 = (
    Line("title", ("name",), r.resource_title),
    Line("description", ("description",), r.resource_description),
    Line("downloadURL", ("url",), r.download_url),
    Line("accessURL", ("url",), r.access_url),
    Line("mediaType", ("mimetype", "format"), r.file_media_type),
    Line("format", ("format",), r.resource_format),
    Line("describedBy", ("id",), r.dictionary_url),
    Line("describedByType", ("id",), r.dictionary_type),
)

DISTRIBUTION_3 = (
    Line("title", ("name",), r.resource_title),
    Line("description", ("description",), r.resource_description),
    Line("downloadURL", ("url",), r.download_url),
    Line("accessURL", ("url",), r.access_url),
    Line("mediaType", ("mimetype", "format"), r.file_media_type),
    Line("format", ("format",), r.resource_format),
    Line("byteSize", ("size",), r.byte_size),
    Line("checksum", ("hash",), r.checksum),
    Line("describedBy", ("id",), r.dictionary_3),
)


def dcat_us_1_1(package: Package, site: Site) -> dict[str, Json]:
    """``package`` (as an anonymous ``package_show`` gives it) as a DCAT-US 1.1 dataset.

    Nothing empty is in the result. Whether the schema accepts it is ``validation``'s question.
    """
    record = {"@type": "dcat:Dataset", **_read(DATASET_1_1, package, site)}
    distributions = [
        {"@type": "dcat:Distribution", **_read(DISTRIBUTION_1_1, resource, site)}
        for resource in r.resources(package)
    ]
    return _with_distributions(record, distributions)


def dcat_us_3(package: Package, site: Site) -> dict[str, Json]:
    """``package`` as a DCAT-US 3.0 dataset; the license stands at each distribution."""
    license_url = r.license_url(package, site)
    shared = {"@type": "Distribution"} | ({"license": license_url} if license_url else {})
    record = {
        "@id": r.dataset_url(package, site),
        "@type": "Dataset",
        **_read(DATASET_3, package, site),
    }
    distributions = [
        {**shared, **_read(DISTRIBUTION_3, resource, site)} for resource in r.resources(package)
    ]
    return _with_distributions(record, distributions)


def mapped_fields() -> frozenset[str]:
    """Names of the dataset fields that an export says something of."""
    return _fields((*DATASET_1_1, *DATASET_3))


def mapped_resource_fields() -> frozenset[str]:
    """Names of the resource fields that an export says something of."""
    return _fields((*DISTRIBUTION_1_1, *DISTRIBUTION_3))


def _fields(lines: Iterable[Line]) -> frozenset[str]:
    return frozenset(field for line in lines for field in line.fields)


def _read(lines: Iterable[Line], source: Mapping[str, Any], site: Site) -> dict[str, Json]:
    read = ((line.name, line.read(source, site)) for line in lines)
    return {name: value for name, value in read if value not in ("", [], {}, None)}


def _with_distributions(
    record: dict[str, Json], distributions: list[dict[str, Json]]
) -> dict[str, Json]:
    """``record`` with those distributions that lead somewhere, if any does."""
    useful = [each for each in distributions if "downloadURL" in each or "accessURL" in each]
    return {**record, "distribution": useful} if useful else record
