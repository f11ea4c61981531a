"""Words that only a draft or the staff know are looked for wherever a stranger can look."""

from __future__ import annotations

from collections.abc import Callable

from tests.attack.planting import Planted
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]


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
            if any(canary in answer.text for canary in planted.canaries(place)):
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
    def test_staff_only_fields_stay_hidden(self, visit: Visit, released: Planted) -> None:
        package = released.workspace
        stranger = visit()
        assert released.word in stranger.get(f"/dataset/{package['name']}").text
        leaks = []
        for place in _places(released, package["id"], package["name"]):
            text = stranger.get(place).text
            if released.secret in text or "confidential" in text:
                leaks.append(place)
        assert leaks == []
        assert (
            stranger.get(f"/api/3/action/package_search?q={released.secret}").json()["result"][
                "count"
            ]
            == 0
        )
