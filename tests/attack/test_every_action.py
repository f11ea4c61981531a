"""Each action of the API, asked for something hidden in every way in which it can be named."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.attack.planting import Planted
from tests.attack.probing import TALLY, actions, each
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]
Ids = dict[str, str]

STRANGERS = (None, "other_steward")
MAKES = {"api_token_create", "package_create", "user_create", "user_invite"}
"""Actions that a steward or an administrator may use, and that would fill the portal."""
RANDOM_NODES = re.compile(r"N[0-9a-f]{32}|\bns\d+\b")
UNORDERED = {"dcat_catalog_search", "dcat_catalog_show"}
"""RDF of the whole catalogue: its statements stand in no order, so it is searched, not compared."""
ODD: list[Any] = [None, "", 0, [[]], {"a": {"b": 1}}, "\u0000", "x" * 40_000]
ROLES = ("outsider",)


def _missing() -> Ids:
    """Return ids of the same shapes that name nothing."""
    return {
        "package": str(uuid.uuid4()),
        "name": f"ws-{uuid.uuid4().hex[:24]}",
        "resource": str(uuid.uuid4()),
        "view": str(uuid.uuid4()),
        "request": str(uuid.uuid4()),
        "number": "999999",
    }


def _arguments(ids: Ids) -> Iterator[dict[str, Any]]:
    """Yield arguments in which the actions of CKAN and of the portal look for ids."""
    package, resource = ids["package"], ids["resource"]
    yield {
        "id": package, "package_id": package, "dataset_id": package, "q": "x", "subject": package,
        "object": package, "type": "depends_on", "comment": "x", "match": {"id": package},
        "update": {"title": "x"}, "resource": {"package_id": package, "id": resource},
        "url": "https://example.org",
    }  # fmt: skip
    yield {
        "id": resource, "resource_id": resource, "order": [resource], "view_type": "text_view",
        "title": "x", "force": True, "method": "insert", "records": [{"name": "x"}],
        "fields": [{"id": "name"}], "filters": {},
    }  # fmt: skip
    yield {"id": ids["view"], "resource_id": resource, "title": "x"}
    yield {
        "object": package, "object_type": "package", "capacity": "public", "id": "city-manager",
        "entity_id": package, "entity_type": "package", "task_type": "x", "key": "x",
        "datasets": [package], "org_id": "city-manager", "organization_id": "city-manager",
    }  # fmt: skip
    yield {
        "id": ids["request"], "reason": "x", "ballot": "for", "revision_id": "x",
        "request_id": ids["request"], "number": int(ids["number"]),
    }  # fmt: skip


WAYS = range(len(list(_arguments(_missing()))))


def _plain(answer: Any, ids: Ids) -> tuple[int, str, str]:
    """Return status, body and kind of an answer without what it repeats of the question."""
    text = RANDOM_NODES.sub("", answer.text)
    for key, value in ids.items():
        text = text.replace(value, f"<{key}>") if key != "number" else text
    return answer.status_code, text, answer.headers.get("Content-Type", "")


class TestHidden:
    @pytest.mark.parametrize("role", STRANGERS)
    def test_a_draft_is_as_if_it_were_not(
        self, visit: Visit, planted: Planted, role: str | None
    ) -> None:
        """By POST: no word of it, no server error, and the same answer as for nothing at all."""
        visitor, missing = visit(role), _missing()

        def ask(probe: tuple[str, int]) -> list[Any]:
            action, way = probe
            answers = []
            for ids in (planted.ids, missing):
                answer = visitor.act(action, **list(_arguments(ids))[way])
                if any(word in answer.text for word in planted.canaries("")):
                    TALLY.leaks.append((role, action, way))
                answers.append(_plain(answer, ids))
            same = answers[0] == answers[1] or action in UNORDERED
            fell_over = max(status for status, _text, _kind in answers) >= 500
            return [action, way, *answers] if fell_over or not same else []

        probes = [(a, w) for a in actions() if a not in MAKES for w in WAYS]
        assert [told for told in each(probes, ask) if told] == []
        assert TALLY.leaks == []

    def test_a_draft_by_get(self, visit: Visit, planted: Planted) -> None:
        """By GET: only reading actions answer, and none with a word of it."""
        visitor = visit()

        def ask(probe: tuple[str, int]) -> list[Any]:
            action, way = probe
            answer = visitor.ask(action, **list(_arguments(planted.ids))[way])
            if any(word in answer.text for word in planted.canaries("")):
                TALLY.leaks.append((action, way, "GET"))
            return [action, way, answer.text] if answer.status_code >= 500 else []

        probes = [(a, w) for a in actions() for w in (0, 1, 2, 4)]
        assert [found for found in each(probes, ask) if found] == []
        assert TALLY.leaks == []

    def test_a_draft_by_its_name(self, visit: Visit, planted: Planted) -> None:
        """The name of a draft's package is as unknown to strangers as its id."""
        missing = _missing()

        def ask(probe: tuple[str, str | None]) -> Any:
            action, role = probe
            answers = [
                _plain(visit(role).act(action, id=ids["name"]), ids)
                for ids in (planted.ids, missing)
            ]
            return [] if answers[0] == answers[1] else [action, role, *answers]

        names = [a for a in actions() if a.startswith(("package_", "dataset_", "follow", "am_"))]
        probes = [(a, r) for a in names if a not in MAKES for r in (None, "outsider")]
        assert [told for told in each(probes, ask) if told] == []

    def test_reviewers_see_no_draft_either(self, visit: Visit, planted: Planted) -> None:
        """Drafts are for those who write them, and for the auditor."""
        for role, status in (("member", 404), ("secretary", 404), ("auditor", 200)):
            answer = visit(role).act("package_show", id=planted.ids["package"])
            assert answer.status_code == status, role


class TestOddArguments:
    def test_never_a_server_error(self, visit: Visit) -> None:
        """One clear refusal for arguments of any shape, for strangers and for staff."""
        keys = ("id", "resource_id", "package_id", "q", "username", "fields", "records", "data")

        def ask(probe: tuple[str, str | None, Any]) -> Any:
            action, role, value = probe
            answer = visit(role).act(action, **dict.fromkeys(keys, value))
            return None if answer.status_code < 500 else (action, role, json.dumps(value)[:40])

        names = [a for a in actions() if a not in MAKES]
        probes = [(a, r, v) for a in names for r in ROLES for v in ODD]
        assert [found for found in each(probes, ask) if found] == []
