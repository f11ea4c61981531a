"""A request's page and the delegations, as people use them: by links and forms only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories

from ckanext.indep import city_time
from ckanext.indep.governance.pages import views
from ckanext.indep.governance.submission import scanning
from tests.governance.conftest import City, act
from tests.tools.answers import CHECKLIST

Make = Callable[..., dict[str, Any]]


def test_from_the_checklist_to_the_last_condition(city: City, draft: Make, app: Any) -> None:
    draft()
    request = act(city.steward, "indep_request_list", which="mine")[0]
    page = f"/request/{request['number']}"
    steward, owner, chair, member = (
        _as(name) for name in (city.steward, city.owner, *city.members[:2])
    )
    given = {f"answer-{key}": answer for key, answer in CHECKLIST.items() if key != "risk"}
    refused = app.post(f"{page}/submit", data=given, headers=steward, status=409)
    assert "Not answered: How much harm could it do?" in refused.body
    assert "Answer the checklist first" in refused.body
    _post(app, f"{page}/submit", steward, {"answer-risk": "low"})
    # Who sends it back may not see the draft that it is then, and so is led to the queue.
    reason = {"reason": "Say more."}
    for headers, place in ((chair, "/review"), (owner, page)):
        sent = app.post(f"{page}/changes", data=reason, headers=headers, follow_redirects=False)
        assert sent.headers["Location"].endswith(place)
        app.get(place, headers=headers, status=200)
        _post(app, f"{page}/submit", steward, {})
    assert "somebody else has to decide" in app.get(page, headers=steward).body
    assert "Recommended: open to everybody." in app.get(page, headers=owner).body
    condition = {"kind": "blocking", "text": "Ask <b>counsel</b>"}
    _post(app, f"{page}/condition", owner, condition)
    assert "Ask &lt;b&gt;counsel&lt;/b&gt;" in app.get(page, headers=owner).body
    decision = {
        "revision_id": act(city.owner, "indep_request_show", id=request["id"])["revision_id"]
    }
    scanning.scan_now(decision["revision_id"])
    _post(app, f"{page}/approve", owner, decision)
    week = (city_time.today() + dt.timedelta(days=7)).isoformat()
    lend = {"to": city.members[0], "ends_on": week, "reason": "On leave"}
    _post(app, "/delegations", member, lend)
    again = app.post("/delegations", data=lend, headers=member, status=409)
    assert "You have a delegate in these days already." in again.body
    assert "In the place of" in app.get(page, headers=chair).body
    vote = {**decision, "ballot": "for"}
    _post(app, f"{page}/vote", chair, vote)
    shown = act(city.members[0], "indep_request_show", id=request["id"])
    _post(app, f"{page}/vote", chair, {**vote, "on_behalf_of": shown["votes_for"][0]["id"]})
    found = app.get(page, headers=owner).body
    assert "Approved with conditions" in found
    assert "in that member’s place" in found
    [open_condition] = shown["conditions"]
    note = {"condition": open_condition["id"], "note": "Counsel agrees"}
    refused = app.post(f"{page}/meet", data=note, headers=member, status=409)
    assert "You do not have the office" in refused.body
    _post(app, f"{page}/meet", owner, note)
    released = act(city.owner, "indep_request_show", id=request["id"])
    assert released["state"] == "released"


def test_delegations_are_for_members(city: City, app: Any) -> None:
    app.get("/delegations", headers=_as(city.outsider), status=403)
    app.get("/delegations", status=403)
    app.post("/delegations/nothing/end", headers=_as(city.members[0]), status=404)


def _as(name: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=name)["token"]}


def _post(app: Any, path: str, headers: dict[str, str], data: dict[str, str]) -> None:
    answer = app.post(path, data=data, headers=headers, follow_redirects=False)
    assert answer.status_code == 302, answer.body


def test_long_lists_come_in_parts(
    app: Any, city: City, draft: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE", 1)
    draft(title="First canary")
    draft(title="Second canary")
    steward = _as(city.steward)
    first = app.get("/work", headers=steward).text
    assert "Second canary" in first
    assert "First canary" not in first
    assert "/work?from=1" in first
    assert "First canary" in app.get("/work?from=1", headers=steward).text
    assert "Second canary" in app.get("/work?from=x", headers=steward).text
    assert app.get("/review?from=999999999&waiting=-1", headers=steward).status_code == 200
