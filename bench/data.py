"""The same datasets on both sides: released by the workflow on ours, then copied to the stock."""

from __future__ import annotations

import secrets
from typing import Any

from bench import scans
from bench.client import Client
from bench.setting import Setting

DATASETS = 100
DEPARTMENT = "city-manager"

# Keys that a stock CKAN knows; the others become its extras.
CORE = {"name", "title", "notes", "tags", "license_id"}
LEFT_OUT = {
    "id", "state", "type", "private", "organization", "owner_org", "creator_user_id", "isopen",
    "license_title", "license_url", "metadata_created", "metadata_modified", "num_resources",
    "num_tags", "resources", "groups", "extras", "relationships_as_object",
    "relationships_as_subject", "author", "author_email", "maintainer", "maintainer_email",
    "version", "url",
}  # fmt: skip


def fields(number: int) -> dict[str, Any]:
    """Return a complete dataset of ordinary size."""
    return {
        "name": f"bench-{number:03}",
        "title": f"Benchmark dataset {number}",
        "notes": "One row for each thing that was counted. " * 8,
        "tags": [{"name": "bench"}, {"name": f"group-{number % 7}"}],
        "owner_org": DEPARTMENT,
        "contact_name": "Action Center",
        "contact_email": "311@example.org",
        "access_level": "public",
        "license_id": "cc-zero",
        "theme": ["city-government"],
        "update_frequency": "R/P1M",
        "collection_method": "Counted by hand, then written down. " * 4,
        "limitations": "Some were not counted. " * 4,
        "steward": "Data steward",
        "classification": "public",
        "pii_reviewed": "none-found",
        "retention": "Three years",
    }


def link(number: int) -> dict[str, Any]:
    """Return a resource that needs no upload."""
    return {"name": "Table", "url": f"https://example.org/{number}.csv", "format": "CSV"}


def prepare(setting: Setting) -> None:
    """Make what is missing on either side; a second run has nothing to do."""
    ours, stock = Client(setting.ours), Client(setting.stock, "sysadmin")
    present = set(ours.get("package_list"))
    for number in range(DATASETS):
        if fields(number)["name"] not in present:
            _release(setting, number)
    copied = set(stock.get("package_list"))
    if DEPARTMENT not in stock.get("organization_list"):
        stock.post("organization_create", name=DEPARTMENT, title="City Manager")
    for package in ours.get("package_search", rows=1000)["results"]:
        if package["name"] not in copied:
            stock.post("package_create", **_for_stock(package))


def stock_editor(setting: Setting) -> Client:
    """Return a client for an editor of the stock CKAN: a sysadmin would skip permission checks."""
    admin = Client(setting.stock, "sysadmin")
    name = "bench-editor"
    if name not in admin.get("user_list", all_fields=False):
        admin.post(
            "user_create", name=name, email="editor@example.org", password=secrets.token_urlsafe()
        )
        admin.post("organization_member_create", id=DEPARTMENT, username=name, role="editor")
    token = admin.post("api_token_create", user=name, name=secrets.token_hex(8))["token"]
    return Client(setting.stock, token=token)


def _release(setting: Setting, number: int) -> None:
    steward = Client(setting.ours, "steward")
    workspace = steward.post("package_create", **fields(number), resources=[link(number)])
    mine = steward.get("indep_request_list", which="mine")
    request = next(r for r in mine if r["workspace_id"] == workspace["id"])
    policy = steward.get("indep_policy_show")["content"]
    checklist = {q["id"]: q["answers"][0] for q in policy.get("checklist", [])}
    sent = steward.post("indep_request_submit", id=request["id"], checklist=checklist)
    decision = {"id": sent["id"], "revision_id": sent["revision_id"]}
    Client(setting.ours, "owner").post("indep_request_decide", **decision)
    scans.wait(steward, sent["id"])
    for role in ("chair", "member"):
        Client(setting.ours, role).post("indep_request_vote", ballot="for", **decision)


def _for_stock(package: dict[str, Any]) -> dict[str, Any]:
    extras = [
        {"key": key, "value": str(value)}
        for key, value in package.items()
        if key not in CORE | LEFT_OUT and value
    ]
    resources = [
        {"name": r.get("name"), "url": r["url"], "format": r.get("format")}
        for r in package["resources"]
    ]
    core = {key: package[key] for key in CORE - {"tags"} if key in package}
    tags = [{"name": tag["name"]} for tag in package["tags"]]
    return {**core, "tags": tags, "owner_org": DEPARTMENT, "extras": extras, "resources": resources}
