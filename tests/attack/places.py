"""Where a visitor could come across a dataset: at its own addresses, and in lists."""

from __future__ import annotations

from tests.attack.planting import DEPARTMENT, Planted

__all__ = ["content", "lists", "own"]

API = "/api/3/action/"


def content(planted: Planted) -> list[str]:
    """Return the addresses that show its words to whoever may read it."""
    ids, word = planted.ids, planted.word
    package, resource, view = ids["package"], ids["resource"], ids["view"]
    return [
        f"/dataset/{package}",
        f"/dataset/{ids['name']}",
        f"/dataset/{package}/resource/{resource}",
        f"/dataset/{package}/resource/{resource}/view/{view}",
        f"/dataset/{package}/resource/{resource}/download",
        f"/dataset/{package}/resource/{resource}/download/{word}.csv",
        f"/datastore/dump/{resource}",
        f"/datastore/dump/{resource}?format=json",
        f"/datastore/dump/{resource}?format=tsv",
        f"/datastore/dump/{resource}?format=xml&bom=true",
        f"{API}package_show?id={package}",
        f"{API}package_show?id={ids['name']}",
        f"{API}resource_show?id={resource}",
        f"{API}resource_view_list?id={resource}",
        f"{API}resource_view_show?id={view}",
        f"{API}datastore_search?resource_id={resource}",
        f"{API}datastore_search?resource_id={resource}&q={word}&fields=name",
        f"{API}datastore_info?id={resource}",
    ]


def own(planted: Planted) -> list[str]:
    """Return every address that names it by an id of its own."""
    ids, word = planted.ids, planted.word
    package, resource, number = ids["package"], ids["resource"], ids["number"]
    return [
        *content(planted),
        f"/dataset/{package}/dictionary/{resource}",
        f"/dataset/{package}/resource/{resource}/schema.json",
        f"/dataset/{package}/resource/{resource}/edit",
        f"/dataset/{package}/datapackage.json",
        f"/dataset/{package}.ttl",
        f"/dataset/{package}.xml",
        f"/dataset/{package}.jsonld",
        f"/dataset/groups/{package}",
        f"/dataset/edit/{package}",
        f"/dataset/followers/{package}",
        f"{API}indep_request_show?id={ids['request']}",
        f"{API}indep_request_table?id={ids['request']}&resource_id={resource}",
        f"{API}indep_request_diff?id={ids['request']}",
        f"{API}indep_table_report?id={resource}",
        f"{API}indep_publication_history?id={package}",
        f"{API}dataset_follower_count?id={package}",
        f"{API}package_relationships_list?id={package}",
        f"{API}dcat_dataset_show?id={package}",
        f'{API}datastore_search_sql?sql=SELECT * FROM "{resource}"',
        f"{API}resource_search?query=name:{word}",
        f"/request/{number}",
        f"/request/{number}/table/{resource}",
        f"/request/{number}/file/{resource}",
    ]


def lists(word: str) -> list[str]:
    """Return the lists, searches, feeds and exports that are the same for everybody."""
    return [
        "/",
        "/dataset/",
        f"/dataset/?q={word}",
        f"/organization/{DEPARTMENT}",
        f"/organization/{DEPARTMENT}?q={word}",
        "/catalog.ttl",
        "/catalog.xml",
        "/catalog.jsonld",
        "/data.json",
        "/dcat-us-3.json",
        "/sitemap.xml",
        "/released.atom",
        "/feeds/dataset.atom",
        f"/feeds/custom.atom?q={word}",
        f"/feeds/tag/{word}.atom",
        f"/feeds/organization/{DEPARTMENT}.atom",
        "/insight",
        "/insight/feed.atom",
        "/inventory.json",
        "/inventory.csv",
        "/data-requests",
        "/open-data-program",
        "/committee",
        "/committee/calendar.ics",
        f"{API}package_search?q={word}",
        f"{API}package_search?q=*:*&rows=1000&include_drafts=true&include_private=true",
        f"{API}package_search?facet.field=[%22tags%22]&facet.mincount=0&facet.limit=-1",
        f"{API}package_search?facet.field=[%22title_string%22]&facet.mincount=0&facet.limit=-1",
        f"{API}package_autocomplete?q={word[:8]}",
        f"{API}package_list",
        f"{API}current_package_list_with_resources",
        f"{API}resource_search?query=name:{word}",
        f"{API}tag_list?query={word}",
        f"{API}tag_list",
        f"{API}tag_search?query={word}",
        f"{API}tag_autocomplete?query={word[:8]}",
        f"{API}tag_show?id={word}&include_datasets=true",
        f"{API}format_autocomplete?q=csv",
        f"{API}datastore_search?resource_id=_table_metadata",
        f"{API}datastore_info?id=_table_metadata",
        "/datastore/dump/_table_metadata",
        f"{API}member_list?id={DEPARTMENT}&object_type=package",
        f"{API}organization_show?id={DEPARTMENT}&include_datasets=true",
        f"{API}group_package_show?id={DEPARTMENT}",
        f"{API}user_show?id=data-owner&include_datasets=true",
        f"{API}dcat_catalog_show",
        f"{API}dcat_catalog_search?q={word}",
        f"{API}indep_measure_list",
        f"{API}indep_holding_list",
    ]
