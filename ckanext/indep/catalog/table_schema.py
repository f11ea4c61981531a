"""The data dictionary of a DataStore table as a Table Schema (Data Package standard, v2).

Pure. Source of the types and the layout: https://datapackage.org/standard/table-schema/
"""

# pyright: strict
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["PROFILE", "table_schema"]

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"

_TYPES = {
    "bool": "boolean",
    "date": "date",
    "time": "time",
    "timestamp": "datetime",
    "timestamptz": "datetime",
    "int2": "integer",
    "int4": "integer",
    "int": "integer",
    "int8": "integer",
    "bigint": "integer",
    "float4": "number",
    "float8": "number",
    "float": "number",
    "numeric": "number",
    "json": "object",
    "jsonb": "object",
    "text": "string",
}
"""PostgreSQL's names of types, as the DataStore gives them. An array starts with ``_``."""

_ROW_NUMBER = "_id"
"""The column that the DataStore adds; it is not in the file."""


def table_schema(fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The Table Schema for ``fields``, as ``datastore_info`` (or ``datastore_search``) lists them.

    A field's ``info`` is what the steward wrote in the data dictionary: ``label`` and ``notes``.
    """
    return {
        "$schema": PROFILE,
        "fields": [_field(field) for field in fields if field["id"] != _ROW_NUMBER],
    }


def _field(field: Mapping[str, Any]) -> dict[str, Any]:
    info: Mapping[str, Any] = field.get("info") or {}
    described: dict[str, Any] = {"name": field["id"], "type": _type(str(field["type"]))}
    for property_, key in (("title", "label"), ("description", "notes")):
        words = str(info.get(key) or "").strip()
        if words:
            described[property_] = words
    return described


def _type(native: str) -> str:
    if native.startswith("_"):
        return "array"
    return _TYPES.get(native, "any")
