"""Template helpers that every page of the portal may use."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import ckan.plugins.toolkit as tk
from babel.dates import format_date
from ckan.lib.search import SearchError, SolrConnectionError

from ckanext.indep import city_time, config, downloads, freshness, navigation, preview
from ckanext.indep.core_scripts import needs_core_scripts
from ckanext.indep.navigation import MenuGroup, MenuItem
from ckanext.indep.schema import vocabularies

__all__ = [
    "indep_city_name",
    "indep_core_scripts",
    "indep_date",
    "indep_downloads",
    "indep_footer_menu",
    "indep_freshness",
    "indep_is_sample_city",
    "indep_languages",
    "indep_license_url",
    "indep_main_menu",
    "indep_measures_from",
    "indep_package_url",
    "indep_page_exists",
    "indep_preview",
    "indep_staff_groups",
    "indep_staff_menu",
    "indep_static",
    "indep_term",
]

_PUBLIC = Path(__file__).parent / "public" / "indep"
_TOKENS = frozenset({"access_token", "api_key", "apikey", "token"})


def indep_city_name() -> str:
    """Name of the city that publishes."""
    return config.city_name()


def indep_is_sample_city() -> bool:
    """Whether this site shows illustrative data, which each page then says."""
    return config.sample_city()


def indep_core_scripts() -> bool:
    """Whether the page being rendered loads CKAN's own bundles."""
    return needs_core_scripts(tk.request.endpoint, tk.current_user.is_authenticated)


def indep_static(path: str) -> str:
    """Address of a file below `public/indep/`, with a version that changes with its content."""
    return tk.h.url_for_static(f"/indep/{path}", v=_version(path))


def indep_main_menu() -> list[MenuItem]:
    """The main menu of this site."""
    return navigation.main_menu()


def indep_staff_menu() -> list[MenuItem]:
    """The staff menu of this site."""
    return navigation.staff_menu()


def indep_staff_groups() -> list[MenuGroup]:
    """The rest of the staff menu, in groups."""
    return navigation.staff_groups()


def indep_footer_menu() -> list[MenuItem]:
    """The menu at the foot of each page."""
    return navigation.footer_menu()


def indep_languages() -> list[dict[str, str | bool]]:
    """The languages of the site: `code`, own name as `label`, `url` of this page, `current`."""
    here = _without_tokens(tk.h.current_url())
    spoken = tk.h.lang()
    return [
        {
            "code": tk.h.unix_locale_to_bcp47(name),
            "label": _own_name(name),
            "url": tk.h.url_for(here, locale=name),
            "current": name == spoken,
        }
        for name in config.languages()
    ]


def indep_page_exists(path: str) -> bool:
    """Whether a route of this site answers `path`."""
    return navigation.page_exists(path)


def indep_term(vocabulary: str, value: str) -> str:
    """The words for a term of a controlled vocabulary, in the visitor's language."""
    return vocabularies.label(vocabulary, value, _language())


def indep_license_url(license_id: str) -> str | None:
    """Where the text of a license is, or None."""
    return vocabularies.url("license", license_id)


def indep_date(value: str | date | None) -> str:
    """A date in words, such as March 3, 2026; empty when `value` is not a date."""
    day = _day(value)
    return format_date(day, format="long", locale=_language()) if day else ""


def indep_freshness(package: dict[str, Any]) -> freshness.Freshness | None:
    """How the data of a package stands against its promised update frequency."""
    updated = _day(package.get("modified")) or _day(package.get("metadata_modified"))
    if updated is None:
        return None
    return freshness.assess(updated, package.get("update_frequency") or "", city_time.today())


def indep_preview(resource: dict[str, Any]) -> preview.Preview | None:
    """The first rows and the columns of a resource's table, or None."""
    return preview.read_preview(resource)


def indep_downloads(resource: dict[str, Any]) -> list[downloads.Download]:
    """The ways to download a resource."""
    return downloads.file_downloads(resource)


def indep_package_url(package: dict[str, Any]) -> str:
    """Where residents read a package: measures on INsight, the rest on its own page."""
    if package["type"] == "measure" and navigation.page_exists("/insight/measure/x"):
        return tk.h.url_for(f"/insight/measure/{package['name']}")
    return tk.h.url_for(f"{package['type']}.read", id=package["name"])


def indep_measures_from(package: dict[str, Any]) -> list[dict[str, Any]]:
    """The measures that are computed from a dataset, as far as the visitor may see them."""
    names = (package["name"], package["id"])
    fq = "+dataset_type:measure +linked_dataset:({})".format(" OR ".join(f'"{n}"' for n in names))
    try:
        return tk.get_action("package_search")({}, {"fq": fq, "rows": 50})["results"]
    except (SearchError, SolrConnectionError):
        return []


def _language() -> str:
    return (tk.h.lang() or "en").partition("_")[0]


def _day(value: str | date | None) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat((value or "")[:10])
    except ValueError:
        return None


def _without_tokens(address: str) -> str:
    """The address without what somebody took for a place to sign in: no page repeats that."""
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    told = [(name, value) for name, value in pairs if name.lower() not in _TOKENS]
    return address if told == pairs else parts._replace(query=urlencode(told)).geturl()


def _own_name(locale_name: str) -> str:
    return {"en": "English", "es": "Español"}.get(locale_name, locale_name)


@lru_cache(maxsize=64)
def _version(path: str) -> str:
    return hashlib.sha256((_PUBLIC / path).read_bytes()).hexdigest()[:8]
