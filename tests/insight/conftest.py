"""Public measures for the tests of INsight, made without going through a release."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.search import rebuild
from ckan.tests import factories

from ckanext.indep.governance.model import Publication
from ckanext.indep.insight import definition, periods, service
from ckanext.indep.insight.definition import Definition
from ckanext.indep.insight.history import Entry

MEASURE: dict[str, Any] = {
    "type": "measure",
    "title": "Potholes repaired within 3 days",
    "notes": "How many potholes are repaired in time.",
    "code": "MS-1",
    "why_it_matters": "A pothole grows.",
    "strategic_goal": "quality",
    "contact_name": "Streets",
    "contact_email": "streets@example.gov",
    "unit": "%",
    "precision": "1",
    "direction": "up",
    "aggregation": "ratio",
    "numerator_label": "In time",
    "denominator_label": "All",
    "frequency": "quarter",
    "source_system": "cityworks",
    "method": "Days from report to repair.",
}

Make = Callable[..., Definition]


@pytest.fixture
def department(unguarded: None) -> dict[str, Any]:
    """A department with an administrator (``boss``) and an editor (``clerk``)."""
    boss, clerk = factories.User()["name"], factories.User()["name"]
    organization = factories.Organization(
        title="Municipal Services",
        users=[{"name": boss, "capacity": "admin"}, {"name": clerk, "capacity": "editor"}],
    )
    return {**organization, "boss": boss, "clerk": clerk}


def publish_package(**fields: Any) -> dict[str, Any]:
    """A public package as a release leaves it, without the release itself."""
    columns = {"name", "title", "notes", "type", "owner_org", "private", "state"}
    package = model.Package(
        **{key: value for key, value in fields.items() if key in columns},
        extras={key: value for key, value in fields.items() if key not in columns},
    )
    model.Session.add(package)
    model.Session.flush()
    model.Session.add(
        Publication(
            package_id=package.id,
            package_type=fields["type"],
            state="live",
            revision_id="r",
            content_hash="",
        )
    )
    model.Session.commit()
    rebuild(package.id)
    return tk.get_action("package_show")({"ignore_auth": True}, {"id": package.id})


@pytest.fixture
def measure(department: dict[str, Any]) -> Make:
    """Make a public measure."""

    def make(**fields: Any) -> Definition:
        name = f"m-{uuid4().hex[:12]}"
        data = {"name": name, "owner_org": department["id"], **MEASURE, **fields}
        return definition.of_package(publish_package(**data))

    return make


@pytest.fixture
def reported(measure: Make) -> Callable[..., Definition]:
    """Make a measure with published results by quarter and a target of 90 for each year."""

    def make(results: dict[str, str], **fields: Any) -> Definition:
        made = measure(**{"aggregation": "last", **fields})
        rows = [{"period": key, "value": value} for key, value in results.items()]
        years = {key[:6] for key in results}
        rows += [{"period": year, "target": "90", "target_reason": "Agreed"} for year in years]
        service.load_history(made, rows, "test")
        service.publish([periods.parse(key) for key in results], "test")
        return made

    return make


def entry(key: str, value: str | None = None, **fields: Any) -> Entry:
    """A result to record."""
    return Entry(periods.parse(key), value=None if value is None else Decimal(value), **fields)
