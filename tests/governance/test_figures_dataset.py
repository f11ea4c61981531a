"""A dataset whose tables the portal keeps itself goes through the workflow like any other."""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model

from ckanext.indep.governance import outbox, verify
from ckanext.indep.governance.model import Revision
from ckanext.indep.insight.projection import comparing, jobs, places
from ckanext.indep.insight.projection.tables import FIGURES
from tests.governance.conftest import COMPLETE, City, act, approve, request_of


def _submitted(city: City, workspace_id: str) -> dict[str, Any]:
    request = request_of(city.steward, workspace_id)
    act(city.steward, "indep_request_submit", id=request["id"])
    return act(city.owner, "indep_request_show", id=request["id"])


def _shown(resource_id: str) -> dict[str, Any]:
    return act("", "datastore_search", resource_id=resource_id)


def test_release_table_new_revision(city: City) -> None:
    link = {"name": "Figures", "format": "CSV", "url": places.address(FIGURES)}
    fields = {**COMPLETE, "owner_org": city.department, "resources": [link]}
    workspace = act(city.steward, "package_create", **fields)
    request = _submitted(city, workspace["id"])
    approve(city, request)
    outbox.drain()
    jobs.bring_up_to_date()

    package = act("", "package_show", id=request["live_id"])
    (resource,) = package["resources"]
    assert resource["datastore_active"] is True
    assert _shown(resource["id"])["total"] == 0
    assert list(comparing.differences()) == []
    assert list(verify.breaches()) == []

    opened = act(city.steward, "indep_request_open", id=package["id"])
    act(city.steward, "package_patch", id=opened["workspace_id"], title="All figures")
    again = _submitted(city, opened["workspace_id"])
    approve(city, again)
    outbox.drain()
    assert act("", "package_show", id=package["id"])["title"] == "All figures"
    assert _shown(resource["id"])["total"] == 0
    assert list(verify.breaches()) == []
    frozen = ckan_model.Session.get(Revision, again["revision_id"])
    assert frozen
    assert all("table" not in one for one in frozen.content["resources"])
