"""The portal's menus, as data. Entries whose page is not installed are left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import ckan.plugins.toolkit as tk
from flask import current_app
from werkzeug.exceptions import HTTPException

__all__ = [
    "MenuGroup",
    "MenuItem",
    "footer_menu",
    "main_menu",
    "page_exists",
    "staff_groups",
    "staff_menu",
]

REPORTS = "package_create indep_reporting_list"
"""Who has to do with figures: departments, and the performance office."""


@dataclass(frozen=True)
class MenuItem:
    """One link of a menu.

    `current` is the value of aria-current, empty when not current; `count` is what waits there.
    """

    label: str
    url: str
    current: str = ""
    count: int = 0


@dataclass(frozen=True)
class MenuGroup:
    """Links that belong together, under a title."""

    title: str
    entries: list[MenuItem]


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
    """What staff need each day, in the second bar."""
    inbox = _items((tk._("Inbox"), "/inbox"))
    return [
        *_items((tk._("My work"), "/work"), (tk._("Review queue"), "/review")),
        *(replace(item, count=tk.h.indep_unread_messages()) for item in inbox),
    ]


def staff_groups() -> list[MenuGroup]:
    """Everything else for staff, in groups; only what the reader may use."""
    groups = (
        (
            tk._("Your data"),
            (
                (tk._("Add a dataset"), "/dataset/new", "package_create"),
                (tk._("Add a measure"), "/measure/new", "package_create"),
                (tk._("Due to be checked"), "/maintenance", ""),
                (tk._("Data for staff"), "/staff-data", "indep_staff_data_search"),
                (tk._("Data requests"), "/data-requests/queue", "indep_data_request_queue"),
            ),
        ),
        (
            tk._("INsight"),
            (
                (tk._("Reporting"), "/insight/staff", REPORTS),
                (tk._("Targets and baselines"), "/insight/staff/targets", REPORTS),
                (tk._("Upload a history"), "/insight/staff/history", "package_create"),
                (tk._("Performance meetings"), "/insight/staff/meetings", REPORTS),
            ),
        ),
        (
            tk._("Committee"),
            (
                (tk._("Meetings"), "/committee", "indep_ratification_list"),
                (tk._("Ratifications"), "/ratifications", "indep_ratification_list"),
                (tk._("Delegations"), "/delegations", "indep_delegation_list"),
                (tk._("Appointments"), "/appointments", "indep_event_list"),
            ),
        ),
        (
            tk._("Oversight"),
            (
                (tk._("Audit log"), "/audit", "indep_event_list"),
                (tk._("Site settings"), "/ckan-admin/", "sysadmin"),
            ),
        ),
    )
    offered = [MenuGroup(title, _allowed(entries)) for title, entries in groups]
    return [group for group in offered if group.entries]


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


def _allowed(entries: Iterable[tuple[str, str, str]]) -> list[MenuItem]:
    """Return the (label, path, permissions) entries whose page is there and open to the reader.

    Of several permissions one is enough; without any the page is open to all staff.
    """
    return [
        item
        for label, path, permissions in entries
        for item in _items((label, path))
        if not permissions or any(tk.h.check_access(one) for one in permissions.split())
    ]


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
