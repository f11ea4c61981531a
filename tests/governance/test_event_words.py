"""The audit page's words: each event that the code records by a literal name has a sentence."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

import ckanext.indep.governance as governance
from ckanext.indep.governance.pages import event_words

SOURCES = Path(governance.__path__[0]).parent


def _recorded() -> set[str]:
    """Return the first arguments, where they are texts, of `audit.append` and of `_audit`."""
    found: set[str] = set()
    for folder in ("governance", "committee"):
        for file in (SOURCES / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    first = node.args[0]
                    named = ast.unparse(node.func) in ("audit.append", "_audit")
                    if named and isinstance(first, ast.Constant):
                        found.add(str(first.value))
    return found


@pytest.mark.usefixtures("with_request_context")
class TestWords:
    def test_every_event_has_a_sentence(self) -> None:
        assert len(_recorded()) > 30
        assert _recorded() - set(event_words.sentences()) == set()

    @pytest.mark.parametrize(
        ("event", "said"),
        [
            ({"event": "released", "request": 12}, "Request 12 was released"),
            ({"event": "taken_down"}, "“Parking tickets” was taken down"),
            (
                {"event": "appointed", "data": {"user": "u", "office": "chair"}},
                "Ann was appointed: chair",
            ),
            (
                {"event": "delegated", "data": {"to": "u", "until": "2027-01-09"}},
                "A vote was lent to Ann until January 9, 2027",
            ),
            (
                {"event": "ballot", "data": {"voter": "u", "ballot": "for", "stage": "committee"}},
                "Ann voted on “Parking tickets”: for",
            ),
            (
                {"event": "ballot", "data": {"voter": "u", "ballot": "for", "stage": "data_owner"}},
                "Ann decided on “Parking tickets” as data owner: for",
            ),
            ({"event": "from_a_later_version"}, "From a later version"),
        ],
    )
    def test_in_words(self, event: dict[str, Any], said: str) -> None:
        full = {"request": None, "subject": "p", "data": {}, **event}
        names = {"p": "Parking tickets", "u": "Ann"}
        assert event_words.sentence(full, event_words.sentences(), names) == said
