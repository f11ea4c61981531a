"""Which of the sample's accounts work for which department."""

from __future__ import annotations

from typing import Any

__all__ = ["members"]


def members(city: dict[str, Any], department: dict[str, Any]) -> list[dict[str, str]]:
    """Return a department's people as CKAN takes them: ``name`` and ``capacity``.

    An account that names its department works there only; the others work for all departments
    but those with people of their own.
    """
    return [
        {"name": account["name"], "capacity": account["capacity"]}
        for account in city["accounts"]
        if "capacity" in account and _works_for(account, department)
    ]


def _works_for(account: dict[str, Any], department: dict[str, Any]) -> bool:
    if "department" in account:
        return account["department"] == department["name"]
    return not department.get("own_people", False)
