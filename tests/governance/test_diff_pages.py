"""What reviewers see of a pending request, and that nobody else sees any of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers
from ckanext.datastore.backend.postgres import get_write_engine
from werkzeug.datastructures import FileStorage

from ckanext.indep.governance import outbox
from ckanext.indep.tabular.jobs import load_table
from tests.governance.conftest import City, act, approve

Make = Callable[..., dict[str, Any]]

SAME = [(f"S{number}", "64050", 0) for number in range(60)]
BEFORE = "case,zip,count\n" + "".join(
    f"{case},{zip_},{count}\n"
    for case, zip_, count in [("A", "64050", 1), ("B", "64055", 2), ("C", "64056", 3), *SAME]
)
AFTER = "case,zip,count,seen\nbroken\n" + "".join(
    f"{case},{zip_},{count},canaryrow\n"
    for case, zip_, count in [("A", "64050", 1), ("B", "64055", 9), ("D", "64058", 4), *SAME]
)


@pytest.fixture
def change(city: City, released: Make) -> dict[str, Any]:
    """A submitted change of a released table, as the data owner sees it."""
    package = released(csv=BEFORE)
    outbox.drain()
    request = act(city.steward, "indep_request_open", id=package["id"])
    workspace = act(
        city.steward, "package_patch", id=request["workspace_id"], notes="One row a case."
    )
    resource = workspace["resources"][0]
    upload = FileStorage(io.BytesIO(AFTER.encode()), filename="cases.csv")
    act(city.steward, "resource_patch", id=resource["id"], upload=upload, table_key="zip, case")
    outbox.drain()
    load_table(resource["id"])
    act(city.steward, "indep_request_submit", id=request["id"])
    shown = act(city.owner, "indep_request_show", id=request["id"])
    return {**shown, "file": shown["revision"]["content"]["resources"][0]["id"]}


def _pages(change: dict[str, Any]) -> list[str]:
    start = f"/request/{change['number']}"
    return [start, f"{start}/table/{change['file']}", f"{start}/file/{change['file']}"]


def _as(user: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user)["token"]} if user else {}


def test_everything_of_a_change(app: Any, city: City, change: dict[str, Any]) -> None:
    """One submitted request, seen by each role, before and after its release."""
    waiting = act(city.owner, "indep_request_diff", id=change["id"])
    assert waiting["comparison"]["files"][0]["rows"] == {"state": "waiting"}
    assert "being compared" in app.get(_pages(change)[0], headers=_as(city.owner)).body
    outbox.drain()
    _check_diff(act(city.owner, "indep_request_diff", id=change["id"]))
    auditor, neighbour = factories.User()["name"], factories.User()["name"]
    helpers.call_action("indep_appointment_create", user=auditor, office="auditor")
    factories.Organization(users=[{"name": neighbour, "capacity": "editor"}])
    for reader in (city.owner, city.members[0], auditor):
        page, table, file = (app.get(p, headers=_as(reader)) for p in _pages(change))
        assert page.status_code == table.status_code == file.status_code == 200, reader
        assert "1 row changed" in page.body
        assert "canaryrow" in table.body
        assert "this is what was submitted" in table.body
        assert "1 row left out" in table.body
        assert file.data == AFTER.encode()
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in file.headers["Content-Security-Policy"]
        assert file.headers["X-Content-Type-Options"] == "nosniff"
    for stranger in ("", city.outsider, neighbour):
        for page in _pages(change)[1:]:
            answer = app.get(page, headers=_as(stranger), status=404)
            assert "canaryrow" not in answer.body
        with pytest.raises((tk.ObjectNotFound, tk.NotAuthorized)):
            act(stranger, "indep_request_diff", id=change["id"])
    _check_search(app, city, change)
    _check_loudness(app, city, change)
    approve(city, change)
    outbox.drain()
    after = act(city.owner, "indep_request_diff", id=change["id"])
    _check_diff(after)
    table = app.get(_pages(change)[1], headers=_as(city.owner))
    assert "this is what was submitted" in table.body
    assert "table_key" not in act("", "package_show", id=change["live_id"])["resources"][0]


def _check_diff(diff: dict[str, Any]) -> None:
    summary, (file,) = diff["comparison"]["summary"], diff["comparison"]["files"]
    assert summary["fields"] == 1
    assert summary["columns"]["added"] == 1
    assert file["rows"]["key"] == ["zip", "case"]
    assert [file["rows"][kind] for kind in ("added", "removed", "changed")] == [1, 1, 1]


def _check_search(app: Any, city: City, change: dict[str, Any]) -> None:
    table = _pages(change)[1]
    found = app.get(f"{table}?q=64058", headers=_as(city.owner)).body
    assert "Rows 1 to 1 of 1" in found
    assert "No row" in app.get(f"{table}?q=nothing", headers=_as(city.owner)).body
    for odd in ("offset=-1", "offset=x", "offset=99999999999999999999", "q=%27%29%3B--"):
        assert app.get(f"{table}?{odd}", headers=_as(city.owner)).status_code == 200


def _check_loudness(app: Any, city: City, change: dict[str, Any]) -> None:
    """A row that was changed past all guards is told, and told no more once it is put back."""
    workspace = act(city.owner, "package_show", id=change["workspace_id"])
    table = sa.table(workspace["resources"][0]["id"], sa.column("count"))
    for count, loud in ((5, True), (4, False)):
        with get_write_engine().begin() as connection:
            connection.execute(
                sa.update(table).where(table.c.count.in_([4, 5])).values(count=count)
            )
        body = app.get(_pages(change)[1], headers=_as(city.owner)).body
        assert ("This is not what was submitted" in body) is loud
