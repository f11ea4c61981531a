"""Template helpers of uploaded tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.tabular import messages

__all__ = [
    "indep_table_heading_change",
    "indep_table_report",
    "indep_table_sentence",
    "indep_table_state_label",
    "indep_table_type_label",
]


def indep_table_report(resource_id: str) -> dict[str, Any] | None:
    """The report of a resource's file, or None where there is none for this visitor."""
    try:
        report = tk.get_action("indep_table_report")({}, {"id": resource_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None
    return report if report["state"] else None


def indep_table_sentence(note: Mapping[str, Any]) -> str:
    """The sentence for one note of a report."""
    return messages.sentence(note)


def indep_table_state_label(state: str) -> str:
    """A report's state in words."""
    return messages.state_label(state)


def indep_table_type_label(kind: str) -> str:
    """A column's type in words."""
    return messages.type_label(kind)


def indep_table_heading_change(change: str) -> str:
    """What was done to a column's name."""
    return messages.heading_change(change)
