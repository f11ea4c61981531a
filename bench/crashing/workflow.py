"""The way of the trials' dataset through the workflow, over HTTP."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bench import data, scans
from bench.client import Client
from bench.crashing.stack import Stack
from bench.crashing.words import DRAFT, rows, word

PATIENCE = 90
HELPED_AFTER = 15
PAUSE = 0.2


@dataclass(frozen=True)
class Pending:
    """A request that lacks its last vote.

    Args:
        request_id: its id.
        revision_id: what is voted on.
        live_id: what will be public.
    """

    request_id: str
    revision_id: str
    live_id: str

    @property
    def vote(self) -> dict[str, Any]:
        """The last vote, by the role `member`."""
        return {"id": self.request_id, "revision_id": self.revision_id, "ballot": "for"}


def draft(stack: Stack) -> None:
    """Begin a dataset that never becomes public."""
    told = {"title": f"Draft {word(DRAFT)}", "notes": word(DRAFT)}
    Client(stack.side, "steward").post("package_create", **{**_fields(None), **told})


def first(stack: Stack, name: str, version: int) -> Pending:
    """Propose a new dataset with a table, up to the last vote."""
    steward = Client(stack.side, "steward")
    told = {"name": name, "title": f"Title {word(version)}", "notes": f"Notes {word(version)}"}
    workspace = steward.post("package_create", **{**_fields(name), **told})
    steward.post(
        "resource_create",
        files={"upload": ("rows.csv", rows(version))},
        package_id=workspace["id"],
        name="Rows",
        format="CSV",
    )
    mine = steward.get("indep_request_list", which="mine")
    return _submit(stack, next(r for r in mine if r["workspace_id"] == workspace["id"])["id"])


def change(stack: Stack, name: str, version: int) -> Pending:
    """Propose other text and other rows for the released dataset, up to the last vote."""
    steward = Client(stack.side, "steward")
    request = steward.post("indep_request_open", id=name)
    workspace = steward.post(
        "package_patch",
        id=request["workspace_id"],
        title=f"Title {word(version)}",
        notes=f"Notes {word(version)}",
    )
    steward.post(
        "resource_patch",
        files={"upload": ("rows.csv", rows(version))},
        id=workspace["resources"][0]["id"],
    )
    return _submit(stack, request["id"])


def vote(stack: Stack, pending: Pending) -> Any:
    """Cast the last vote."""
    return Client(stack.side, "member").post("indep_request_vote", **pending.vote)


def _fields(name: str | None) -> dict[str, Any]:
    fields = data.fields(0) | {"tags": [{"name": "crash-trials"}]}
    del fields["name"]
    return fields if name is None else {**fields, "name": name}


def _submit(stack: Stack, request_id: str) -> Pending:
    steward = Client(stack.side, "steward")
    policy = steward.get("indep_policy_show")["content"]
    checklist = {q["id"]: q["answers"][0] for q in policy.get("checklist", [])}
    began = time.monotonic()
    while True:
        try:
            sent = steward.post("indep_request_submit", id=request_id, checklist=checklist)
            break
        except RuntimeError as error:
            waited = time.monotonic() - began
            if "still being read" not in str(error) or waited > PATIENCE:
                raise
            time.sleep(PAUSE)
            if waited > HELPED_AFTER:
                _work(stack)
    while scans.is_awaited(steward, request_id):
        waited = time.monotonic() - began
        if waited > PATIENCE:
            raise RuntimeError("The scan for personal data did not end in time.")
        time.sleep(PAUSE)
        if waited > HELPED_AFTER:
            _work(stack)
    decision = {"id": request_id, "revision_id": sent["revision_id"]}
    Client(stack.side, "owner").post("indep_request_decide", **decision)
    Client(stack.side, "chair").post("indep_request_vote", ballot="for", **decision)
    return Pending(request_id, sent["revision_id"], sent["live_id"])


def _work(stack: Stack) -> None:
    """Do the worker's part; what wakes it may have been lost."""
    stack.commands.run("indep tick")
    stack.commands.run("jobs worker --burst")
