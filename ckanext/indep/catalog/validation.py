"""What the harvester's JSON Schemas say of a record.

The schemas are the harvester's own (``schemas/README.md``). They are read and prepared once
for each process. A property is checked by itself and the verdict kept by its value: publishers,
licenses, topics and contacts are the same in record after record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from ckanext.indep.catalog.values import is_absolute_url

__all__ = [
    "DCAT_US_1_1",
    "DCAT_US_3",
    "FORMATS",
    "Problem",
    "RecordValidator",
    "read_schema",
    "validator",
]

_SCHEMAS = Path(__file__).parent / "schemas"
DCAT_US_1_1 = "dcat_us_1_1/non-federal_dataset.json"
DCAT_US_3 = "dcat_us_3/Dataset.json"

_KEPT_VERDICTS = 20_000
"""Verdicts kept in a process: a catalog of ten thousand datasets repeats far fewer values."""
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")

FORMATS = FormatChecker(formats=())
"""The formats that the schemas name, each with a check of our own."""


@FORMATS.checks("uri")
@FORMATS.checks("iri")
def _is_url(value: object) -> bool:
    return not isinstance(value, str) or is_absolute_url(value)


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return True
    datetime.fromisoformat(value.upper().replace("Z", "+00:00"))
    return _RFC3339.fullmatch(value) is not None


@dataclass(frozen=True, order=True)
class Problem:
    """One property that the schema refuses; it is ``missing`` or its value is wrong."""

    property: str
    missing: bool


class RecordValidator:
    """Checks the records of one version of DCAT-US.

    The schema of a dataset says which properties must be there and what each must look like,
    and nothing that ties two of them together, so each is checked alone.
    """

    def __init__(self, schema: Mapping[str, Any], registry: Registry[Any]) -> None:
        self._required: tuple[str, ...] = tuple(schema["required"])
        self._properties = {
            name: Draft202012Validator(
                {"$ref": f"{schema['$id'].rstrip('#')}#/properties/{name.replace('/', '~1')}"},
                registry=registry,
                format_checker=FORMATS,
            )
            for name in schema["properties"]
        }
        self._accepts = lru_cache(maxsize=_KEPT_VERDICTS)(self._check)

    def problems(self, record: Mapping[str, Any]) -> list[Problem]:
        """Why the harvester would refuse ``record``; an empty list if it would not."""
        missing = [Problem(name, True) for name in self._required if name not in record]
        refused = [
            Problem(name, False)
            for name, value in record.items()
            if name in self._properties and not self._accepts(name, json.dumps(value))
        ]
        return sorted(missing + refused)

    def _check(self, name: str, value: str) -> bool:
        return self._properties[name].is_valid(json.loads(value))


def read_schema(schema: str) -> dict[str, Any]:
    """The content of a schema file, its path taken from the folder `schemas`."""
    return json.loads((_SCHEMAS / schema).read_text("utf-8"))


@cache
def validator(schema: str) -> RecordValidator:
    """The validator of a schema file, such as `DCAT_US_1_1`; made once for each process."""
    files = sorted((_SCHEMAS / schema).parent.glob("*.json"))
    contents = [json.loads(file.read_text("utf-8")) for file in files]
    registry: Registry[Any] = Registry().with_resources(
        (content["$id"].rstrip("#"), Resource.from_contents(content, DRAFT202012))
        for content in contents
    )
    return RecordValidator(read_schema(schema), registry)
