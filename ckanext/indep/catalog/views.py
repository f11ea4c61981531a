"""The addresses of the exports; each format of the registry gets its own."""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.indep.catalog import dataset_export, http, service
from ckanext.indep.catalog.errors import CatalogUnavailableError
from ckanext.indep.catalog.exporters import (
    CatalogFormat,
    DatasetFormat,
    catalog_formats,
    dataset_formats,
)
from ckanext.indep.catalog.exporters.registry import json_bytes
from ckanext.indep.catalog.readers import TABLE_SCHEMA_TYPE

__all__ = ["indep_catalog"]

indep_catalog = Blueprint("indep_catalog", __name__)


def catalog_view(format_: CatalogFormat) -> Callable[[], Response]:
    """The view of a document of all public datasets.

    It answers 304 if the client has the document, and 503 if it can not be made whole.
    """

    def view() -> Response:
        compressed = http.accepts_gzip(request)
        try:
            answer = service.answer(format_)
            if http.is_fresh(request, answer.head):
                return http.not_modified(answer.head, compressed=compressed)
            body = answer.body(compressed=compressed)
        except CatalogUnavailableError as error:
            return http.unavailable(error.message)
        return http.public(body, format_.content_type, answer.head, compressed=compressed)

    return view


def dataset_view(format_: DatasetFormat) -> Callable[[str], Response]:
    """The view of a document of one public dataset; 404 for any other."""

    def view(name: str) -> Response:
        try:
            body = dataset_export.build(format_, name)
        except tk.ObjectNotFound:
            return tk.abort(404)
        return http.small(body, format_.content_type, request)

    return view


def resource_schema(name: str, resource_id: str) -> Response:
    """The data dictionary of a resource as Table Schema; 404 if it is not public or has none."""
    try:
        body = json_bytes(dataset_export.resource_schema(name, resource_id))
    except tk.ObjectNotFound:
        return tk.abort(404)
    return http.small(body, TABLE_SCHEMA_TYPE, request)


for _all in catalog_formats().values():
    indep_catalog.add_url_rule(_all.path, endpoint=_all.name, view_func=catalog_view(_all))
for _one in dataset_formats().values():
    indep_catalog.add_url_rule(_one.path, endpoint=_one.name, view_func=dataset_view(_one))
indep_catalog.add_url_rule(
    "/dataset/<name>/resource/<resource_id>/schema.json", view_func=resource_schema
)
