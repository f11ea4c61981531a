"""Every writing action, by everybody, with the authority of each role: nothing becomes public."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.attack.planting import DEPARTMENT, Planted, plant
from tests.attack.probing import TALLY, each
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]
Attempt = tuple[str, dict[str, Any]]

ROLES = (None, "outsider", "other_steward", "steward", "owner", "chair", "auditor", "administrator")


def _attempts(ids: dict[str, str], tag: str) -> Iterator[Attempt]:
    """Yield each way to publish, change, move, hide or destroy a package that CKAN has."""
    package, resource, view = ids["package"], ids["resource"], ids["view"]
    of_package: dict[str, Any] = {"id": package}
    for change in (
        {"state": "active", "private": False},
        {"private": "false"},
        {"state": "deleted"},
        {"title": "Changed"},
        {"owner_org": "police"},
        {"type": "measure"},
        {"tags": [{"name": "changed"}]},
        {"groups": [{"name": DEPARTMENT}]},
        {"extras": [{"key": "x", "value": "y"}]},
        {"relationships_as_subject": [{"object": package, "type": "depends_on"}]},
        {"resources": []},
        {"resources": [{"id": resource, "name": "Changed", "url": "https://example.org"}]},
        {"plugin_data": {"x": "y"}},
    ):
        yield "package_patch", {**of_package, **change}
        yield "package_update", {**of_package, **change}
        yield "package_revise", {"match": of_package, "update": change}
    yield "package_revise", {"match": of_package, "filter": ["-resources__*"]}
    yield "package_delete", of_package
    yield "dataset_purge", of_package
    yield "package_owner_org_update", {**of_package, "organization_id": "police"}
    yield "package_resource_reorder", {**of_package, "order": [resource]}
    for bulk in ("bulk_update_public", "bulk_update_private", "bulk_update_delete"):
        yield bulk, {"org_id": DEPARTMENT, "datasets": [package]}
    member = {"object": package, "object_type": "package", "capacity": "public"}
    yield "member_create", {"id": "police", **member}
    yield "member_delete", {"id": DEPARTMENT, **member}
    yield "group_create", {"name": f"group-{tag}", "packages": [{"name": package}]}
    yield "organization_patch", {"id": DEPARTMENT, "packages": []}
    yield "package_collaborator_create", {**of_package, "user_id": "data-owner"}
    for relation in ("create", "update", "delete"):
        yield f"package_relationship_{relation}", {
            "subject": package, "object": package, "type": "depends_on", "comment": "Changed",
        }  # fmt: skip
    yield "resource_create", {"package_id": package, "url": "https://example.org", "name": "New"}
    yield "resource_create", {"package_id": package, "id": resource, "url": "https://example.org"}
    yield "resource_patch", {"id": resource, "name": "Changed"}
    yield "resource_patch", {"id": resource, "url_type": "", "url": "https://example.org"}
    yield "resource_update", {"id": resource, "url": "https://example.org", "hash": "0" * 64}
    yield "resource_delete", {"id": resource}
    chosen = {"resource_id": resource, "view_type": "datatables_view", "title": "Changed"}
    yield "resource_view_create", chosen
    yield "resource_view_update", {"id": view, **chosen}
    yield "resource_view_delete", {"id": view}
    yield "resource_view_clear", {"view_types": ["datatables_view"]}
    yield "resource_view_reorder", {"id": resource, "order": [view]}
    yield "package_create_default_resource_views", {"package": {"id": package, "resources": []}}
    one = {"id": resource, "package_id": package, "format": "CSV", "url": "x"}
    yield "resource_create_default_resource_views", {"resource": one}
    rows = {"resource_id": resource, "force": True}
    yield "datastore_create", {**rows, "fields": [{"id": "name"}], "records": [{"name": "x"}]}
    yield "datastore_create", {**rows, "aliases": "alias_of_it", "fields": [{"id": "name"}]}
    yield "datastore_create", {"resource": {"package_id": package}, "fields": [{"id": "a"}]}
    yield "datastore_upsert", {**rows, "method": "insert", "records": [{"name": "x"}]}
    yield "datastore_delete", rows
    yield "datastore_records_delete", {**rows, "filters": {}}
    yield "datastore_run_triggers", rows
    yield "datastore_function_create", {"name": "f", "definition": "BEGIN END", "rettype": "x"}
    yield "file_ownership_transfer", {"id": resource, "owner_type": "package", "owner_id": package}
    yield "tag_delete", {"id": tag}
    yield "vocabulary_create", {"name": f"words-{tag}", "tags": [{"name": tag}]}


@pytest.fixture(scope="module")
def target(visit: Visit) -> Planted:
    """A draft that everybody may try to publish, and its own people may edit."""
    return plant(visit("steward"))


def _public(visit: Visit, planted: Planted) -> list[Any]:
    """Return everything that a stranger sees of a released dataset."""
    stranger, ids = visit(), planted.ids
    rows = stranger.done("datastore_search", resource_id=ids["resource"])
    return [
        stranger.done("package_show", id=ids["package"]),
        stranger.done("resource_view_list", id=ids["resource"]),
        {key: rows[key] for key in ("fields", "records", "total")},
        stranger.get(f"/dataset/{ids['name']}").text.count(planted.word),
    ]


class TestEveryWriter:
    @pytest.mark.parametrize("role", ROLES)
    def test_what_is_public_stays_as_it_was_released(
        self, visit: Visit, released: Planted, role: str | None
    ) -> None:
        """For system administrators as well: refused in words, and nothing is changed."""
        before, visitor = _public(visit, released), visit(role)

        def ask(attempt: Attempt) -> Any:
            answer = visitor.act(attempt[0], **attempt[1])
            return [role, *attempt, answer.text] if answer.status_code >= 500 else []

        assert [f for f in each(_attempts(released.ids, released.word), ask) if f] == []
        after = _public(visit, released)
        if after != before:
            TALLY.bypasses.append((role, "released"))
        assert after == before

    @pytest.mark.parametrize("role", ROLES)
    def test_a_draft_stays_hidden(self, visit: Visit, target: Planted, role: str | None) -> None:
        visitor = visit(role)

        def ask(attempt: Attempt) -> Any:
            # Deleting a draft is its steward's right, and would leave nothing to try on.
            if attempt[0] in ("package_delete", "dataset_purge", "bulk_update_delete"):
                return []
            answer = visitor.act(attempt[0], **attempt[1])
            return [role, *attempt, answer.text] if answer.status_code >= 500 else []

        assert [f for f in each(_attempts(target.ids, target.word), ask) if f] == []
        if visit().act("package_show", id=target.ids["package"]).status_code != 404:
            TALLY.bypasses.append((role, "draft"))
        assert TALLY.bypasses == []

    def test_pages_publish_no_more_than_the_api(self, visit: Visit, target: Planted) -> None:
        """The forms of CKAN: save with Publish, the group form, the bulk form, the trash."""
        package, resource = target.ids["package"], target.ids["resource"]
        forms: list[tuple[str, dict[str, str]]] = [
            (f"/dataset/edit/{package}", {"save": "go-metadata", "state": "active", "title": "X"}),
            (f"/dataset/{package}/resource/new", {"save": "go-metadata", "url": "https://x.org"}),
            (f"/dataset/{package}/resource/{resource}/edit", {"save": "go-metadata", "name": "X"}),
            (f"/dataset/groups/{package}", {"group_added": DEPARTMENT}),
            (
                f"/organization/bulk_process/{DEPARTMENT}",
                {"bulk_action.public": "public", f"dataset_{package}": "on"},
            ),
            ("/ckan-admin/trash", {"action": "all"}),
        ]
        for role in ("steward", "owner", "administrator"):
            visitor = visit(role)
            for path, form in forms:
                answer = visitor.post(path, data={"_csrf_token": visitor.token, **form})
                assert answer.status_code < 500, (role, path)
        TALLY.probes += 3 * len(forms)
        assert visit().act("package_show", id=package).status_code == 404


class TestDeciding:
    def test_nobody_decides_on_own_work_or_past_an_office(
        self, visit: Visit, target: Planted
    ) -> None:
        """Sysadmins, stewards, outsiders: no decision, vote, release or appointment."""
        ids = {"id": target.ids["request"], "revision_id": "x"}
        attempts: list[Attempt] = [
            ("indep_request_decide", ids),
            ("indep_request_vote", {**ids, "ballot": "for"}),
            ("indep_request_release", ids),
            ("indep_appointment_create", {"user": "data-steward", "office": "chair"}),
        ]
        roles = (None, "outsider", "other_steward", "steward", "auditor")
        probes = [(role, *attempt) for role in roles for attempt in attempts]
        answers = each(probes, lambda p: (p, visit(p[0]).act(p[1], **p[2]).status_code))
        assert [found for found in answers if not 400 <= found[1] < 500] == []
