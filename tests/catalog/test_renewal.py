"""Exports are renewed when something is released, and one process at a time makes them."""

from __future__ import annotations

from unittest.mock import patch

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.redis import connect_to_redis

from ckanext.indep import events
from ckanext.indep.catalog import cache, config, jobs, service
from ckanext.indep.catalog.exporters import catalog_formats

from .conftest import City, Get

FORMAT = catalog_formats()["dcat_us_1_1"]


@pytest.mark.parametrize("signal", [events.released, events.withdrawn])
def test_a_release_asks_for_a_renewal(with_plugins: None, signal: object) -> None:
    with patch.object(tk, "enqueue_job") as enqueue:
        signal.send("package-1", package_type="dataset")  # type: ignore
    assert [call.args for call in enqueue.call_args_list].count((jobs.renew,)) == 1


def test_after_a_renewal_nobody_waits(city: City, get: Get) -> None:
    city.publish()
    jobs.renew()
    with patch.object(service, "_make", side_effect=AssertionError("made again")):
        assert len(get(FORMAT.path).json["dataset"]) == 1


def test_a_renewal_without_anything_public_goes_on(city: City) -> None:
    jobs.renew()
    assert cache.last("dcat_us_1_1") is None
    assert cache.last("sitemap")


def test_a_lock_left_behind_holds_nobody_up_for_long(
    city: City, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.publish()
    monkeypatch.setattr(cache, "_LOCKED_SECONDS", 0.2)
    lock = f"indep:catalog:{config.site_id()}:{FORMAT.name}:lock"
    connect_to_redis().set(lock, "a process that died", ex=60)
    assert len(get(FORMAT.path).json["dataset"]) == 1


def test_the_former_export_expires_soon(city: City, get: Get) -> None:
    package = city.publish()
    get(FORMAT.path)
    former = cache.last(FORMAT.name)
    assert former
    city.change(package, title="Another")
    get(FORMAT.path)
    left = connect_to_redis().ttl(cache._key(FORMAT.name, former.version))
    assert 0 < int(left) <= cache._OLD_KEPT_SECONDS  # type: ignore


def test_the_same_bytes_keep_their_date(city: City, get: Get) -> None:
    package = city.publish()
    first = get(FORMAT.path).headers
    city.change(package, url="https://example.gov/not-exported")
    second = get(FORMAT.path).headers
    assert second["ETag"] == first["ETag"]
    assert second["Last-Modified"] == first["Last-Modified"]


def test_robots_are_told_of_the_sitemap(get: Get) -> None:
    assert "Sitemap: http" in get("/robots.txt").body
