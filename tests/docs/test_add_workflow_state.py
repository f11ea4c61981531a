"""The example of docs/add-workflow-state.md."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import ckan.model as ckan_model
import pytest

from ckanext.indep.errors import ConflictError
from ckanext.indep.governance import audit, states
from ckanext.indep.governance.review import deciding
from tests.governance.conftest import City, city, draft, request_of

from .pages import blocks, patched

__all__ = ["city", "draft"]

PAGE = "add-workflow-state.md"


@pytest.fixture
def changed_states(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The table of states with both changes of the page, as a module of its own."""
    source = Path(states.__file__).read_text("utf-8")
    for diff in blocks(PAGE, "diff"):
        source = patched(source, diff)
    module = ModuleType("changed_states")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, PAGE, "exec"), vars(module))
    return module


@pytest.mark.parametrize("state", ["draft", "changes_requested"])
def test_what_can_be_edited_is_abandoned(changed_states: ModuleType, state: str) -> None:
    transition = changed_states.check("abandon", changed_states.State(state))
    assert transition.target.value == "abandoned"


@pytest.mark.parametrize("state", ["submitted", "approved", "released"])
def test_nothing_else_is_abandoned(changed_states: ModuleType, state: str) -> None:
    with pytest.raises(ConflictError, match=state):
        changed_states.check("abandon", changed_states.State(state))


def test_an_abandoned_request_holds_its_dataset_no_longer(changed_states: ModuleType) -> None:
    assert changed_states.State.ABANDONED not in changed_states.OPEN


def test_the_function_ends_a_draft(
    changed_states: ModuleType, city: City, draft: Callable[..., dict[str, Any]]
) -> None:
    namespace = {**vars(deciding), "states": changed_states, "State": changed_states.State}
    exec(compile(blocks(PAGE, "python")[0], PAGE, "exec"), namespace)
    request = request_of(city.steward, draft()["id"])
    ended = namespace["abandon"](request["id"], ckan_model.User.get(city.steward))
    assert ended.state == "abandoned"
    assert list(audit.breaks()) == []
