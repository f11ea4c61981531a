"""Loading an uploaded file into the DataStore, from the file to the flag on the resource.

`load` may be called at any time and any number of times. It ends in one of three states:
loaded, failed (the earlier table stands as it was) or not a table. It is the only writer
of the DataStore tables of uploaded files.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import uploader
from ckan.types import Context

from ckanext.indep.tabular import limits, records, store
from ckanext.indep.tabular.examine import Column, converted_rows, examine
from ckanext.indep.tabular.infer import ColumnType
from ckanext.indep.tabular.notes import Note, NotedError
from ckanext.indep.tabular.outage import DATABASE_ERRORS, is_outage
from ckanext.indep.tabular.read import claims_table, open_table
from ckanext.indep.tabular.report import State, TableReport
from ckanext.indep.tabular.source import BadRow, TableSource

__all__ = ["load"]

log = logging.getLogger(__name__)


def load(resource_id: str) -> TableReport | None:
    """Load the present file of a resource.

    :returns: the report, or None if there is no such resource, its file is loaded already,
        or a service was away and the load waits for the next tick.
    """
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != model.State.ACTIVE:
        records.forget(resource_id)
        return None
    try:
        return _load(resource)
    except DATABASE_ERRORS as error:
        if not is_outage(error):
            raise
        log.warning("The table of resource %s has to wait for a service", resource_id)
        records.postpone(resource_id)
        return None


def _load(resource: model.Resource) -> TableReport | None:
    if resource.url_type != "upload" or not claims_table(resource.format or "", resource.url):
        return _not_a_table(resource)
    path = _path_of(resource)
    sha256 = _digest(path)
    if _is_loaded(resource, sha256):
        return None
    records.begin(resource.id, sha256)
    try:
        report = _write(resource.id, path)
        if report.state == State.LOADED:
            _mark_active(resource.id)
    except NotedError as error:
        report = TableReport(State.FAILED, failure=error.note)
    except DATABASE_ERRORS as error:
        if is_outage(error):
            raise
        log.exception("The DataStore refused the table of resource %s", resource.id)
        report = TableReport(State.FAILED, failure=Note("database_refused"))
    except Exception:
        report = TableReport(State.FAILED, failure=Note("unexpected"))
        records.finish(resource.id, sha256, report, has_table=True)
        raise
    records.finish(resource.id, sha256, report, has_table=True)
    return report


def _write(resource_id: str, path: Path | None) -> TableReport:
    """Examine the file and, if it is good enough, put its rows into the DataStore."""
    if path is None:
        raise NotedError("file_missing")
    configured = limits.configured()
    with store.locked(resource_id) as connection, open_table(path, configured) as source:
        dictionary = store.stored_dictionary(resource_id)
        examined = examine(source, store.override_types(dictionary), configured)
        report = examined.report
        if report.failure is not None:
            report.state = State.FAILED
            return report
        columns: dict[str, ColumnType] = {
            column.heading.name: column.decision.type for column in examined.columns
        }
        rows = _good_rows(source, examined.columns)
        store.replace_table(connection, resource_id, columns, dictionary, rows)
    report.state = State.LOADED
    return report


def _good_rows(source: TableSource, columns: Sequence[Column]) -> Iterator[list[str | None]]:
    """The bad rows are in the report since the first pass."""
    for row in converted_rows(source, columns):
        if not isinstance(row, BadRow):
            yield row


def _is_loaded(resource: model.Resource, sha256: str | None) -> bool:
    known = records.find(resource.id)
    return (
        known is not None
        and sha256 is not None
        and known.state == State.LOADED
        and known.loaded_sha256 == sha256
        and bool(resource.extras.get("datastore_active"))
        and store.table_exists(resource.id)
    )


def _not_a_table(resource: model.Resource) -> TableReport:
    """Keep that it is none, and remove the table of an earlier file that was one.

    A resource without an uploaded file may have a table that a program keeps: it stays.
    """
    records.begin(resource.id, None)
    uploaded = resource.url_type == "upload"
    if uploaded and store.table_exists(resource.id):
        tk.get_action("datastore_delete")(
            _as_the_portal(), {"resource_id": resource.id, "force": True}
        )
    report = TableReport(State.NOT_A_TABLE)
    records.finish(resource.id, None, report, has_table=not uploaded)
    return report


def _mark_active(resource_id: str) -> None:
    """Tell CKAN that there is a table, as `datastore_create` does: through `resource_patch`."""
    resource = model.Resource.get(resource_id)
    if resource is None or resource.extras.get("datastore_active"):
        return
    tk.get_action("resource_patch")(_as_the_portal(), {"id": resource_id, "datastore_active": True})


def _as_the_portal() -> Context:
    """The context of a worker that acts on a file which was accepted when it was stored.

    Whoever uploaded the file was authorised then; the worker has no user of its own, and
    waiting for one would leave the table of an accepted file out. Hence ``ignore_auth``.
    """
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"ignore_auth": True, "user": user["name"]}


def _path_of(resource: model.Resource) -> Path | None:
    described: dict[str, Any] = {
        "id": resource.id,
        "package_id": resource.package_id,
        "url": resource.url,
        "url_type": resource.url_type,
    }
    path = Path(uploader.get_resource_uploader(described).get_path(resource.id))
    return path if path.is_file() else None


def _digest(path: Path | None) -> str | None:
    if path is None:
        return None
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
