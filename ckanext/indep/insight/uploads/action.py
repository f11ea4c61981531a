"""Actions on uploaded histories. Each validates, checks access, and hands over to the service."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.indep.insight import listing
from ckanext.indep.insight.answers import validated
from ckanext.indep.insight.uploads import given, jobs, records, schema, service
from ckanext.indep.insight.uploads.model import HistoryUpload
from ckanext.indep.insight.uploads.reading import MOST_ROWS
from ckanext.indep.insight.uploads.records import Received
from ckanext.indep.insight.uploads.states import State

__all__ = ["indep_history_check", "indep_history_list", "indep_history_load", "indep_history_show"]

LONG_ROWS = given.LONG_ROWS


def indep_history_check(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check a file of results, targets and comments; nothing of it is loaded yet.

    A file of more than 2,000 rows or 1 MB is left to the worker: ask indep_history_show.

    :param organization: the department whose measures the file is about
    :param id: name or id of the measure, if the file is about one only
    :param upload: the file, CSV or XLSX, as multipart form data
    :param text: or its text as CSV
    :param rows: or its rows as a list of objects
    :param name: what the file is called (optional)
    :param reason: why public figures are corrected, for rows that give no reason of their own
    :returns: as indep_history_show
    """
    data = validated(schema.history_check, context, data_dict)
    organization, measure_id = _department(data)
    tk.check_access("indep_history_check", context, {"organization": organization})
    content = given.content_of(data)
    upload_id = records.receive(
        Received(
            content,
            given.name_of(data),
            organization,
            measure_id,
            (data.get("reason") or "").strip(),
            str(context.get("user") or ""),
        )
    )
    if given.is_long(content):
        jobs.request(upload_id)
    else:
        service.process(upload_id)
    return _as_dict(_found(upload_id))


def indep_history_load(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Load an upload that was checked, in one transaction; public from the next publication on.

    :param id: of the upload
    :param good_rows: load the rows without problems and leave the others out
    :returns: as indep_history_show
    """
    data = validated(schema.history_load, context, data_dict)
    upload = _known(context, data["id"])
    tk.check_access("indep_history_load", context, {"organization": upload.organization})
    if upload.state == State.LOADED:
        return _as_dict(upload)
    if upload.state != State.CHECKED:
        raise tk.ValidationError({"id": [tk._("This file is not ready to be loaded.")]})
    if upload.report["problems"] and not data["good_rows"]:
        told = tk._("Nothing was loaded: the file has {number} problems.")
        raise tk.ValidationError({"id": [told.format(number=upload.report["problems"])]})
    if not any(upload.report["counts"].values()):
        raise tk.ValidationError({"id": [tk._("The file has no row that can be loaded.")]})
    if records.ask_to_load(upload.id, data["good_rows"], str(context.get("user") or "")):
        if upload.rows > LONG_ROWS:
            jobs.request(upload.id)
        else:
            service.process(upload.id)
    return _as_dict(_found(upload.id))


@tk.side_effect_free
def indep_history_show(context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
    """What was found in an uploaded file, and what became of it.

    :param id: of the upload
    :returns: ``state``, ``counts``, ``preview``, and ``problems`` with row, column, value,
        problem and remedy
    """
    data = validated(schema.history_show, context, data_dict)
    return _as_dict(_known(context, data["id"]))


@tk.side_effect_free
def indep_history_list(context: Context, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """The last files that were uploaded for a department.

    :param organization: its name
    """
    data = validated(schema.history_list, context, data_dict)
    tk.check_access("indep_history_list", context, data)
    return [_head(upload) for upload in records.latest([data["organization"]])]


def _department(data: dict[str, Any]) -> tuple[str, str | None]:
    """The department, and the measure if the file is about one."""
    if data.get("id"):
        measure = listing.public_measure(data["id"])
        if data.get("organization") not in (None, "", measure.department):
            told = tk._("This is a measure of another department.")
            raise tk.ValidationError({"id": [told]})
        return measure.department, measure.id
    organization = model.Group.get(data.get("organization") or "")
    if organization is None or not organization.is_organization:
        raise tk.ValidationError({"organization": [tk._("Choose a department.")]})
    return organization.name, None


def _known(context: Context, upload_id: str) -> HistoryUpload:
    """The upload; ObjectNotFound where there is none that the person may see."""
    upload = _found(upload_id)
    try:
        tk.check_access("indep_history_show", context, {"organization": upload.organization})
    except tk.NotAuthorized as error:
        raise tk.ObjectNotFound(tk._("There is no such upload.")) from error
    return upload


def _found(upload_id: str) -> HistoryUpload:
    upload = records.find(upload_id)
    if upload is None:
        raise tk.ObjectNotFound(tk._("There is no such upload."))
    return upload


def _head(upload: HistoryUpload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "name": upload.file_name,
        "organization": upload.organization,
        "measure_id": upload.measure_id,
        "uploaded_by": upload.uploaded_by,
        "uploaded_at": upload.uploaded_at.isoformat(),
        "sha256": upload.sha256,
        "size": upload.size,
        "state": upload.state,
        "rows": upload.rows,
        "most_rows": MOST_ROWS,
        "number_of_problems": upload.report.get("problems", 0),
        "counts": upload.report.get("counts", {}),
        "loaded": upload.report.get("loaded"),
    }


def _as_dict(upload: HistoryUpload) -> dict[str, Any]:
    found = {name: upload.report.get(name) for name in ("facts", "notes", "layout", "failure")}
    return {
        **_head(upload),
        **found,
        "preview": upload.report.get("preview", []),
        "problems": upload.problems,
    }
