"""A measure as a view of a file: any dataset's page can show the figures that go with it.

Which measure is shown is part of the dataset's revision, and reviewed and released with it; its
figures are those that are published when the page is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.insight import listing, steady
from ckanext.indep.insight.summary import runs

__all__ = ["NAME", "choices", "info", "shown"]

NAME = "indep_measure"
RECENT = 8
"""How many rows the table has; the measure's page has all."""


def info() -> dict[str, Any]:
    """What CKAN is told about this kind of view."""
    return {
        "name": NAME,
        "title": tk._("INsight measure"),
        "icon": "chart-line",
        "schema": {"measure": [tk.get_validator("not_empty"), _public_measure]},
        "iframed": False,
        "always_available": True,
        "default_title": tk._("How the city does"),
    }


def shown(view: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of a view needs; no summary if the measure is public no longer."""
    try:
        measure = listing.public_measure(str(view.get("measure") or ""))
        _version, summary = steady.read(lambda: listing.summary_of(measure))
    except tk.ObjectNotFound:
        return {"summary": None, "rows": []}
    return {"summary": summary, "rows": runs(summary.lines[::-1])[:RECENT]}


def choices() -> list[dict[str, str]]:
    """The measures that can be shown, by title, as options of a form."""
    found = sorted(listing.definitions(), key=lambda one: one.title.lower())
    return [{"value": one.name, "text": one.title} for one in found]


def _public_measure(value: Any) -> str:
    """Validate the name or id of a measure; it is kept as its name."""
    try:
        return listing.public_measure(str(value)).name
    except tk.ObjectNotFound as error:
        raise tk.Invalid(tk._("There is no public measure of this name.")) from error
