"""Template helpers that every page of the portal may use."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import ckan.plugins.toolkit as tk

from ckanext.indep import config, navigation
from ckanext.indep.core_scripts import needs_core_scripts
from ckanext.indep.navigation import MenuItem

__all__ = [
    "indep_city_name",
    "indep_core_scripts",
    "indep_footer_menu",
    "indep_is_sample_city",
    "indep_languages",
    "indep_main_menu",
    "indep_staff_menu",
    "indep_static",
]

_PUBLIC = Path(__file__).parent / "public" / "indep"


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


def indep_footer_menu() -> list[MenuItem]:
    """The menu at the foot of each page."""
    return navigation.footer_menu()


def indep_languages() -> list[dict[str, str | bool]]:
    """The languages of the site: `code`, own name as `label`, `url` of this page, `current`."""
    here = tk.h.current_url()
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


def _own_name(locale_name: str) -> str:
    return {"en": "English", "es": "Español"}.get(locale_name, locale_name)


@lru_cache(maxsize=64)
def _version(path: str) -> str:
    return hashlib.sha256((_PUBLIC / path).read_bytes()).hexdigest()[:8]
