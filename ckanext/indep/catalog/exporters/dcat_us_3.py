"""``/dcat-us-3.json``: DCAT-US 3.0."""

from __future__ import annotations

from collections.abc import Sequence

from ckanext.indep.catalog.exporters.registry import Built, catalog_format, json_bytes
from ckanext.indep.catalog.mapping import dcat_us_3
from ckanext.indep.catalog.readers import Package, Site
from ckanext.indep.catalog.records import accepted
from ckanext.indep.catalog.validation import DCAT_US_3, validator

__all__ = ["build"]

PATH = "/dcat-us-3.json"


@catalog_format("dcat_us_3", PATH, "application/json; charset=utf-8")
def build(packages: Sequence[Package], site: Site) -> Built:
    """All datasets in one document of DCAT-US 3.0."""
    records, refusals = accepted(packages, site, dcat_us_3, validator(DCAT_US_3))
    document = {
        "@id": site.url + PATH,
        "@type": "Catalog",
        "title": f"Open data of {site.city}",
        "publisher": {"@type": "Agent", "name": site.city},
        "conformsTo": {"@type": "Standard", "title": "DCAT-US 3.0"},
        "homepage": {"@type": "Document", "title": site.city, "accessURL": site.url + "/"},
        "dataset": records,
    }
    return Built(json_bytes(document), len(records), refusals)
