"""A request that was overtaken is brought up to date, and both changes become public."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.indep.governance import outbox, verify
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.tabular.jobs import load_table
from tests.governance.conftest import City, act, approve

Make = Callable[..., dict[str, Any]]


class TestStale:
    def test_both_changes_become_public(self, city: City, released: Make) -> None:
        package = released()
        late = _open(city, package, notes="What the late request says.", tag_string="roads,repairs")
        act(city.steward, "indep_request_submit", id=late["id"])
        with Overtaking(late):
            _replace(city, package, notes="What overtook it says.", tag_string="streets,potholes")
        stale = approve(city, act(city.owner, "indep_request_show", id=late["id"]))
        assert stale["state"] == "stale"
        merge = act(city.steward, "indep_request_merge", id=late["id"])
        (conflict,) = merge["conflicts"]
        assert (conflict["key"], conflict["mine"]) == (":notes", "What the late request says.")
        assert merge["arrived"]["summary"]["fields"] == 2
        draft = act(
            city.steward,
            "indep_request_rebase",
            id=late["id"],
            seen=merge["seen"],
            choices={":notes": "mine"},
        )
        assert (draft["state"], draft["revision_id"]) == ("draft", None)
        after = _release(city, late)
        assert after["notes"] == "What the late request says."
        assert {"potholes", "roads", "streets"} <= {tag["name"] for tag in after["tags"]}
        assert list(verify.breaches()) == []

    def test_a_file_that_overtook_it_is_shared_again(self, city: City, released: Make) -> None:
        package = released()
        late = _open(city, package, notes="Only the notes.")
        act(city.steward, "indep_request_submit", id=late["id"])
        with Overtaking(late):
            _replace(city, package, csv="zip,count\n64050,9\n64055,1\n64056,2\n")
        assert approve(city, act(city.owner, "indep_request_show", id=late["id"]))["state"] == (
            "stale"
        )
        merge = act(city.steward, "indep_request_merge", id=late["id"])
        assert merge["conflicts"] == []
        act(city.steward, "indep_request_rebase", id=late["id"], seen=merge["seen"])
        after = _release(city, late)
        assert after["notes"] == "Only the notes."
        assert _rows(after) == ["64050", "64055", "64056"]
        assert list(verify.breaches()) == []

    @pytest.mark.parametrize(
        ("choice", "rows"), [("mine", ["64058"]), ("public", ["64050", "64055"])]
    )
    def test_a_file_replaced_on_both_sides(
        self, city: City, released: Make, choice: str, rows: list[str]
    ) -> None:
        package = released()
        late = _open(city, package)
        _upload(city, late["workspace_id"], "zip,count\n64058,7\n")
        with Overtaking(late):
            _replace(city, package, csv="zip,count\n64050,9\n64055,1\n")
        merge = act(city.steward, "indep_request_merge", id=late["id"])
        (conflict,) = merge["conflicts"]
        assert conflict["field"] == "file"
        act(
            city.steward,
            "indep_request_rebase",
            id=late["id"],
            seen=merge["seen"],
            choices={conflict["key"]: choice},
        )
        outbox.drain()
        if choice == "public":
            act(city.steward, "package_patch", id=late["workspace_id"], notes="And this.")
        after = _release(city, late)
        assert _rows(after) == rows
        assert list(verify.breaches()) == []

    def test_a_file_that_was_removed_there_and_changed_here(
        self, city: City, released: Make
    ) -> None:
        package = released()
        late = _open(city, package)
        workspace = act(city.steward, "package_show", id=late["workspace_id"])
        first = workspace["resources"][0]
        act(city.steward, "resource_patch", id=first["id"], description="Kept, I say.")
        with Overtaking(late):
            other = act(city.steward, "indep_request_open", id=package["id"])
            _upload(city, other["workspace_id"], "zip,count\n1,1\n", new=True)
            old = act(city.steward, "package_show", id=other["workspace_id"])["resources"][0]
            act(city.steward, "resource_delete", id=old["id"])
            _release(city, other)
        merge = act(city.steward, "indep_request_merge", id=late["id"])
        (conflict,) = merge["conflicts"]
        assert (conflict["field"], conflict["public"]) == ("resource", None)
        act(
            city.steward,
            "indep_request_rebase",
            id=late["id"],
            seen=merge["seen"],
            choices={conflict["key"]: "mine"},
        )
        after = _release(city, late)
        assert [r["name"] for r in after["resources"]] == ["More", "Potholes"]
        assert after["resources"][1]["description"] == "Kept, I say."
        assert list(verify.breaches()) == []


class TestRefusals:
    def test_a_draft_that_was_overtaken_cannot_be_submitted(
        self, city: City, released: Make
    ) -> None:
        package = released()
        late = _open(city, package, notes="Late.")
        with Overtaking(late):
            _replace(city, package, contact_name="Streets")
        with pytest.raises(tk.ValidationError, match="up to date"):
            act(city.steward, "indep_request_submit", id=late["id"])
        merge = act(city.steward, "indep_request_merge", id=late["id"])
        for wrong in (
            {"choices": {":nothing": "mine"}},
            {"choices": "mine"},
            {"choices": [{"key": "mine"}]},
            {"seen": "0" * 64},
        ):
            with pytest.raises(tk.ValidationError):
                act(
                    city.steward,
                    "indep_request_rebase",
                    **{"id": late["id"], "seen": merge["seen"], **wrong},
                )
        for stranger in (city.outsider, city.members[0], ""):
            with pytest.raises((tk.ObjectNotFound, tk.NotAuthorized)):
                act(stranger, "indep_request_rebase", id=late["id"], seen=merge["seen"])
        assert act(city.steward, "indep_request_show", id=late["id"])["state"] == "draft"
        act(city.steward, "indep_request_rebase", id=late["id"], seen=merge["seen"])
        with pytest.raises(tk.ValidationError, match="up to date"):
            act(city.steward, "indep_request_rebase", id=late["id"], seen=merge["seen"])
        assert _release(city, late)["contact_name"] == "Streets"

    def test_choices_on_the_page(self, app: Any, city: City, released: Make) -> None:
        """A missing, a wrong and an outdated choice are refused, and what was chosen is kept."""
        package = released()
        late = _open(city, package, notes="Late.")
        with Overtaking(late):
            _replace(city, package, notes="Early.")
        merge = act(city.steward, "indep_request_merge", id=late["id"])
        page = f"/request/{late['number']}/update"
        steward = {"Authorization": factories.APIToken(user=city.steward)["token"]}
        outsider = {"Authorization": factories.APIToken(user=city.outsider)["token"]}
        assert "Early." in app.get(page, headers=steward).body
        for stranger in (outsider, {}):
            assert "Early." not in app.get(page, headers=stranger, status=404).body
        for form, sentence in (
            ({"seen": merge["seen"]}, "Choose for"),
            ({"seen": merge["seen"], "choice::notes": "both"}, "Choose"),
            ({"choice::notes": "public"}, "Missing value"),
            ({"seen": "0", "choice::notes": "public"}, "has changed since you opened"),
        ):
            answer = app.post(page, data=form, headers=steward, status=409)
            assert sentence in answer.body
            chosen = re.search(r"<input[^>]*\bchecked\b", answer.body) is not None
            assert chosen is (form.get("choice::notes") == "public")
        form = {"seen": merge["seen"], "choice::notes": "public"}
        assert app.post(page, data=form, headers=steward, follow_redirects=False).status_code == 302
        draft = act(city.steward, "package_show", id=late["workspace_id"])
        assert draft["notes"] == "Early."


class Overtaking:
    """While it lasts, another request may be opened and released on the same dataset.

    Only one request at a time may hold a dataset, so that in life it takes a roll back or a
    repair by the operator to overtake one. Here the late request stands aside meanwhile.
    """

    def __init__(self, request: dict[str, Any]) -> None:
        self.request_id = request["id"]
        self.state = ""

    def __enter__(self) -> None:
        request = ckan_model.Session.get(ChangeRequest, self.request_id)
        assert request
        self.state = request.state
        self._put("withdrawn")

    def __exit__(self, *_error: object) -> None:
        self._put(self.state)

    def _put(self, state: str) -> None:
        ckan_model.Session.rollback()
        ckan_model.Session.execute(
            sa.update(ChangeRequest).where(ChangeRequest.id == self.request_id).values(state=state)
        )
        ckan_model.Session.commit()


def _open(city: City, package: dict[str, Any], **fields: Any) -> dict[str, Any]:
    request = act(city.steward, "indep_request_open", id=package["id"])
    if fields:
        act(city.steward, "package_patch", id=request["workspace_id"], **fields)
    return request


def _replace(city: City, package: dict[str, Any], csv: str = "", **fields: Any) -> None:
    """Take another change of the dataset all the way."""
    request = _open(city, package, **fields)
    if csv:
        _upload(city, request["workspace_id"], csv)
    _release(city, request)


def _upload(city: City, workspace_id: str, csv: str, new: bool = False) -> None:
    upload = FileStorage(io.BytesIO(csv.encode()), filename="potholes.csv")
    workspace = act(city.steward, "package_show", id=workspace_id)
    if new:
        made = act(
            city.steward,
            "resource_create",
            package_id=workspace_id,
            name="More",
            format="CSV",
            upload=upload,
        )
    else:
        made = act(
            city.steward, "resource_patch", id=workspace["resources"][0]["id"], upload=upload
        )
    outbox.drain()
    load_table(made["id"])


def _release(city: City, request: dict[str, Any]) -> dict[str, Any]:
    """Submit and approve; return the public package."""
    act(city.steward, "indep_request_submit", id=request["id"])
    result = approve(city, act(city.owner, "indep_request_show", id=request["id"]))
    assert result["state"] == "released"
    outbox.drain()
    return act("", "package_show", id=request["live_id"])


def _rows(package: dict[str, Any]) -> list[str]:
    found = act("", "datastore_search", resource_id=package["resources"][0]["id"], sort="zip")
    return [row["zip"] for row in found["records"]]
