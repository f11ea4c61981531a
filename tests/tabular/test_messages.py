"""Every code has a sentence, and its facts fill it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ckanext.indep.tabular import messages
from ckanext.indep.tabular.report import State

FOLDER = Path(messages.__file__).parent
CODES = sorted(
    {
        code
        for path in FOLDER.glob("*.py")
        for code in re.findall(r"(?:Note|NotedError)\(\s*\"(\w+)\"", path.read_text())
    }
)


PLACES = """size limit columns line codec bad total sheet sheets cells value column type error
example"""
FACTS = dict.fromkeys(PLACES.split(), "x")


@pytest.mark.usefixtures("with_request_context")
@pytest.mark.parametrize("code", CODES)
def test_sentence(code: str) -> None:
    assert messages.sentence({"code": code, "facts": FACTS}).endswith(".")


@pytest.mark.usefixtures("with_request_context")
def test_labels() -> None:
    for state in (
        State.PENDING,
        State.LOADING,
        State.LOADED,
        State.FAILED,
        State.NOT_A_TABLE,
    ):
        assert messages.state_label(state)
    for kind in ("text", "integer", "numeric", "date", "timestamp", "boolean"):
        assert messages.type_label(kind)
    for change in ("empty", "characters", "underscore", "reserved", "too_long", "duplicate"):
        assert messages.heading_change(change)
