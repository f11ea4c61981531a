"""No public figure is computed from data that is released to city staff only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ckanext.indep.errors import RefusedError
from ckanext.indep.governance import outbox
from ckanext.indep.insight import definition, derive
from ckanext.indep.insight.definition import Definition
from tests.governance.conftest import City, act, approve, request_of

Make = Callable[..., dict[str, Any]]

ROWS = "opened,count\n2025-07-01,3\n2025-08-01,4\n2025-12-01,5\n"


def _measure(**source: str) -> Definition:
    rule = {"rule": "count", "period_column": "opened", "period": "quarter", **source}
    return definition.of_package(
        {
            "id": "m",
            "name": "m",
            "title": "Openings",
            "unit": "openings",
            "precision": "0",
            "direction": "up",
            "aggregation": "sum",
            "frequency": "quarter",
            "organization": {"name": "works", "title": "Works"},
            "derivation": json.dumps(rule),
        }
    )


def _is_computed(package: dict[str, Any]) -> bool:
    """Whether figures come of the package's table, named by its own id or by its dataset."""
    refusals: list[str] = []
    for source in (
        {"resource_id": package["resources"][0]["id"]},
        {"dataset": package["name"], "resource": package["resources"][0]["name"]},
    ):
        try:
            assert len(derive.compute(_measure(**source))) == 2
        except RefusedError as refusal:
            refusals.append(refusal.message)
    assert set(refusals) <= {"The dataset of the derivation is not public."}
    assert len(refusals) in (0, 2)
    return not refusals


def test_only_what_a_stranger_may_read(city: City, draft: Make) -> None:
    """Not before the release, not while it is for staff, and then once it is public."""
    workspace = draft(csv=ROWS, audience="staff")
    assert not _is_computed(workspace)
    request = request_of(city.steward, workspace["id"])
    approve(city, _submit(city, request))
    package = act(city.steward, "package_show", id=request["live_id"])
    assert package["private"]
    assert not _is_computed(package)
    request = act(city.steward, "indep_request_open", id=package["id"])
    act(city.steward, "package_patch", id=request["workspace_id"], audience="public")
    approve(city, _submit(city, request))
    assert _is_computed(act("", "package_show", id=package["id"]))


def _submit(city: City, request: dict[str, Any]) -> dict[str, Any]:
    """Submit a request as the steward, and have it scanned; return it for its data owner."""
    act(city.steward, "indep_request_submit", id=request["id"])
    outbox.drain()
    return act(city.owner, "indep_request_show", id=request["id"])
