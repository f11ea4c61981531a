"""The sample's datasets on their way: drafted, submitted, approved, carried by the committee.

Each function does what is still to be done, and nothing where it was done before.
"""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from sqlalchemy import select

from ckanext.indep.governance import requests, states
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.governance.states import State
from ckanext.indep.insight.projection import places, tables
from ckanext.indep.sample.acting import act, upload, work

__all__ = ["approve", "carry", "change", "draft", "newest", "publish", "review", "submit"]

Dataset = dict[str, Any]
"""Its fields as `package_create` takes them, and what city.py puts beside them."""

STEWARD, OWNER = "data-steward", "data-owner"
TABLES = {table.name: table for table in tables.TABLES}
VOTERS = ("committee-chair", "committee-member")
NOT_FIELDS = frozenset({"file", "resource", "links", "checklist"})


def newest(name: str) -> ChangeRequest | None:
    """Return the newest change request on the dataset of this address."""
    return ckan_model.Session.execute(
        select(ChangeRequest)
        .where(ChangeRequest.slug == name)
        .order_by(ChangeRequest.number.desc())
        .limit(1),
        execution_options={"populate_existing": True},
    ).scalar()


def draft(dataset: Dataset) -> None:
    """Write the draft of a new dataset, with its file."""
    request = newest(dataset["name"])
    if request and State(request.state) not in states.EDITABLE:
        return
    if request:
        workspace = act(STEWARD, "package_show", id=request.workspace_id)
    else:
        fields = {key: value for key, value in dataset.items() if key not in NOT_FIELDS}
        workspace = act(STEWARD, "package_create", **fields)
    if "file" in dataset and not workspace["resources"]:
        upload(dataset["file"], package_id=workspace["id"], **dataset["resource"])
    for link in dataset.get("links", [])[len(workspace["resources"]) :]:
        fields = {key: value for key, value in link.items() if key != "table"}
        url = places.address(TABLES[link["table"]])
        act(STEWARD, "resource_create", package_id=workspace["id"], url=url, **fields)


def change(name: str, fields: dict[str, Any], file: str | None) -> None:
    """Open a change request on a released dataset, and change these fields or its one file."""
    request = newest(name)
    if not request or State(request.state) not in states.OPEN:
        workspace_id = act(STEWARD, "indep_request_open", id=name)["workspace_id"]
    else:
        workspace_id = request.workspace_id
    if fields:
        act(STEWARD, "package_patch", id=workspace_id, **fields)
    if file:
        resource = act(STEWARD, "package_show", id=workspace_id)["resources"][0]
        upload(file, id=resource["id"])


def submit(name: str, checklist: dict[str, str]) -> None:
    """Submit the draft and have it scanned."""
    request = _there(name)
    if State(request.state) in states.EDITABLE:
        act(STEWARD, "indep_request_submit", id=request.id, checklist=checklist)
    work()


def approve(name: str) -> None:
    """Approve it as data owner."""
    request = _there(name)
    if requests.stage(request) == "data_owner":
        act(OWNER, "indep_request_decide", id=request.id, revision_id=request.revision_id)
    work()


def carry(name: str) -> None:
    """Carry it in the committee, between meetings."""
    for member in VOTERS:
        request = _there(name)
        if requests.stage(request) == "committee":
            act(
                member,
                "indep_request_vote",
                id=request.id,
                revision_id=request.revision_id,
                ballot="for",
            )
    work()


def review(dataset: Dataset) -> None:
    """Bring a new dataset before the committee."""
    draft(dataset)
    submit(dataset["name"], dataset["checklist"])
    approve(dataset["name"])


def publish(dataset: Dataset) -> None:
    """Bring a new dataset all the way."""
    review(dataset)
    carry(dataset["name"])
    request = _there(dataset["name"])
    if request.state != State.RELEASED.value:
        raise tk.ValidationError({"sample": [f"{request.title} could not be released."]})


def _there(name: str) -> ChangeRequest:
    request = newest(name)
    assert request, f"{name} was drafted before"
    return request
