"""Nonsense gets one clear error that says what and where; nothing is half written."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.attack.probing import each
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "actions.md"
ACTIONS = re.findall(r"^### (indep_\w+)", REFERENCE.read_text("utf-8"), re.MULTILINE)
"""All actions of the extension; another test fails when one is missing from that page."""

FIELDS = ("id", "revision_id", "ballot", "reason", "which", "period", "value", "user", "office")
ODD_VALUES: list[Any] = [
    None,
    "",
    0,
    -1,
    [],
    {},
    [[]],
    {"a": {"b": 1}},
    "x" * 40_000,
    "\u0000",
    True,
]


class TestMalformedBodies:
    @pytest.mark.parametrize(
        "body", [b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b'{"id": ', b"a=b"]
    )
    def test_never_a_server_error(self, visit: Visit, body: bytes) -> None:
        for action in (
            "package_create",
            "package_show",
            "indep_request_vote",
            "indep_request_open",
        ):
            answer = visit("steward").post(f"/api/3/action/{action}", data=body)
            assert 400 <= answer.status_code < 500, (action, body, answer.status_code)

    @pytest.mark.parametrize("action", ACTIONS)
    def test_odd_values(self, visit: Visit, action: str) -> None:
        def ask(probe: tuple[str | None, Any]) -> Any:
            role, value = probe
            answer = visit(role).act(action, **dict.fromkeys(FIELDS, value))
            return (role, str(value)[:50]) if answer.status_code >= 500 else None

        probes = [(role, value) for value in ODD_VALUES for role in (None, "steward", "chair")]
        assert [found for found in each(probes, ask) if found] == []


class TestDrafts:
    def test_unknown_term(self, visit: Visit) -> None:
        answer = visit("steward").act(
            "package_create", title="Odd", owner_org="city-manager", theme=["no-such-topic"]
        )
        assert answer.status_code == 409
        assert "no-such-topic" in answer.json()["error"]["theme"][0]

    def test_oversized_upload(self, visit: Visit) -> None:
        steward = visit("steward")
        package = steward.done("package_create", title="Too much", owner_org="city-manager")
        answer = steward.post(
            "/api/3/action/resource_create",
            data={"package_id": package["id"], "name": "Big", "format": "CSV"},
            files={"upload": ("big.csv", b"a,b\n" + b"1,2\n" * 15_000_000)},
        )
        assert 400 <= answer.status_code < 500, answer.status_code
        assert steward.done("package_show", id=package["id"])["resources"] == []

    def test_no_token_no_change(self, visit: Visit) -> None:
        """A form of another site has the cookie but not the token; also after the known bug."""
        steward = visit("steward")
        visit().get("/work")
        answer = steward.http.post(steward.url + "/request/1/comment", data={"reason": "forged"})
        assert answer.status_code == 400
        shown = steward.get("/request/1").text
        assert "forged" not in shown
