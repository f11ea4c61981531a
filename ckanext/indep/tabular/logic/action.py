"""Actions of uploaded tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.indep.tabular import jobs, records
from ckanext.indep.tabular.model import TableLoad

__all__ = ["indep_table_reload", "indep_table_report"]


@tk.side_effect_free
def indep_table_report(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What became of a resource's uploaded file when it was loaded as a table.

    :param id: the resource's id.
    :returns: ``state`` (``pending``, ``loading``, ``loaded``, ``failed``, ``not_a_table``, or
        None if no file was ever stored), ``sha256`` of the file, ``loaded_sha256`` of the
        file whose rows are in the DataStore, ``requested_at``, ``started_at``,
        ``finished_at`` (ISO 8601), and the report: ``rows``, ``columns``, ``facts``,
        ``notes``, ``bad_rows`` (the first 100), ``bad_total``, ``failure``.
    """
    resource_id = _resource_id(data_dict)
    tk.check_access("indep_table_report", context, {"id": resource_id})
    row = records.find(resource_id)
    if row is None:
        return {"resource_id": resource_id, "state": None}
    return _described(row)


def indep_table_reload(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Load a resource's uploaded file again, for example after its dictionary's types were
    changed. The load is done by the worker.

    :param id: the resource's id.
    :returns: the report as `indep_table_report` gives it, its state ``pending``.
    """
    resource_id = _resource_id(data_dict)
    tk.check_access("indep_table_reload", context, {"id": resource_id})
    jobs.request_load(resource_id, None, again=True)
    return tk.get_action("indep_table_report")(tk.fresh_context(context), {"id": resource_id})


def _resource_id(data_dict: DataDict) -> str:
    """The id of a resource that exists.

    :raises ValidationError: no id was given.
    :raises ObjectNotFound: there is no such resource.
    """
    given = tk.get_or_bust(data_dict, "id")
    resource = model.Resource.get(given) if isinstance(given, str) else None
    if resource is None or resource.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("Resource not found"))
    return resource.id


def _described(row: TableLoad) -> dict[str, Any]:
    return {
        **row.report,
        "resource_id": row.resource_id,
        "state": row.state,
        "sha256": row.sha256,
        "loaded_sha256": row.loaded_sha256,
        "requested_at": _iso(row.requested_at),
        "started_at": _iso(row.started_at),
        "finished_at": _iso(row.finished_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
