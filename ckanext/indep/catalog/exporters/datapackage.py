"""``/dataset/<name>/datapackage.json``: a Data Package of one dataset, with its dictionary.

Layout: https://datapackage.org/standard/data-package/ (version 2).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.indep.catalog import readers, values
from ckanext.indep.catalog.exporters.registry import Tables, dataset_format, json_bytes
from ckanext.indep.catalog.readers import Package, Resource, Site
from ckanext.indep.catalog.table_schema import table_schema

__all__ = ["build"]

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


@dataset_format(
    "datapackage", "/dataset/<name>/datapackage.json", "application/json; charset=utf-8"
)
def build(package: Package, tables: Tables, site: Site) -> bytes:
    """The dataset as a Data Package; its files are named by their addresses."""
    document = {
        "$schema": _PROFILE,
        "name": package["name"],
        "id": readers.identifier(package, site),
        "title": readers.title(package, site),
        "description": readers.description_3(package, site),
        "homepage": readers.landing_page(package, site),
        "keywords": readers.keyword(package, site),
        "licenses": _licenses(package, site),
        "contributors": _contributors(package, site),
        "resources": list(_resources(package, tables, site)),
    }
    return json_bytes({key: value for key, value in document.items() if value not in ("", [])})


def _licenses(package: Package, site: Site) -> list[dict[str, str]]:
    url = readers.license_url(package, site)
    if not url:
        return []
    name = readers.text(package, "license_id")
    return [{"path": url, "title": site.labels.get("license", {}).get(name, name)}]


def _contributors(package: Package, site: Site) -> list[dict[str, Any]]:
    """The department as publisher and the contact as it is published elsewhere too."""
    department = readers.department(package, site)
    publisher = [{"title": department, "organization": site.city, "roles": ["publisher"]}]
    contact = readers.contact_1_1(package, site)
    contacts = (
        [
            {
                "title": contact["fn"],
                "email": contact["hasEmail"].removeprefix("mailto:"),
                "roles": ["contact"],
            }
        ]
        if contact
        else []
    )
    return (publisher if department else []) + contacts


def _resources(package: Package, tables: Tables, site: Site) -> Iterable[dict[str, Any]]:
    for resource in readers.resources(package):
        url = values.absolute_url(readers.text(resource, "url"))
        if url:
            yield _resource(resource, url, tables, site)


def _resource(resource: Resource, url: str, tables: Tables, site: Site) -> dict[str, Any]:
    checksum = readers.checksum(resource, site)
    size = readers.byte_size(resource, site)
    fields = tables.get(resource["id"])
    described: dict[str, Any] = {
        "name": resource["id"],
        "path": url,
        "title": readers.resource_title(resource, site),
        "description": readers.resource_description(resource, site),
        "format": readers.resource_format(resource, site).lower(),
        "mediatype": readers.file_media_type(resource, site),
        "bytes": int(size) if size else "",
        "hash": f"sha256:{checksum['checksumValue']}" if checksum else "",
        "schema": table_schema(fields) if fields else "",
        "type": "table" if fields else "",
    }
    return {key: value for key, value in described.items() if value != ""}
