"""``/released.atom``: the datasets whose released content changed last, as an Atom feed.

Format: RFC 4287.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from ckanext.indep.catalog import readers
from ckanext.indep.catalog.exporters.registry import Built, catalog_format
from ckanext.indep.catalog.readers import Package, Site

__all__ = ["build"]

PATH = "/released.atom"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_ENTRIES = 50
_NEVER = "1970-01-01T00:00:00"
"""The moment of an empty feed; a feed must name one, and "now" would change it at each build."""


@catalog_format("atom", PATH, "application/atom+xml; charset=utf-8", may_be_empty=True)
def build(packages: Sequence[Package], site: Site) -> Built:
    """The latest datasets, newest first; those of the same moment by their id."""
    latest = sorted(packages, key=lambda package: package["id"])
    latest.sort(key=lambda package: package["metadata_modified"], reverse=True)
    latest = latest[:_ENTRIES]
    feed = ElementTree.Element("feed", xmlns=_NAMESPACE)
    _text(feed, "id", site.url + PATH)
    _text(feed, "title", f"Released data of {site.city}")
    _text(feed, "updated", _moment(latest[0]["metadata_modified"] if latest else _NEVER))
    ElementTree.SubElement(feed, "link", rel="self", href=site.url + PATH)
    _text(ElementTree.SubElement(feed, "author"), "name", site.city)
    for package in latest:
        _entry(feed, package, site)
    return Built(ElementTree.tostring(feed, "utf-8", xml_declaration=True), len(latest))


def _entry(feed: ElementTree.Element, package: Package, site: Site) -> None:
    entry = ElementTree.SubElement(feed, "entry")
    _text(entry, "id", f"{site.url}/dataset/{package['id']}")
    _text(entry, "title", readers.title(package, site))
    _text(entry, "updated", _moment(package["metadata_modified"]))
    ElementTree.SubElement(entry, "link", href=readers.dataset_url(package, site))
    _text(ElementTree.SubElement(entry, "author"), "name", readers.department(package, site))
    _text(entry, "summary", readers.description_3(package, site))


def _text(parent: ElementTree.Element, tag: str, words: str) -> None:
    ElementTree.SubElement(parent, tag).text = words


def _moment(utc: str) -> str:
    """A time of CKAN, which is UTC without saying so, as RFC 3339 to the second."""
    return utc[: len(_NEVER)] + "Z"
