"""A release that is cut short: either wholly the old or wholly the new version is public."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from ckanext.indep.governance import outbox, verify
from ckanext.indep.governance.maintenance import ticking
from ckanext.indep.governance.model import Outbox
from ckanext.indep.governance.publishing import releasing
from ckanext.indep.tabular.jobs import load_table
from tests.governance.conftest import City, act
from tests.tools.killed import killed_at

Make = Callable[..., dict[str, Any]]

POINTS = [
    # where the process dies, and whether the new version is public afterwards at once
    ("ckanext.indep.governance.publishing.release._publish", False),
    ("ckanext.indep.governance.publishing.release._move_resources", False),
    ("ckanext.indep.governance.publishing.release._ask_for_the_rest", False),
    ("ckanext.indep.governance.notifications.tell", False),
    ("ckanext.indep.governance.outbox.drain", True),
    ("ckanext.indep.governance.tables._retire", True),
]


def _approved_but_not_released(city: City, package: dict[str, Any]) -> dict[str, Any]:
    """Propose new text and new rows, and take all votes; a broken release leaves it approved."""
    request = act(city.steward, "indep_request_open", id=package["id"])
    act(city.steward, "package_patch", id=request["workspace_id"], notes="New text.")
    workspace = act(city.steward, "package_show", id=request["workspace_id"])
    copy = workspace["resources"][0]
    upload = FileStorage(io.BytesIO(b"zip,count\n02116,9\n"), filename="new.csv")
    act(city.steward, "resource_patch", id=copy["id"], upload=upload)
    outbox.drain()
    load_table(copy["id"])
    act(city.steward, "indep_request_submit", id=request["id"])
    shown = act(city.owner, "indep_request_show", id=request["id"])
    decision = {"id": request["id"], "revision_id": shown["revision_id"]}
    act(city.owner, "indep_request_decide", **decision)
    act(city.members[0], "indep_request_vote", ballot="for", **decision)
    return {**shown, "decision": decision}


@pytest.mark.parametrize(("point", "is_new"), POINTS)
def test_killed_in_the_middle_of_a_release(
    city: City, released: Make, point: str, is_new: bool
) -> None:
    package = released()
    request = _approved_but_not_released(city, package)
    vote = {"ballot": "for", **request["decision"]}
    killed_at(point, lambda: act(city.members[1], "indep_request_vote", **vote))
    seen = act("", "package_show", id=package["id"])
    assert (seen["notes"] == "New text.") is is_new
    releasing.release_waiting()
    outbox.drain()
    after = act("", "package_show", id=package["id"])
    rows = act("", "datastore_search", resource_id=package["resources"][0]["id"])["records"]
    assert after["notes"] == "New text."
    assert [(r["zip"], r["count"]) for r in rows] == [("02116", 9)]
    assert list(verify.breaches()) == []


@pytest.mark.parametrize("swap", ["fails", "is done elsewhere"])
def test_new_rows_outlive_a_swap_that_has_to_wait(city: City, released: Make, swap: str) -> None:
    package = released()
    request = _approved_but_not_released(city, package)
    with contextlib.ExitStack() as meanwhile:
        if swap == "fails":
            patch = meanwhile.enter_context(pytest.MonkeyPatch.context())
            patch.setitem(outbox.HANDLERS, "swap", _locked)
            act(city.members[1], "indep_request_vote", ballot="for", **request["decision"])
        else:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(outbox, "drain", lambda *_kinds: 0)
                act(city.members[1], "indep_request_vote", ballot="for", **request["decision"])
            other = meanwhile.enter_context(Session(ckan_model.Session.get_bind()))
            kind = select(Outbox).where(Outbox.kind == "swap", Outbox.done_at.is_(None))
            other.execute(kind.with_for_update()).one()
        outbox.drain()
        ticking.tick()
    outbox.drain()
    rows = act("", "datastore_search", resource_id=package["resources"][0]["id"])["records"]
    assert [(r["zip"], r["count"]) for r in rows] == [("02116", 9)]
    assert ckan_model.Package.get(request["workspace_id"]) is None
    assert list(verify.breaches()) == []


def test_next_version_waits_for_the_rows_of_the_last(city: City, released: Make) -> None:
    package = released()
    request = _approved_but_not_released(city, package)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(outbox.HANDLERS, "swap", _locked)
        act(city.members[1], "indep_request_vote", ballot="for", **request["decision"])
        following = act(city.steward, "indep_request_open", id=package["id"])
        act(city.steward, "package_patch", id=following["workspace_id"], notes="Newer text.")
        with pytest.raises(tk.ValidationError, match="still being put in place"):
            act(city.steward, "indep_request_submit", id=following["id"])
        workspace = act(city.steward, "package_show", id=following["workspace_id"])
        row = {"resource_id": workspace["resources"][0]["id"], "records": [{"zip": "64055"}]}
        with pytest.raises(tk.ValidationError, match="still being put in place"):
            act(city.steward, "datastore_upsert", method="insert", **row)
    outbox.drain()
    act(city.steward, "indep_request_submit", id=following["id"])
    changed = act(city.steward, "indep_request_diff", id=following["id"])["comparison"]
    assert [one["field"] for one in changed["fields"]] == ["notes"]
    assert not changed["files"]


def _locked(**_payload: Any) -> None:
    raise RuntimeError("canceling statement due to lock timeout")
