"""The portal's menus, as data. Entries whose page is not installed are left out."""

from __future__ import annotations

from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from flask import current_app
from werkzeug.exceptions import HTTPException

__all__ = ["MenuItem", "footer_menu", "main_menu", "page_exists", "staff_menu"]


@dataclass(frozen=True)
class MenuItem:
    """One link of a menu. `current` is the value of aria-current, empty when not current."""

    label: str
    url: str
    current: str = ""


def main_menu() -> list[MenuItem]:
    """The ways into the portal, in the bar at the top of each page."""
    return _items(
        (tk._("Find data"), "/dataset"),
        (tk._("INsight"), "/insight"),
        (tk._("Departments"), "/organization"),
        (tk._("Inventory"), "/inventory"),
        (tk._("Request data"), "/data-requests"),
        (tk._("Open data policy"), "/open-data-policy"),
    )


def staff_menu() -> list[MenuItem]:
    """The second bar, for signed-in staff."""
    entries = [
        (tk._("My work"), "/work"),
        (tk._("Review queue"), "/review"),
        (tk._("Inbox"), "/inbox"),
        (tk._("Due to be checked"), "/maintenance"),
    ]
    if tk.h.check_access("indep_staff_data_search"):
        entries.append((tk._("Data for staff"), "/staff-data"))
    if tk.h.check_access("indep_event_list"):
        entries.append((tk._("Audit log"), "/audit"))
    if tk.h.check_access("package_create"):
        entries.append((tk._("Add a dataset"), "/dataset/new"))
    if page_exists("/staff-data") and tk.h.check_access("indep_staff_data_search"):
        entries.append((tk._("Data for staff"), "/staff-data"))
    if page_exists("/data-requests") and tk.h.check_access("indep_data_request_queue"):
        entries.append((tk._("Data requests"), "/data-requests/queue"))
    if tk.h.check_access("sysadmin"):
        entries.append((tk._("Site settings"), "/ckan-admin/"))
    return _items(*entries)


def footer_menu() -> list[MenuItem]:
    """Rules, machine-readable copies and help, at the foot of each page."""
    return _items(
        (tk._("About this portal"), "/about"),
        (tk._("Open data policy"), "/open-data-policy"),
        (tk._("Committee"), "/committee"),
        (tk._("Program numbers"), "/open-data-program"),
        (tk._("Whole catalog (data.json)"), "/data.json"),
        (tk._("API"), "/api/3"),
    )


def page_exists(path: str) -> bool:
    """Say whether a route of this site answers `path` (static files do not count)."""
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return endpoint != "static"


def _items(*entries: tuple[str, str]) -> list[MenuItem]:
    here = tk.request.environ.get("CKAN_CURRENT_URL", "").partition("?")[0].rstrip("/")
    return [
        MenuItem(label, tk.h.url_for(path), _current(path, here))
        for label, path in entries
        if page_exists(path)
    ]


def _current(path: str, here: str) -> str:
    if here == path:
        return "page"
    inside = here.startswith(f"{path}/") and not here.endswith("/new")
    return "true" if inside else ""
