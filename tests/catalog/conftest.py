"""Public datasets for the tests of exports, made without going through a release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

import ckan.model as model
import pytest
from ckan.lib.redis import connect_to_redis
from ckan.logic.action import create, delete, update
from ckan.tests import factories

from ckanext.indep.models import metadata

COMPLETE: dict[str, Any] = {
    "title": "Pothole repairs",
    "notes": "One row for **each** pothole.\n\nSee [the list](https://example.gov/list).",
    "tag_string": "streets,repairs",
    "contact_name": "Public Works",
    "contact_email": "works@example.gov",
    "access_level": "public",
    "license_id": "cc-by",
    "theme": ["streets-transportation"],
    "update_frequency": "R/P1M",
    "modified": "2026-10-01",
    "temporal_start": "2025-01-01",
    "temporal_end": "2025-12-31",
    "bbox": "-94.49,39.01,-94.26,39.16",
    "language": ["en"],
    "source_system": "cityworks",
    "geographic_unit": "point",
    "collection_method": "Crews write it down.",
    "limitations": "Private streets are not in it.",
    "references": ["https://example.gov/how"],
}

CANARIES = {
    "steward": "canary-steward",
    "classification": "canary-classification",
    "pii_reviewed": "canary-pii",
    "retention": "canary-retention",
}
"""Words of the staff, which no export may hold."""

CLOSED = "http://127.0.0.1:9/solr/none"
"""A search engine that does not answer."""

PUBLICATION = metadata.tables["indep_publication"]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No export of an earlier test."""
    redis = connect_to_redis()
    keys = list(redis.scan_iter("indep:catalog:*"))
    if keys:
        redis.delete(*keys)


def _note_release(package_id: str) -> None:
    """What permission labels and the search index go by, where governance is switched on."""
    row = {
        "package_id": package_id,
        "package_type": "dataset",
        "state": "live",
        "revision_id": "made-by-a-test",
        "content_hash": "made-by-a-test",
    }
    model.Session.execute(PUBLICATION.insert().values(row))


def _nobody_asked() -> Any:
    return {"ignore_auth": True, "user": ""}


class City:
    """Makes, changes and hides datasets by CKAN's own functions, past all chained actions."""

    def __init__(self) -> None:
        self.department = factories.Organization(title="Public Works")

    def publish(self, **fields: Any) -> dict[str, Any]:
        """A public dataset with all fields, except as ``fields`` say; None leaves one out."""
        data = {**COMPLETE, "name": f"d-{uuid4().hex[:12]}", "owner_org": self.department["id"]}
        data.update(fields)
        kept = {key: value for key, value in data.items() if value is not None}
        if not kept.get("private") and kept.get("state", "active") == "active":
            kept["id"] = str(uuid4())
            _note_release(kept["id"])
        created = create.package_create(_nobody_asked(), {"type": "dataset", **kept})
        return cast("dict[str, Any]", created)

    def change(self, package: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """The dataset with other values, changed now."""
        data = {**package, "metadata_modified": None, **fields}
        return cast("dict[str, Any]", update.package_update(_nobody_asked(), data))

    def remove(self, package: dict[str, Any]) -> None:
        """The dataset is public no longer."""
        model.Session.execute(
            PUBLICATION.update()
            .where(PUBLICATION.c.package_id == package["id"])
            .values(state="withdrawn")
        )
        delete.package_delete(_nobody_asked(), {"id": package["id"]})


@pytest.fixture
def city(unguarded: None) -> City:
    return City()


Get = Callable[..., Any]


@pytest.fixture
def get(app: Any) -> Get:
    """GET a path as a stranger, with headers."""

    def _get(path: str, status: int = 200, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        response = app.get(path, headers=sent, expect_errors=True)
        assert response.status_code == status, response.body[:500]
        return response

    return _get
