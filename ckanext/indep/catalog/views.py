"""The addresses of the exports; each format of the registry gets its own."""

from __future__ import annotations

from functools import partial

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


def catalog(format_: CatalogFormat) -> Response:
    """A document of all public datasets; 304 if the client has it, 503 if it can not be whole."""
    compressed = http.accepts_gzip(request)
    try:
        answer = service.answer(format_)
        if http.is_fresh(request, answer.head):
            response = http.public(b"", format_.content_type, answer.head, compressed=compressed)
            response.status_code = 304
            return response
        body = answer.body(compressed=compressed)
    except CatalogUnavailableError as error:
        return http.unavailable(error.message)
    return http.public(body, format_.content_type, answer.head, compressed=compressed)


def dataset(format_: DatasetFormat, name: str) -> Response:
    """A document of one public dataset; 404 for any other."""
    try:
        body = dataset_export.build(format_, name)
    except tk.ObjectNotFound:
        return tk.abort(404)
    return http.small(body, format_.content_type, request)


def resource_schema(name: str, resource_id: str) -> Response:
    """The data dictionary of a resource as Table Schema; 404 if it is not public or has none."""
    try:
        body = json_bytes(dataset_export.resource_schema(name, resource_id))
    except tk.ObjectNotFound:
        return tk.abort(404)
    return http.small(body, TABLE_SCHEMA_TYPE, request)


for _catalog_format in catalog_formats().values():
    indep_catalog.add_url_rule(
        _catalog_format.path,
        endpoint=_catalog_format.name,
        view_func=partial(catalog, _catalog_format),
    )
for _dataset_format in dataset_formats().values():
    indep_catalog.add_url_rule(
        _dataset_format.path,
        endpoint=_dataset_format.name,
        view_func=partial(dataset, _dataset_format),
    )
indep_catalog.add_url_rule(
    "/dataset/<name>/resource/<resource_id>/schema.json", view_func=resource_schema
)
