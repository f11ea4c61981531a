"""Typed readers of the settings that exports depend on."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

__all__ = ["city_name", "empty_is_right", "site_id", "site_url"]


def site_url() -> str:
    """Address of the portal, path prefix included, without a slash at its end."""
    root: str = (tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "")
    return str(tk.config["ckan.site_url"]).rstrip("/") + root.rstrip("/")


def site_id() -> str:
    """What keeps portals apart that share one Redis."""
    return str(tk.config["ckan.site_id"])


def city_name() -> str:
    """Name of the city, the publisher above the departments."""
    return str(tk.config["ckanext.indep.city_name"])


def empty_is_right() -> bool:
    """Whether a catalog without any dataset may be handed out."""
    return bool(tk.config["ckanext.indep.catalog.allow_empty"])
