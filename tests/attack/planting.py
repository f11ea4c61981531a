"""Datasets whose every field holds a word that occurs nowhere else."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.attack.visitor import Visitor
from tests.tools.answers import CHECKLIST

DEPARTMENT = "city-manager"


@dataclass(frozen=True)
class Planted:
    """A dataset full of canaries: `word` is in everything public, `secret` in staff-only fields.

    `workspace` is its package, `live_id` the id that it has, or will have, in public.
    """

    word: str
    secret: str
    workspace: dict[str, Any]
    resource: dict[str, Any]
    view: dict[str, Any]
    request: dict[str, Any]

    @property
    def ids(self) -> dict[str, str]:
        """What names it, by the part of an address or the argument that takes it."""
        return {
            "package": self.workspace["id"],
            "name": self.workspace["name"],
            "resource": self.resource["id"],
            "view": self.view["id"],
            "request": self.request["id"],
            "number": str(self.request["number"]),
        }

    def canaries(self, asked: str) -> list[str]:
        """Return what an answer must not hold; words of the question come back in pages."""
        told = f"{self.word},02116"
        words = [f"Title {self.word}", f"Notes {self.word}", told]
        return [*(words if self.word in asked else [self.word]), self.secret]

    def traces(self, asked: str) -> list[str]:
        """Return the canaries, and the ids and names that only who knows of it can tell."""
        hidden = {**self.ids, "live": self.request["live_id"] or self.ids["package"]}
        del hidden["number"]
        return [*self.canaries(asked), *(key for key in hidden.values() if key not in asked)]


def word(start: str) -> str:
    """Return a new word that begins with `start`."""
    return start + "".join(random.choices(string.ascii_lowercase, k=10))


def plant(steward: Visitor, **fields: Any) -> Planted:
    """Plant canaries: in every field, a tag, a file, its rows, columns, dictionary and view.

    `fields` are added to those of the dataset.
    """
    canary, secret = word("canary"), word("secret")
    workspace = steward.done(
        "package_create",
        title=f"Title {canary}",
        notes=f"Notes {canary}",
        tags=[{"name": canary}],
        owner_org=steward.done("organization_show", id=DEPARTMENT)["id"],
        contact_name=f"Contact {canary}",
        contact_email=f"{canary}@example.org",
        access_level="public",
        license_id="cc-zero",
        theme=["environment"],
        update_frequency="R/P1M",
        collection_method=f"Method {canary}",
        limitations=f"Limits {canary}",
        steward=f"Steward {secret}",
        retention=f"Retention {secret}",
        classification="confidential",
        pii_reviewed="removed",
        **fields,
    )
    rows = f"name,zip,col_{canary}\n{canary},02116,1\n".encode()
    answer = steward.upload(
        workspace["id"], f"{canary}.csv", rows, format="CSV", description=f"About {canary}"
    )
    assert answer.status_code == 200, answer.text
    resource = answer.json()["result"]
    view = steward.done(
        "resource_view_create",
        resource_id=resource["id"],
        view_type="datatables_view",
        title=f"View {canary}",
    )
    _describe_columns(steward, resource["id"], canary)
    mine = steward.done("indep_request_list", which="mine")
    request = next(r for r in mine if r["workspace_id"] == workspace["id"])
    return Planted(canary, secret, workspace, resource, view, request)


def _submit(visit: Callable[..., Visitor], planted: Planted) -> Any:
    return visit("steward").act(
        "indep_request_submit", id=planted.request["id"], checklist=CHECKLIST
    )


def release(visit: Callable[..., Visitor], planted: Planted) -> Planted:
    """Take it all the way, by its steward, data owner and two of the committee."""
    answer = _submit(visit, planted)
    for _ in range(120):
        if answer.status_code == 200:
            break
        assert "still being read" in answer.text, answer.text
        time.sleep(0.5)
        answer = _submit(visit, planted)
    decision = {
        "id": planted.request["id"],
        "revision_id": answer.json()["result"]["revision_id"],
    }
    _scan(visit("owner"), decision)
    result = visit("owner").done("indep_request_decide", **decision)
    for voter in ("chair", "member"):
        if result["state"] == "in_review":
            result = visit(voter).done("indep_request_vote", ballot="for", **decision)
    assert result["state"] == "released", result
    reader = visit("steward" if planted.workspace.get("audience") == "staff" else None)
    package = reader.done("package_show", id=result["live_id"])
    views = reader.done("resource_view_list", id=package["resources"][0]["id"])
    return replace(planted, workspace=package, resource=package["resources"][0], view=views[0])


def _scan(owner: Visitor, decision: dict[str, str]) -> None:
    """Wait until the worker has scanned it, and answer for what looks like personal data."""
    deadline = time.monotonic() + 60
    left = owner.done("indep_request_show", id=decision["id"])["scan_left"]
    while left and left["awaited"] and time.monotonic() < deadline:
        time.sleep(0.5)
        left = owner.done("indep_request_show", id=decision["id"])["scan_left"]
    if left:
        owner.done("indep_scan_answer", reason="Words that mean nobody.", **decision)


def _describe_columns(steward: Visitor, resource_id: str, canary: str) -> None:
    """Fill in the data dictionary once the worker has read the file."""
    deadline = time.monotonic() + 60
    answer = steward.act("datastore_search", resource_id=resource_id, limit=0)
    while answer.status_code != 200 and time.monotonic() < deadline:
        time.sleep(0.5)
        answer = steward.act("datastore_search", resource_id=resource_id, limit=0)
    assert answer.status_code == 200, answer.text
    columns = [c for c in answer.json()["result"]["fields"] if c["id"] != "_id"]
    info = {"label": f"Label {canary}", "notes": f"Column {canary}"}
    steward.done(
        "datastore_create",
        resource_id=resource_id,
        force=True,
        fields=[{"id": c["id"], "type": c["type"], "info": info} for c in columns],
    )
