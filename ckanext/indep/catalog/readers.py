"""Readers: what one property of an export says, from a package as ``package_show`` gives it.

Each takes the package (or a resource) and the `Site` and returns a JSON value; an empty one
means that the property is left out. Pure: neither CKAN nor a database is asked.
"""

# pyright: strict
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.indep.catalog import values

__all__ = ["TABLE_SCHEMA_TYPE", "Json", "Package", "Resource", "Site", "resources"]

Package = Mapping[str, Any]
Resource = Mapping[str, Any]
Json = Any

TABLE_SCHEMA_TYPE = "application/vnd.tableschema+json"

DESCRIPTION_LIMIT = 10_000
"""Characters of a description in DCAT-US 1.1."""

ACCESS_RIGHTS = {
    "public": "public",
    "restricted public": "restricted",
    "non-public": "not public",
}
"""Terms of ``access_level`` in the words of DCAT-US 3.0, whose description of ``accessRights``
names "publicly accessible, restricted, or not public"."""

MEDIA_TYPES = {
    "CSV": "text/csv",
    "TSV": "text/tab-separated-values",
    "TXT": "text/plain",
    "JSON": "application/json",
    "GEOJSON": "application/geo+json",
    "XML": "application/xml",
    "KML": "application/vnd.google-earth.kml+xml",
    "KMZ": "application/vnd.google-earth.kmz",
    "PDF": "application/pdf",
    "ZIP": "application/zip",
    "SHP": "application/zip",
    "XLS": "application/vnd.ms-excel",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ODS": "application/vnd.oasis.opendocument.spreadsheet",
    "DOCX": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "PARQUET": "application/vnd.apache.parquet",
}
"""Media type of a file whose record names a format only (IANA's registry)."""


@dataclass(frozen=True)
class Site:
    """What an export needs to know of the portal, read once for all packages."""

    url: str
    """Address of the portal without a slash at its end."""
    city: str
    labels: Mapping[str, Mapping[str, str]]
    """Vocabulary → term → label."""
    licenses: Mapping[str, str]
    """Id of a license → its URL."""
    departments: Mapping[str, str]
    """Id of an organization → its title, as it is now."""
    titles: Mapping[str, str]
    """Identifier of a public dataset → its title, to name the members of a series."""


def text(package: Mapping[str, Any], field: str) -> str:
    """A field as one line of text; ``""`` if it is absent or not text."""
    value = package.get(field)
    return values.one_line(value) if isinstance(value, str) else ""


def terms(package: Mapping[str, Any], field: str) -> list[str]:
    """A field of several values, each once, in their order; a text is split at line ends."""
    value: Any = package.get(field) or []
    parts: Iterable[object] = value.splitlines() if isinstance(value, str) else value
    cleaned = (values.one_line(str(part)) for part in parts)
    return list(dict.fromkeys(part for part in cleaned if part))


def resources(package: Package) -> list[Resource]:
    """The resources in their order."""
    found: list[Resource] | None = package.get("resources")
    return found or []


def _label(site: Site, vocabulary: str, term: str) -> str:
    return site.labels.get(vocabulary, {}).get(term, term)


# --- shared by both versions ---------------------------------------------------------------


def title(package: Package, site: Site) -> Json:
    return text(package, "title")


def identifier(package: Package, site: Site) -> Json:
    return text(package, "identifier")


def keyword(package: Package, site: Site) -> Json:
    """The tags in alphabetical order, so that the record is the same at each build."""
    tags: list[Mapping[str, Any]] = package.get("tags") or []
    return sorted({text(tag, "name") for tag in tags} - {""})


def theme(package: Package, site: Site) -> Json:
    return [_label(site, "theme", term) for term in terms(package, "theme")]


def issued(package: Package, site: Site) -> Json:
    return values.iso_date(text(package, "issued"))


def modified(package: Package, site: Site) -> Json:
    """The day of the data's last change, never the day of the export.

    Without such a field it is the day of the newest file, and failing that the day on which
    the record was made: neither moves unless the data do.
    """
    newest_file = max(
        (
            values.iso_date(text(resource, "last_modified") or text(resource, "created"))
            for resource in resources(package)
        ),
        default="",
    )
    return (
        values.iso_date(text(package, "modified"))
        or newest_file
        or values.iso_date(text(package, "metadata_created"))
    )


def interval(package: Package, site: Site) -> Json:
    """How often the data change. The vocabulary's terms are ISO 8601 repeating intervals."""
    term = text(package, "update_frequency")
    return term if term in site.labels.get("update_frequency", {}) else ""


