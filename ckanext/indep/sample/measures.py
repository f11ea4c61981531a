"""The sample's measures: definitions from measures.yaml, figures from observations.csv."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import yaml

__all__ = ["baselines", "declared", "histories", "packages"]

_FOLDER = Path(__file__).parent
_OWN_KEYS = frozenset(
    {"about", "why", "goal", "illustration", "illustrative", "comments", "targets", "baseline"}
)


@cache
def _document() -> dict[str, Any]:
    return yaml.safe_load((_FOLDER / "measures.yaml").read_text(encoding="utf-8"))


def declared() -> list[dict[str, Any]]:
    """The entries of measures.yaml with the defaults filled in."""
    document = _document()
    return [{**document["defaults"], **entry} for entry in document["measures"]]


def packages() -> list[dict[str, Any]]:
    """The measures as packages of type ``measure``; ``owner_org`` is a department's name."""
    notice = _document()["notes"]
    return [
        {
            **{key: value for key, value in entry.items() if key not in _OWN_KEYS},
            "type": "measure",
            "notes": f"{entry['about']}\n\n{notice}",
            "why_it_matters": entry["why"],
            "strategic_goal": entry["goal"],
            "precision": str(entry["precision"]),
            "minimum_denominator": str(entry.get("minimum_denominator", "")),
            "contact_name": "INsight team",
            "tag_string": "performance,illustrative",
        }
        for entry in declared()
    ]


def histories() -> dict[str, list[dict[str, str]]]:
    """Rows for ``insight.service.load_history`` by the measure's name."""
    found: dict[str, list[dict[str, str]]] = {entry["name"]: [] for entry in declared()}
    with (_FOLDER / "observations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row.pop("measure")].append(row)
    return found


def baselines() -> dict[str, dict[str, str]]:
    """Measures whose baseline is being set, by name: ``first``, ``last``, ``reason``."""
    return {entry["name"]: entry["baseline"] for entry in declared() if "baseline" in entry}
