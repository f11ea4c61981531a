"""Fixtures for tests of the city's metadata schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ckan.lib.plugins as lib_plugins
import ckan.model as model
import ckan.plugins as p
import pytest

Errors = dict[str, Any]


@pytest.fixture(scope="module")
def loaded_plugins() -> Iterator[None]:
    """The plugins, loaded once for a module: a validation changes nothing that outlives it."""
    p.load_all()
    yield
    p.unload_all()


@pytest.fixture
def validate(loaded_plugins: None) -> Callable[..., tuple[dict[str, Any], Errors]]:
    """Validate a package as CKAN does when it is created; nothing is written."""

    def run(
        data: dict[str, Any], complete: bool = False, internal: bool = False
    ) -> tuple[dict[str, Any], Errors]:
        data = {"type": "dataset", "title": "Code cases", **data}
        plugin = lib_plugins.lookup_package_plugin(data["type"])
        context: Any = {"model": model, "session": model.Session, "user": ""}
        if internal:
            context["ignore_auth"] = True
        if complete:
            context["indep_complete"] = True
        schema = plugin.create_package_schema()
        return lib_plugins.plugin_validate(plugin, context, data, schema, "package_create")

    return run
