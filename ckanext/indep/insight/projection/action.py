"""Reading the tables of published figures through CKAN's own actions."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from ckanext.datastore.backend.postgres import get_read_engine

from ckanext.indep import own_tables
from ckanext.indep.insight.projection import service
from ckanext.indep.spreadsheet import safe_cell

__all__ = ["datastore_search"]

_DIALECTS = {"csv": "excel", "tsv": "excel-tab"}


@tk.side_effect_free
@tk.chained_action
def datastore_search(next_action: Any, context: Context, data_dict: dict[str, Any]) -> Any:
    """CKAN's datastore_search; figures as CSV or TSV are safe to open in a spreadsheet.

    CKAN's downloads of tables are made of such rows. In what was uploaded and released nothing is
    changed; the comments on figures are the portal's own.
    """
    found = next_action(context, data_dict)
    dialect = _DIALECTS.get(str(found.get("records_format")))
    if dialect and _is_of_figures(found["resource_id"]):
        texts = {
            position
            for position, field in enumerate(found["fields"])
            if field.get("type") == "text"
        }
        found["records"] = _safe(found["records"], dialect, texts)
    return found


def _is_of_figures(resource_id: str) -> bool:
    with get_read_engine().connect() as connection:
        note = own_tables.note(connection, resource_id)
    return note is not None and note.startswith(service.NOTE)


def _safe(records: str, dialect: str, texts: Collection[int]) -> str:
    """The same rows with the cells of some columns made safe."""
    out = io.StringIO()
    writer = csv.writer(out, dialect, lineterminator="\n")
    for row in csv.reader(io.StringIO(records, newline=""), dialect):
        writer.writerow([safe_cell(cell) if at in texts else cell for at, cell in enumerate(row)])
    return out.getvalue()
