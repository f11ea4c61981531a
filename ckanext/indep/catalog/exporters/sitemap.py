"""``/sitemap.xml``: the pages of the public datasets, for search engines.

Format: https://www.sitemaps.org/protocol.html (at most 50,000 addresses in a file).
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from ckanext.indep.catalog import readers
from ckanext.indep.catalog.exporters.registry import Built, catalog_format
from ckanext.indep.catalog.readers import Package, Site

__all__ = ["build"]

PATH = "/sitemap.xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LIMIT = 50_000
_FIXED = ("/", "/dataset/", "/organization/")


@catalog_format("sitemap", PATH, "application/xml; charset=utf-8", may_be_empty=True)
def build(packages: Sequence[Package], site: Site) -> Built:
    """The portal's entrances, then each dataset with the day of its record's last change."""
    root = ElementTree.Element("urlset", xmlns=_NAMESPACE)
    for path in _FIXED:
        ElementTree.SubElement(ElementTree.SubElement(root, "url"), "loc").text = site.url + path
    listed = packages[: _LIMIT - len(_FIXED)]
    for package in listed:
        entry = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(entry, "loc").text = readers.dataset_url(package, site)
        ElementTree.SubElement(entry, "lastmod").text = package["metadata_modified"][:10]
    return Built(ElementTree.tostring(root, "utf-8", xml_declaration=True), len(listed))
