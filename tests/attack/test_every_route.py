"""Each address of the portal, asked for something hidden and for something that is not there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.attack.alike import PART, plain, rules
from tests.attack.planting import DEPARTMENT, Planted
from tests.attack.probing import TALLY, each
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]
Ids = dict[str, str]


def _missing(planted: Planted) -> Ids:
    return {
        **{key: str(uuid.uuid4()) for key in planted.ids},
        "name": f"ws-{uuid.uuid4().hex[:24]}",
        "number": "999999",
    }


def _filled(rule: str, ids: Ids) -> Iterator[str]:
    """Yield the addresses of a rule for a package, by its id and by its name."""
    names = {
        "resource_id": ids["resource"],
        "view_id": ids["view"],
        "resource_view_id": ids["view"],
        # Other things than requests have numbers too: tests/attack/test_hidden_things.py.
        "number": ids["number"] if rule.startswith("/request/") else "999998",
        "filename": "file.csv",
        "lang": "en",
        "_format": "ttl",
        "ver": "3",
        "step": "agenda",
        "decision": "approve",
    }
    for package in (ids["package"], ids["name"]):
        yield PART.sub(lambda part: names.get(part[1], package), rule)  # noqa: B023


def _listed(rule: str) -> str:
    return PART.sub(lambda part: "ttl" if part[1] == "_format" else DEPARTMENT, rule)


class TestHidden:
    @pytest.mark.parametrize("role", [None, "outsider", "other_steward"])
    def test_a_draft_is_as_if_it_were_not(
        self, visit: Visit, planted: Planted, role: str | None
    ) -> None:
        """Same status, same headers and same page for a draft as for nothing at all."""
        visitor, missing = visit(role), _missing(planted)

        def ask_for(path: str, ids: Ids) -> tuple[Any, ...]:
            answer = visitor.get(path, allow_redirects=False)
            if any(canary in answer.text for canary in planted.traces(path)):
                TALLY.leaks.append((role, path))
            return plain(answer, ids)

        def ask(pair: tuple[str, str]) -> Any:
            hidden, nothing = ask_for(pair[0], planted.ids), ask_for(pair[1], missing)
            fell_over = max(hidden[0], nothing[0]) >= 500
            return [] if hidden == nothing and not fell_over else [*pair, hidden, nothing]

        pairs = [
            pair
            for rule in rules("package")
            for pair in zip(_filled(rule, planted.ids), _filled(rule, missing), strict=True)
        ]
        assert [told for told in each(pairs, ask) if told] == []
        assert TALLY.leaks == []

    @pytest.mark.parametrize("role", [None, "outsider", "other_steward", "member"])
    def test_no_list_has_a_word_of_it(
        self, visit: Visit, planted: Planted, role: str | None
    ) -> None:
        visitor = visit(role)
        groups = [_listed(rule) for rule in rules("group")]
        lists = [_listed(rule) for rule in rules("list")]
        searches = [f"{path}?q={planted.word}" for path in ("/dataset/", "/measure/", groups[0])]

        def ask(path: str) -> Any:
            answer = visitor.get(path)
            # Offices of the committee read the whole audit log, which names things by their ids.
            reads_log = (role, path) == ("member", "/audit")
            hidden = planted.canaries(path) if reads_log else planted.traces(path)
            if any(trace in answer.text for trace in hidden):
                TALLY.leaks.append((role, path))
            return [path, answer.status_code] if answer.status_code >= 500 else []

        assert [found for found in each([*groups, *lists, *searches], ask) if found] == []
        assert TALLY.leaks == []


class TestReading:
    def test_get_changes_nothing(self, visit: Visit, planted: Planted) -> None:
        """Asking every address of its draft, its steward finds it as it was."""
        steward = visit("steward")
        before = steward.done("package_show", id=planted.ids["package"])
        paths = [
            next(_filled(rule, planted.ids)) for rule in rules("package") if "logout" not in rule
        ]
        statuses = each(paths, lambda path: (path, steward.get(path).status_code))
        assert [found for found in statuses if found[1] >= 500] == []
        assert steward.done("package_show", id=planted.ids["package"]) == before


class TestWriting:
    def test_strangers_change_nothing(self, visit: Visit, planted: Planted) -> None:
        """POST without a session: sent to sign in, refused, or not found; never carried out."""
        asked = (*rules("write"), *rules("package"))
        paths = [next(_filled(rule, planted.ids)) for rule in asked]

        def ask(path: str) -> Any:
            answer = visit().http.post(
                visit().url + path, data={"name": "x"}, allow_redirects=False, timeout=60
            )
            return [] if 300 <= answer.status_code < 500 else [path, answer.status_code]

        found = [told for told in each(paths, ask) if told]
        TALLY.bypasses.extend(each_found for each_found in found if each_found[1] < 300)
        assert found == []
