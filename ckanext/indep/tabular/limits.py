"""The settings of table loading, typed."""

from __future__ import annotations

from dataclasses import dataclass

import ckan.plugins.toolkit as tk

__all__ = ["Limits", "configured"]


@dataclass(frozen=True)
class Limits:
    """What a file may ask for; sizes in bytes, ``bad_percent`` from 0 to 100."""

    bytes: int = 200 * 1024 * 1024
    rows: int = 2_000_000
    columns: int = 400
    bad_percent: int = 5


def configured() -> Limits:
    """The limits of this portal."""
    return Limits(
        bytes=tk.config["ckanext.indep.table_max_bytes"],
        rows=tk.config["ckanext.indep.table_max_rows"],
        columns=tk.config["ckanext.indep.table_max_columns"],
        bad_percent=tk.config["ckanext.indep.table_max_bad_percent"],
    )
