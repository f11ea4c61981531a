"""The registry of export formats, and what a format has to be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.indep.catalog.readers import Package, Site
from ckanext.indep.catalog.records import Refusal

__all__ = [
    "Built",
    "CatalogFormat",
    "DatasetFormat",
    "catalog_format",
    "catalog_formats",
    "dataset_format",
    "dataset_formats",
    "json_bytes",
]


@dataclass(frozen=True)
class Built:
    """An export of the whole catalog: its bytes, how many datasets it lists, what it left out."""

    body: bytes
    listed: int
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class CatalogFormat:
    """A document of all public datasets.

    ``build`` gets them in the order of their ids and must return the same bytes for the same
    datasets. Where a reader takes absence for deletion, ``may_be_empty`` is false.
    """

    name: str
    path: str
    content_type: str
    may_be_empty: bool
    build: Callable[[Sequence[Package], Site], Built]


Tables = Mapping[str, Sequence[Mapping[str, Any]]]
"""Id of a resource → the fields of its DataStore table, as ``datastore_info`` lists them."""


@dataclass(frozen=True)
class DatasetFormat:
    """A document of one public dataset; ``path`` holds ``<name>``."""

    name: str
    path: str
    content_type: str
    build: Callable[[Package, Tables, Site], bytes]


_catalog_formats: dict[str, CatalogFormat] = {}
_dataset_formats: dict[str, DatasetFormat] = {}


def catalog_format(
    name: str, path: str, content_type: str, *, may_be_empty: bool = False
) -> Callable[
    [Callable[[Sequence[Package], Site], Built]], Callable[[Sequence[Package], Site], Built]
]:
    """Register the decorated function as the writer of a document of all datasets."""

    def register(
        build: Callable[[Sequence[Package], Site], Built],
    ) -> Callable[[Sequence[Package], Site], Built]:
        _catalog_formats[name] = CatalogFormat(name, path, content_type, may_be_empty, build)
        return build

    return register


def dataset_format(
    name: str, path: str, content_type: str
) -> Callable[[Callable[[Package, Tables, Site], bytes]], Callable[[Package, Tables, Site], bytes]]:
    """Register the decorated function as the writer of a document of one dataset."""

    def register(
        build: Callable[[Package, Tables, Site], bytes],
    ) -> Callable[[Package, Tables, Site], bytes]:
        _dataset_formats[name] = DatasetFormat(name, path, content_type, build)
        return build

    return register


def catalog_formats() -> dict[str, CatalogFormat]:
    """The registered formats of the whole catalog, by name."""
    return dict(_catalog_formats)


def dataset_formats() -> dict[str, DatasetFormat]:
    """The registered formats of one dataset, by name."""
    return dict(_dataset_formats)


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """``document`` as JSON whose bytes depend on its content only: keys sorted, UTF-8."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace")
