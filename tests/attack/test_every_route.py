"""Each address of the portal, asked for something hidden and for something that is not there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from tests.attack.planting import DEPARTMENT, Planted
from tests.attack.probing import REPOSITORY, TALLY, each
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]
Ids = dict[str, str]

ROUTES = yaml.safe_load((REPOSITORY / "tests/attack/routes.yaml").read_text("utf-8"))
PART = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
NONCE = re.compile(r"[0-9A-Za-z_.-]{60,}|_csrf_token[^>]*|N[0-9a-f]{32}|\d{2}:\d{2}:\d{2}[^<\"]*")


def _rules(probe: str) -> list[str]:
    return [rule for row in ROUTES if row["probe"] == probe for rule in row["rules"]]


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
        "number": ids["number"],
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


def _unnamed(text: str, ids: Ids) -> str:
    """Return an answer without the ids that it repeats of the question."""
    for key, value in ids.items():
        for before in ("/", "%2F") if key == "number" else ("",):
            text = text.replace(before + value, f"{before}<{key}>")
    return text


class TestHidden:
    @pytest.mark.parametrize("role", [None, "outsider", "other_steward"])
    def test_a_draft_is_as_if_it_were_not(
        self, visit: Visit, planted: Planted, role: str | None
    ) -> None:
        """Same status, same headers and same page for a draft as for nothing at all."""
        visitor, missing = visit(role), _missing(planted)

        def plain(path: str, ids: Ids) -> tuple[Any, ...]:
            answer = visitor.get(path, allow_redirects=False)
            if any(canary in answer.text for canary in planted.canaries(path)):
                TALLY.leaks.append((role, path))
            target = answer.headers.get("Location", "")
            headers = sorted(set(answer.headers) - {"Content-Length"})
            text = NONCE.sub("", _unnamed(answer.text, ids))
            return answer.status_code, text, _unnamed(target, ids), headers

        def ask(pair: tuple[str, str]) -> Any:
            hidden, nothing = plain(pair[0], planted.ids), plain(pair[1], missing)
            fell_over = max(hidden[0], nothing[0]) >= 500
            return [] if hidden == nothing and not fell_over else [*pair, hidden, nothing]

        pairs = [
            pair
            for rule in _rules("package")
            for pair in zip(_filled(rule, planted.ids), _filled(rule, missing), strict=True)
        ]
        assert [told for told in each(pairs, ask) if told] == []
        assert TALLY.leaks == []

    @pytest.mark.parametrize("role", [None, "outsider", "other_steward", "member"])
    def test_no_list_has_a_word_of_it(
        self, visit: Visit, planted: Planted, role: str | None
    ) -> None:
        visitor = visit(role)
        groups = [_listed(rule) for rule in _rules("group")]
        lists = [_listed(rule) for rule in _rules("list")]
        searches = [f"{path}?q={planted.word}" for path in ("/dataset/", "/measure/", groups[0])]

        def ask(path: str) -> Any:
            answer = visitor.get(path)
            if any(canary in answer.text for canary in planted.canaries(path)):
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
            next(_filled(rule, planted.ids)) for rule in _rules("package") if "logout" not in rule
        ]
        statuses = each(paths, lambda path: (path, steward.get(path).status_code))
        assert [found for found in statuses if found[1] >= 500] == []
        assert steward.done("package_show", id=planted.ids["package"]) == before


class TestWriting:
    def test_strangers_change_nothing(self, visit: Visit, planted: Planted) -> None:
        """POST without a session: sent to sign in, refused, or not found; never carried out."""
        rules = [*_rules("write"), *_rules("package")]
        paths = [next(_filled(rule, planted.ids)) for rule in rules]

        def ask(path: str) -> Any:
            answer = visit().http.post(
                visit().url + path, data={"name": "x"}, allow_redirects=False, timeout=60
            )
            return [] if 300 <= answer.status_code < 500 else [path, answer.status_code]

        found = [told for told in each(paths, ask) if told]
        TALLY.bypasses.extend(each_found for each_found in found if each_found[1] < 300)
        assert found == []