def language(package: Package, site: Site) -> Json:
    return terms(package, "language")


def dataset_url(package: Package, site: Site) -> str:
    """Address of the dataset's page in the portal."""
    return f"{site.url}/dataset/{package['name']}"


def landing_page(package: Package, site: Site) -> Json:
    return values.absolute_url(text(package, "landing_url")) or dataset_url(package, site)


def references(package: Package, site: Site) -> Json:
    urls = (values.absolute_url(url) for url in terms(package, "references"))
    return list(dict.fromkeys(url for url in urls if url))


def rights(package: Package, site: Site) -> Json:
    return values.plain_text(text(package, "rights"))


def license_url(package: Package, site: Site) -> str:
    return values.absolute_url(site.licenses.get(text(package, "license_id"), ""))


def department(package: Package, site: Site) -> str:
    organization: Mapping[str, Any] = package.get("organization") or {}
    current = site.departments.get(str(package.get("owner_org") or ""), "")
    return values.one_line(current) or text(organization, "title")


def _notes(package: Package) -> str:
    value = package.get("notes")
    return values.plain_text(value) if isinstance(value, str) else ""


def _statement(package: Package, field: str) -> str:
    value = package.get(field)
    return values.plain_text(value) if isinstance(value, str) else ""


# --- DCAT-US 1.1 ---------------------------------------------------------------------------


def description_1_1(package: Package, site: Site) -> Json:
    """The notes, then how the data are made and what they cannot tell, as far as they fit."""
    notes = _notes(package)
    if not notes:
        return ""
    parts = [notes]
    for heading, field in (
        ("How the data are collected", "collection_method"),
        ("Limitations", "limitations"),
    ):
        statement = _statement(package, field)
        if statement:
            parts.append(f"{heading}: {statement}")
    return values.shorten("\n\n".join(parts), DESCRIPTION_LIMIT)


def publisher_1_1(package: Package, site: Site) -> Json:
    name = department(package, site)
    if not name:
        return {}
    city = {"@type": "org:Organization", "name": site.city}
    return {"@type": "org:Organization", "name": name, "subOrganizationOf": city}


def contact_1_1(package: Package, site: Site) -> Json:
    return _contact(package, "vcard:Contact")


def _contact(package: Package, type_: str) -> Json:
    name, email = text(package, "contact_name"), values.mailto(text(package, "contact_email"))
    return {"@type": type_, "fn": name, "hasEmail": email} if name and email else {}


def access_level(package: Package, site: Site) -> Json:
    return text(package, "access_level")


def license_1_1(package: Package, site: Site) -> Json:
    return license_url(package, site)


def _period(package: Package) -> tuple[str, str] | None:
    start = values.iso_date(text(package, "temporal_start"))
    end = values.iso_date(text(package, "temporal_end"))
    return (start, end) if start and end and start <= end else None


def temporal_1_1(package: Package, site: Site) -> Json:
    period = _period(package)
    return "/".join(period) if period else ""


