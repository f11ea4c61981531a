"""The registry of formats, and the example of ``docs/add-export-format.md``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ckanext.indep.catalog.exporters import catalog_formats, dataset_formats, registry

from .conftest import City, Get
from .test_mapping import SITE, package

ROOT = Path(__file__).parents[2]


def test_each_file_registers_a_format() -> None:
    files = {
        path.stem
        for path in Path(registry.__file__).parent.glob("*.py")
        if path.stem not in {"__init__", "registry"}
    }
    assert {*catalog_formats(), *dataset_formats()} == files


def test_each_format_is_documented() -> None:
    page = (ROOT / "docs" / "catalog.md").read_text("utf-8")
    for format_ in catalog_formats().values():
        assert f"`{format_.path}`" in page
    for format_ in dataset_formats().values():
        assert f"`{format_.path.replace('<name>', 'NAME')}`" in page


def test_the_example_of_the_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "add-export-format.md").read_text("utf-8")
    match = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert match
    monkeypatch.setattr(registry, "_catalog_formats", {})
    scope: dict[str, Any] = {"__name__": "titles"}
    exec(compile(match[1], "add-export-format.md", "exec"), scope)
    format_ = catalog_formats()["titles"]
    built = format_.build([package(title="One"), package(title="Two")], SITE)
    assert built.body == b"One\nTwo"
    assert built.listed == 2


def test_the_sitemap_names_each_dataset(city: City, get: Get) -> None:
    made = city.publish()
    root = ElementTree.fromstring(get("/sitemap.xml").body)
    places = {
        entry.findtext("{*}loc"): entry.findtext("{*}lastmod") for entry in root.findall("{*}url")
    }
    address = next(place for place in places if place and place.endswith(made["name"]))
    assert places[address] == made["metadata_modified"][:10]


def test_the_feed_starts_with_the_latest(city: City, get: Get) -> None:
    older, newer = city.publish(title="Older"), city.publish(title="Newer & better")
    city.change(newer, notes="More")
    root = ElementTree.fromstring(get("/released.atom").body)
    entries = [entry.findtext("{*}title") for entry in root.findall("{*}entry")]
    assert entries == ["Newer & better", older["title"]]
    updated = root.findtext("{*}updated") or ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", updated)
