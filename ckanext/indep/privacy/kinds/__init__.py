"""The kinds of personal data that are looked for: one file each, found by itself."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from ckanext.indep.privacy.kinds.registry import Detector, detectors

__all__ = ["Detector", "detectors"]

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
