"""What is written down of the sample city, as the loader reads it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = [
    "FOLDER",
    "charts",
    "checklist",
    "city",
    "dataset",
    "inventory",
    "measure",
    "performance_meetings",
    "steps",
]

FOLDER = Path(__file__).parent
EXACT = {"point": "exact address or point", "block": "block", "zip-code": "ZIP code"}
"""What the checklist calls the place that one row stands for."""

OWN_KEYS = frozenset({"about", "file_name"})


@cache
def city() -> dict[str, Any]:
    """Departments and accounts."""
    return _read("city.yaml")


def checklist() -> dict[str, str]:
    """What the steward answers to the policy's checklist."""
    return _read("datasets.yaml")["checklist"]


def charts() -> dict[str, dict[str, Any]]:
    """The suggested charts: the one that is ``accepted`` and the one that is ``waiting``."""
    return _read("insight.yaml")


def dataset(name: str) -> dict[str, Any]:
    """A dataset: its fields, the name of its `file`, the file's `resource`, and the `checklist`.

    One of INsight's figures has `links` instead: resources with the name of a `table`.
    """
    described = _read("datasets.yaml")
    entry = {**described["common"], **described["datasets"][name]}
    titles = {department["name"]: department["title"] for department in city()["departments"]}
    department = titles[entry["owner_org"]]
    place = str(entry.get("geographic_unit"))
    described_as = f"{entry.get('about')}\n\n{described['notice']}"
    return {
        "notes": described_as,
        "contact_name": department,
        "contact_email": f"{entry['owner_org']}@example.org",
        "steward": f"Data steward of {department}",
        "checklist": {**checklist(), "geography": EXACT.get(place, "none")},
        "resource": {"name": entry.get("file_name", ""), "format": "CSV"},
        **{key: value for key, value in entry.items() if key not in OWN_KEYS},
        "name": name,
    }


def measure(package: dict[str, Any]) -> dict[str, Any]:
    """A measure of measures.py with what only staff see of it, and the `checklist`."""
    return {
        "classification": "public",
        "retention": "Permanent",
        "checklist": checklist(),
        **package,
    }


def inventory() -> dict[str, Any]:
    """What the departments hold, as ``holdings``, and what residents ask for, as ``requests``."""
    return _read("inventory.yaml")


def performance_meetings() -> list[dict[str, Any]]:
    """The performance meetings, with what was agreed in those that were held."""
    return _read("meetings.yaml")


def steps() -> list[dict[str, Any]]:
    """What happened in the city until today."""
    return _read("history.yaml")["steps"]


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))
