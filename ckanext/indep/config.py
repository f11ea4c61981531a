"""Typed readers of the settings that `config_declaration.yaml` declares."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

__all__ = ["city_name", "languages", "sample_city"]


def city_name() -> str:
    """Name of the city, as publisher of the catalog and in page texts."""
    return tk.config["ckanext.indep.city_name"]


def sample_city() -> bool:
    """Whether the site holds illustrative data, which it then says on each page."""
    return tk.config["ckanext.indep.sample_city"]


def languages() -> list[str]:
    """Locale names that the header offers, such as `en` and `es`."""
    return tk.config["ckanext.indep.languages"]
