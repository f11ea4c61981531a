"""The actions by which reviewers see a pending table and a pending file."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.indep.governance.comparing import columns
from ckanext.indep.governance.logic import answers, rights, schema
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.review import previewing

__all__ = ["indep_request_file", "indep_request_table"]

ROWS = 50
LAST = 100_000_000
"""The furthest row that may be asked for: more than any table has."""


@tk.side_effect_free
def indep_request_file(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say which bytes a file of a submitted request has; its page offers them for download.

    :param id: id of the request
    :param resource_id: id of the file, as the revision names it
    :returns: ``name``, ``filename``, ``sha256`` and ``size`` in bytes
    """
    request, resource = _frozen("indep_request_file", context, data_dict)
    if "file" not in resource:
        raise tk.ObjectNotFound(tk._("This is a link, so there is no file to download."))
    return {
        "request": request.number,
        "name": resource.get("name") or resource["url"],
        "filename": resource["url"],
        **resource["file"],
    }


@tk.side_effect_free
def indep_request_table(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return rows of a table of a submitted request, and whether it is the one that was frozen.

    :param id: id of the request
    :param resource_id: id of the file, as the revision names it
    :param q: words to look for in the rows
    :param offset: how many rows to pass over; 50 are given
    :returns: ``name``, ``frozen`` (``rows`` and ``columns`` with ``label`` and ``notes``, of the
        revision), ``agreement`` (``same``, ``different``, or ``unchecked`` for very large
        tables), ``found`` (rows that match), ``records``, and ``reading``, the id with which
        ``indep_table_report`` tells how the file was read
    """
    request, resource = _frozen("indep_request_table", context, data_dict)
    data = answers.validated(schema.preview(), context, data_dict)
    data["offset"] = min(data["offset"], LAST)
    if "table" not in resource:
        raise tk.ObjectNotFound(tk._("This file is no table."))
    asked, table = previewing.place_of(request, resource["id"])
    frozen = resource["table"]
    found = _search(context, asked, data)
    return {
        "request": request.number,
        "name": resource.get("name") or resource["url"],
        "frozen": {
            "rows": frozen["rows"],
            "columns": [{**c, **columns.dictionary(c)} for c in frozen["columns"]],
        },
        "agreement": previewing.agreement(table, frozen),
        "found": found.get("total", 0),
        "offset": data["offset"],
        "records": found["records"],
        "reading": asked,
    }


def _frozen(
    name: str, context: Any, data_dict: dict[str, Any]
) -> tuple[ChangeRequest, dict[str, Any]]:
    data = answers.validated(schema.preview(), context, data_dict)
    tk.check_access(name, context, data)
    request = rights.request_of(data["id"])
    resource = answers.answer(lambda: previewing.frozen_resource(request, data["resource_id"]))
    if resource is None:
        raise tk.ObjectNotFound(tk._("This request has no such file."))
    return request, resource


def _search(context: Any, resource_id: str, data: dict[str, Any]) -> dict[str, Any]:
    """Read the table as the reader may, who can see its package; none is an empty one."""
    query = {"resource_id": resource_id, "limit": ROWS, "offset": data["offset"], "sort": "_id"}
    if data["q"].strip():
        query |= {"q": data["q"], "plain": True}
    try:
        return tk.get_action("datastore_search")(tk.fresh_context(context), query)
    except tk.ObjectNotFound:
        return {"total": 0, "records": []}
