"""What reviewers are told besides what waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.tests import factories

from tests.governance.conftest import City, act, approve

Make = Callable[..., dict[str, Any]]


def _as(user: str) -> dict[str, str]:
    return {"Authorization": factories.APIToken(user=user)["token"]}


def test_what_a_department_released_by_itself_is_listed_to_the_committee(
    app: Any, city: City, released: Make
) -> None:
    package = released()
    request = act(city.steward, "indep_request_open", id=package["id"])
    act(city.steward, "package_patch", id=request["workspace_id"], contact_name="Streets")
    sent = act(city.steward, "indep_request_submit", id=request["id"])
    assert sent["lane"] == "department"
    assert approve(city, sent)["state"] == "released"
    for reviewer in (city.members[0], city.admin):
        listed = act(reviewer, "indep_request_list", which="without_committee")
        assert [row["number"] for row in listed] == [request["number"]]
    for other in (city.steward, city.owner, city.outsider):
        assert act(other, "indep_request_list", which="without_committee") == []
    heading = "Released without the committee"
    assert heading in app.get("/review", headers=_as(city.members[0])).body
    assert heading not in app.get("/review", headers=_as(city.owner)).body


def test_of_a_link_they_are_told_that_only_the_address_is_approved(
    app: Any, city: City, draft: Make
) -> None:
    """What a linked address leads to can change after the vote, so nothing else is promised."""
    workspace = draft()
    link = {"name": "Map", "format": "HTML", "url": "https://example.gov/map"}
    act(city.steward, "resource_create", package_id=workspace["id"], **link)
    mine = act(city.steward, "indep_request_list", which="mine")[0]
    act(city.steward, "indep_request_submit", id=mine["id"])
    page = app.get(f"/request/{mine['number']}", headers=_as(city.owner)).body
    assert "https://example.gov/map" in page
    assert page.count("Only the address is approved.") == 1
