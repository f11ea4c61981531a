"""A city with its people, and the way of a dataset through the workflow."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers
from ckan.types import Context
from werkzeug.datastructures import FileStorage

from ckanext.indep.governance import outbox, policies
from ckanext.indep.governance.submission import scanning
from ckanext.indep.tabular.jobs import load_table
from tests.tools.answers import CHECKLIST

COMPLETE: dict[str, Any] = {
    "title": "Pothole repairs",
    "notes": "One row for each pothole that was reported.",
    "tag_string": "streets,repairs",
    "contact_name": "Public Works",
    "contact_email": "works@example.gov",
    "access_level": "public",
    "license_id": "cc-zero",
    "theme": ["streets-transportation"],
    "update_frequency": "R/P1M",
    "steward": "canary-steward",
    "classification": "public",
    "pii_reviewed": "none-found",
    "retention": "canary-retention",
}


@dataclass(frozen=True)
class City:
    """Names of the people by role, and the department's id."""

    department: str
    steward: str
    owner: str
    members: tuple[str, ...]
    outsider: str
    admin: str


def act(actor: str, action: str, /, **data: Any) -> Any:
    """Call an action as a person would through the API: with all permission checks.

    Who submits answers the checklist, unless the test says what is answered, and what is submitted
    is scanned for personal data at once, as a worker soon would.
    """
    if action == "indep_request_submit":
        sent = call(actor, action, **{"checklist": CHECKLIST, **data})
        scanning.scan_now(sent["revision_id"])
        return {**sent, "state": call(actor, "indep_request_show", id=sent["id"])["state"]}
    return call(actor, action, **data)


def call(actor: str, action: str, /, **data: Any) -> Any:
    """Call an action as a person would through the API, and do nothing besides."""
    context: Context = {
        "user": actor,
        "ignore_auth": False,
        "auth_user_obj": ckan_model.User.get(actor),
    }
    return tk.get_action(action)(context, data)


@pytest.fixture
def city(with_plugins: None, clean_db: None, clean_index: None) -> City:
    """A department with a steward and a data owner, and a committee of three."""
    policies.load(policies.default_text(), "test")
    people = [factories.User()["name"] for _ in range(6)]
    steward, owner, outsider, *members = people
    admin = factories.Sysadmin()["name"]
    department = factories.Organization(
        users=[
            {"name": steward, "capacity": "editor"},
            {"name": owner, "capacity": "admin"},
        ]
    )["id"]
    for number, name in enumerate(members):
        office = "chair" if number == 0 else "member"
        helpers.call_action("indep_appointment_create", user=name, office=office)
    return City(department, steward, owner, tuple(members), outsider, admin)


@pytest.fixture
def draft(city: City) -> Callable[..., dict[str, Any]]:
    """Create a complete draft as the steward, with one CSV file; return the workspace."""

    def make(csv: str = "zip,count\n02116,3\n64050,4\n", **fields: Any) -> dict[str, Any]:
        package = act(
            city.steward,
            "package_create",
            **{**COMPLETE, "owner_org": city.department, **fields},
        )
        upload = FileStorage(io.BytesIO(csv.encode()), filename="potholes.csv")
        resource = act(
            city.steward,
            "resource_create",
            package_id=package["id"],
            name="Potholes",
            format="CSV",
            upload=upload,
        )
        outbox.drain()
        load_table(resource["id"])
        return act(city.steward, "package_show", id=package["id"])

    return make


@pytest.fixture
def submitted(city: City, draft: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Make a draft and submit it; return the request as the data owner sees it."""

    def make(**fields: Any) -> dict[str, Any]:
        workspace = draft(**fields)
        request = request_of(city.steward, workspace["id"])
        act(city.steward, "indep_request_submit", id=request["id"])
        return act(city.owner, "indep_request_show", id=request["id"])

    return make


@pytest.fixture
def released(city: City, submitted: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Take a dataset all the way; return the public package as a stranger sees it."""

    def make(**fields: Any) -> dict[str, Any]:
        request = submitted(**fields)
        approve(city, request)
        return act("", "package_show", id=request["live_id"])

    return make


def approve(city: City, request: dict[str, Any]) -> dict[str, Any]:
    """Approve a submitted request as data owner and by two of three votes."""
    decision = {"id": request["id"], "revision_id": request["revision_id"]}
    result = act(city.owner, "indep_request_decide", **decision)
    if result["state"] == "in_review":
        act(city.members[0], "indep_request_vote", ballot="for", **decision)
        result = act(city.members[1], "indep_request_vote", ballot="for", **decision)
    return result


def request_of(user: str, workspace_id: str) -> dict[str, Any]:
    """Return the request of a workspace, from the user's own list."""
    mine = act(user, "indep_request_list", which="mine")
    return next(r for r in mine if r["workspace_id"] == workspace_id)
