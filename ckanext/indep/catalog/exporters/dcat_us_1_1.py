"""``/data.json``: DCAT-US 1.1, what data.gov harvests."""

from __future__ import annotations

from collections.abc import Sequence

from ckanext.indep.catalog.exporters.registry import Built, catalog_format, json_bytes
from ckanext.indep.catalog.mapping import dcat_us_1_1
from ckanext.indep.catalog.readers import Package, Site
from ckanext.indep.catalog.records import accepted
from ckanext.indep.catalog.validation import DCAT_US_1_1, validator

__all__ = ["build"]

PATH = "/data.json"
_STANDARD = "https://project-open-data.cio.gov/v1.1/schema"


@catalog_format("dcat_us_1_1", PATH, "application/json; charset=utf-8")
def build(packages: Sequence[Package], site: Site) -> Built:
    """All datasets in one document, for a harvester that reads one and knows no pages."""
    records, refusals = accepted(packages, site, dcat_us_1_1, validator(DCAT_US_1_1))
    document = {
        "@context": f"{_STANDARD}/catalog.jsonld",
        "@id": site.url + PATH,
        "@type": "dcat:Catalog",
        "conformsTo": _STANDARD,
        "describedBy": f"{_STANDARD}/catalog.json",
        "dataset": records,
    }
    return Built(json_bytes(document), len(records), refusals)