def _degrees(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def spatial_1_1(package: Package, site: Site) -> Json:
    """``w,s,e,n`` text; the name of the place where there is no box."""
    box = values.bounding_box(text(package, "bbox"))
    return ",".join(map(_degrees, box)) if box else text(package, "spatial_text")


def is_part_of(package: Package, site: Site) -> Json:
    return text(package, "series")


# --- DCAT-US 3.0 ---------------------------------------------------------------------------


def description_3(package: Package, site: Site) -> Json:
    """The notes, then the smallest area that the data tell apart."""
    notes = _notes(package)
    unit = text(package, "geographic_unit")
    if not notes or not unit:
        return notes
    return f"{notes}\n\nGeographic unit: {_label(site, 'geographic_unit', unit)}"


def publisher_3(package: Package, site: Site) -> Json:
    name = department(package, site)
    if not name:
        return {}
    city = {"@type": "Organization", "name": site.city}
    return {"@type": "Organization", "name": name, "subOrganizationOf": [city]}


def contact_3(package: Package, site: Site) -> Json:
    return _contact(package, "Kind")


def access_rights(package: Package, site: Site) -> Json:
    return ACCESS_RIGHTS.get(text(package, "access_level"), "")


def rights_3(package: Package, site: Site) -> Json:
    statement = rights(package, site)
    return [statement] if statement else []


def subject(package: Package, site: Site) -> Json:
    goal = text(package, "strategic_goal")
    return [_label(site, "strategic_goal", goal)] if goal else []


def temporal_3(package: Package, site: Site) -> Json:
    period = _period(package)
    if not period:
        return []
    return [{"@type": "PeriodOfTime", "startDate": period[0], "endDate": period[1]}]


def spatial_3(package: Package, site: Site) -> Json:
    box = values.bounding_box(text(package, "bbox"))
    place = text(package, "spatial_text")
    location: dict[str, Json] = {"@type": "Location"}
    if place:
        location["prefLabel"] = place
    if box:
        west, south, east, north = box
        corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        location["bbox"] = {"type": "Polygon", "coordinates": [corners]}
    return [location] if len(location) > 1 else []


def landing_document(package: Package, site: Site) -> Json:
    return _document(text(package, "title"), landing_page(package, site))


def reference_documents(package: Package, site: Site) -> Json:
    return [_document(url, url) for url in references(package, site)]


def _document(name: str, url: str) -> Json:
    return {"@type": "Document", "title": name, "accessURL": url} if name else {}


def language_3(package: Package, site: Site) -> Json:
    """Two-letter codes; DCAT-US 3.0 knows no regional variants."""
    codes = (term.split("-", 1)[0] for term in language(package, site))
    return list(dict.fromkeys(code for code in codes if len(code) == len("en")))


def provenance(package: Package, site: Site) -> Json:
    statement = _statement(package, "collection_method")
    return [statement] if statement else []


def scope_note(package: Package, site: Site) -> Json:
    return _statement(package, "limitations")


def was_generated_by(package: Package, site: Site) -> Json:
    system = text(package, "source_system")
    if not system:
        return []
    return [{"@type": "Activity", "label": _label(site, "source_system", system)}]


def in_series(package: Package, site: Site) -> Json:
    """The series by its identifier. Its title is that of the dataset which has this identifier."""
    series = text(package, "series")
    if not series:
        return []
    name = site.titles.get(series, series)
    return [{"@type": "DatasetSeries", "title": name, "description": f"Series: {name}"}]


# --- distributions -------------------------------------------------------------------------


def resource_title(resource: Resource, site: Site) -> Json:
    return text(resource, "name")


def resource_description(resource: Resource, site: Site) -> Json:
    return values.shorten(_statement(resource, "description"), DESCRIPTION_LIMIT)


def resource_format(resource: Resource, site: Site) -> Json:
    return text(resource, "format")


def _is_stored_here(resource: Resource) -> bool:
    return bool(resource.get("url_type"))


def file_media_type(resource: Resource, site: Site) -> Json:
    """Media type of what the URL gives, or ``""`` where it is a page and not a file.

    A file stored here without a type is known by its format; of a link nothing is guessed.
    """
    declared = values.media_type(text(resource, "mimetype"))
    if _is_stored_here(resource):
        return declared or MEDIA_TYPES.get(text(resource, "format").upper(), "")
    return "" if declared in {"text/html", "application/xhtml+xml"} else declared


def download_url(resource: Resource, site: Site) -> Json:
    return _url(resource) if file_media_type(resource, site) else ""


def access_url(resource: Resource, site: Site) -> Json:
    """The URL of what is no plain download: a page, a service, a file of unknown type."""
    return "" if file_media_type(resource, site) else _url(resource)


def _url(resource: Resource) -> str:
    return values.absolute_url(text(resource, "url"))


def dictionary_url(resource: Resource, site: Site) -> Json:
    """Address of the Table Schema, which exists for what is in the DataStore."""
    if resource.get("datastore_active") is not True:
        return ""
    return f"{site.url}/dataset/{resource['package_id']}/resource/{resource['id']}/schema.json"


def dictionary_type(resource: Resource, site: Site) -> Json:
    return TABLE_SCHEMA_TYPE if dictionary_url(resource, site) else ""


def dictionary_3(resource: Resource, site: Site) -> Json:
    url = dictionary_url(resource, site)
    if not url:
        return {}
    return {
        "@type": "Distribution",
        "title": "Data dictionary",
        "downloadURL": url,
        "mediaType": dictionary_type(resource, site),
    }


def byte_size(resource: Resource, site: Site) -> Json:
    size = resource.get("size")
    return str(size) if isinstance(size, int) and size > 0 else ""


def checksum(resource: Resource, site: Site) -> Json:
    """The SHA-256 of the file, which CKAN's uploader or governance's store keeps in ``hash``."""
    digest = text(resource, "hash").removeprefix("sha256:").lower()
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        return {}
    return {"@type": "Checksum", "algorithm": "SHA-256", "checksumValue": digest}
