"""The formats in which the catalog leaves the portal: one file each, found by itself.

``docs/add-export-format.md`` shows how to add one.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from ckanext.indep.catalog.exporters.registry import (
    CatalogFormat,
    DatasetFormat,
    catalog_formats,
    dataset_formats,
)

__all__ = ["CatalogFormat", "DatasetFormat", "catalog_formats", "dataset_formats"]

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
