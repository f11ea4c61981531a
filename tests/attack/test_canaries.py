"""Words that only a draft or the staff know are looked for wherever a stranger can look."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.attack.visitor import Visitor
from tests.tools.answers import CHECKLIST

Visit = Callable[..., Visitor]

STAFF_ONLY = ("steward", "retention")
"""Staff-only fields with free text; the others have terms of a vocabulary."""


@dataclass(frozen=True)
class Planted:
    """A draft full of canaries: `word` is in everything public, `secret` in staff-only fields."""

    word: str
    secret: str
    workspace: dict[str, Any]
    resource: dict[str, Any]
    request: dict[str, Any]


def _word(start: str) -> str:
    return start + "".join(random.choices(string.ascii_lowercase, k=10))


@pytest.fixture(scope="module")
def planted(visit: Visit) -> Planted:
    """Plant the canaries as a steward: in every field, in a tag, in a file and its rows."""
    steward = visit("steward")
    word, secret = _word("canary"), _word("secret")
    department = steward.done("organization_show", id="city-manager")["id"]
    workspace = steward.done(
        "package_create",
        title=f"Title {word}",
        notes=f"Notes {word}",
        tags=[{"name": word}],
        owner_org=department,
        contact_name=f"Contact {word}",
        contact_email=f"{word}@example.org",
        access_level="public",
        license_id="cc-zero",
        theme=["environment"],
        update_frequency="R/P1M",
        collection_method=f"Method {word}",
        limitations=f"Limits {word}",
        steward=f"Steward {secret}",
        retention=f"Retention {secret}",
        classification="confidential",
        pii_reviewed="removed",
    )
    answer = steward.post(
        "/api/3/action/resource_create",
        data={"package_id": workspace["id"], "name": f"File {word}", "format": "CSV"},
        files={"upload": (f"{word}.csv", f"name,zip\n{word},02116\n".encode())},
    )
    assert answer.status_code == 200, answer.text
    mine = steward.done("indep_request_list", which="mine")
    request = next(r for r in mine if r["workspace_id"] == workspace["id"])
    return Planted(word, secret, workspace, answer.json()["result"], request)


def _places(planted: Planted, package_id: str, name: str) -> list[str]:
    """Return every address at which a stranger could come across the package."""
    resource, word = planted.resource["id"], planted.word
    api = "/api/3/action/"
    return [
        f"/dataset/{package_id}",
        f"/dataset/{name}",
        f"/dataset/?q={word}",
        f"/dataset/{package_id}/resource/{resource}",
        f"/dataset/{package_id}/resource/{resource}/download/{word}.csv",
        f"/dataset/{package_id}/dictionary/{resource}",
        f"/dataset/{package_id}/resource/{resource}/schema.json",
        f"/dataset/{package_id}/datapackage.json",
        f"/dataset/groups/{package_id}",
        f"/datastore/dump/{resource}",
        f"{api}package_show?id={package_id}",
        f"{api}package_show?id={name}",
        f"{api}resource_show?id={resource}",
        f"{api}resource_view_list?id={resource}",
        f"{api}resource_search?query=name:{word}",
        f"{api}package_search?q={word}",
        f"{api}package_search?q=*:*&rows=1000&include_drafts=true&include_private=true",
        f"{api}package_search?facet.field=[%22tags%22]&facet.mincount=0&facet.limit=-1",
        f"{api}package_search?facet.field=[%22title_string%22]&facet.mincount=0&facet.limit=-1",
        f"{api}package_autocomplete?q={word[:8]}",
        f"{api}package_list",
        f"{api}current_package_list_with_resources",
        f"{api}tag_list?query={word}",
        f"{api}tag_list",
        f"{api}tag_search?query={word}",
        f"{api}tag_autocomplete?query={word[:8]}",
        f"{api}tag_show?id={word}",
        f"{api}format_autocomplete?q=csv",
        f"{api}datastore_search?resource_id={resource}",
        f"{api}datastore_search?resource_id=_table_metadata",
        f"{api}datastore_info?id={resource}",
        f"{api}indep_request_show?id={planted.request['id']}",
        f"{api}indep_request_list",
        f"{api}indep_table_report?id={resource}",
        f"{api}indep_publication_history?id={package_id}",
        f"{api}member_list?id=city-manager",
        f"{api}organization_show?id=city-manager&include_datasets=true",
        f"{api}dataset_follower_count?id={package_id}",
        f"{api}package_relationships_list?id={package_id}",
        f"{api}dcat_dataset_show?id={package_id}",
        f"{api}dcat_catalog_show",
        f"/dataset/{package_id}.ttl",
        f"/dataset/{package_id}.xml",
        f"/dataset/{package_id}.jsonld",
        "/catalog.ttl",
        "/catalog.xml",
        "/data.json",
        "/dcat-us-3.json",
        "/sitemap.xml",
        "/released.atom",
        "/feeds/dataset.atom",
        f"/feeds/tag/{word}.atom",
        "/feeds/organization/city-manager.atom",
        f"/request/{planted.request['number']}",
        f"/organization/city-manager?q={word}",
        "/organization/city-manager",
        "/",
        "/work",
        "/review",
    ]


def _echoes_removed(text: str, *asked: str) -> str:
    """Return an answer without what it only repeats of the question."""
    for part in asked:
        text = text.replace(part, "")
    return text


class TestBeforeRelease:
    def test_a_stranger_finds_nothing(self, visit: Visit, planted: Planted) -> None:
        stranger = visit()
        leaks = []
        for place in _places(planted, planted.workspace["id"], planted.workspace["name"]):
            answer = stranger.get(place)
            # Words in the address come back in search boxes and messages: look for others.
            if planted.word in place:
                canaries = [
                    f"Title {planted.word}",
                    f"Notes {planted.word}",
                    f"{planted.word},02116",
                ]
            else:
                canaries = [planted.word]
            if any(canary in answer.text for canary in [*canaries, planted.secret]):
                leaks.append(place)
            assert answer.status_code < 500, (place, answer.status_code)
        assert leaks == []

    def test_hidden_and_missing_look_alike(self, visit: Visit, planted: Planted) -> None:
        stranger = visit()
        missing = "00000000-0000-4000-8000-000000000000"
        for action, hidden in (
            ("package_show", planted.workspace["id"]),
            ("resource_show", planted.resource["id"]),
            ("indep_request_show", planted.request["id"]),
        ):
            answers = [
                stranger.get(f"/api/3/action/{action}?id={key}") for key in (hidden, missing)
            ]
            assert [a.status_code for a in answers] == [answers[0].status_code] * 2, action
            texts = [_echoes_removed(a.text, hidden, missing) for a in answers]
            assert texts[0] == texts[1], action
        for action in ("datastore_search", "datastore_info"):
            answers = [
                stranger.get(f"/api/3/action/{action}?resource_id={key}&id={key}")
                for key in (planted.resource["id"], missing)
            ]
            texts = [_echoes_removed(a.text, planted.resource["id"], missing) for a in answers]
            assert texts[0] == texts[1], action


class TestAfterRelease:
    def test_staff_only_fields_stay_hidden(self, visit: Visit, planted: Planted) -> None:
        package = _release(visit, planted)
        stranger = visit()
        assert planted.word in stranger.get(f"/dataset/{package['name']}").text
        leaks = []
        for place in _places(planted, package["id"], package["name"]):
            text = stranger.get(place).text
            if planted.secret in text or "confidential" in text:
                leaks.append(place)
        assert leaks == []
        assert (
            stranger.get(f"/api/3/action/package_search?q={planted.secret}").json()["result"][
                "count"
            ]
            == 0
        )


def _release(visit: Visit, planted: Planted) -> dict[str, Any]:
    steward = visit("steward")
    answer = steward.act("indep_request_submit", id=planted.request["id"], checklist=CHECKLIST)
    for _ in range(120):
        if answer.status_code == 200:
            break
        assert "still being read" in answer.text, answer.text
        time.sleep(0.5)
        answer = steward.act("indep_request_submit", id=planted.request["id"], checklist=CHECKLIST)
    decision = {
        "id": planted.request["id"],
        "revision_id": answer.json()["result"]["revision_id"],
    }
    visit("owner").done("indep_request_decide", **decision)
    visit("chair").done("indep_request_vote", ballot="for", **decision)
    result = visit("member").done("indep_request_vote", ballot="for", **decision)
    assert result["state"] == "released"
    return visit().done("package_show", id=result["live_id"])
