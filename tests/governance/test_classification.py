"""Every action and every route of the running portal has been thought about."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import ckan.logic as logic
import ckan.plugins.toolkit as tk
import pytest
import yaml
from ckan.authz import _AuthFunctions

from ckanext.indep.governance.logic.guards import registry

HERE = Path(__file__).parent
ATTACKS = HERE.parent / "attack"
REPOSITORY = HERE.parents[1]
Row = dict[str, Any]


def _rows(path: Path) -> list[Row]:
    return yaml.safe_load(path.read_text("utf-8"))


def _running() -> set[str]:
    tk.get_action("status_show")
    return set(logic._actions)


ROWS = _rows(HERE / "actions.yaml")
ENTRIES = {name: row for row in ROWS for name in row["actions"]}


@pytest.mark.usefixtures("with_plugins")
class TestActions:
    def test_each_is_classified(self) -> None:
        unknown = {n for n in _running() - set(ENTRIES) if not n.startswith("indep_")}
        assert unknown == set(), "say in actions.yaml what these can do to what is public"

    def test_each_entry_still_exists(self) -> None:
        assert set(ENTRIES) - _running() == set()

    def test_none_is_classified_twice(self) -> None:
        assert sum(len(row["actions"]) for row in ROWS) == len(ENTRIES)

    def test_each_of_ours_has_a_permission_check_of_its_own(self) -> None:
        """A sysadmin is let pass where there is none, and everybody where nobody asks."""
        ours = {name for name in _running() if name.startswith("indep_")}
        assert {name for name in ours if not _AuthFunctions.get(name)} == set()


class TestGuards:
    def test_each_row_is_complete(self) -> None:
        for row in ROWS:
            assert row["kind"] in ("safe", "guarded", "diverted"), row
            assert row["why"].endswith("."), row
            assert ("by" in row) is (row["kind"] != "safe"), row

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["actions"][0])
    def test_the_guard_is_there(self, row: Row) -> None:
        """Either a module of guards wraps the action, or it goes through one that is guarded."""
        by = row.get("by", "")
        if by.startswith("guards."):
            module = import_module(f"ckanext.indep.governance.logic.{by}")
            wrapped = {**getattr(module, "ACTIONS", {}), **getattr(module, "AUTH_FUNCTIONS", {})}
            assert set(row["actions"]) - set(wrapped) == set()
        elif by and by != "search_guard":
            assert ENTRIES[by]["kind"] == "guarded"

    def test_no_guard_is_forgotten(self) -> None:
        assert {n for n in registry.ACTIONS if ENTRIES[n]["kind"] == "safe"} == set()

    def test_each_row_names_a_test_that_exists(self) -> None:
        for name in {row["shown_by"] for row in ROWS}:
            path, _, test = name.partition("::")
            assert f"class {test}" in (REPOSITORY / path).read_text("utf-8"), name


class TestRoutes:
    def test_each_is_probed_or_says_why_not(self, app: Any) -> None:
        """tests/attack/routes.yaml lists all addresses; tests/attack asks each of them."""
        listed = {rule for row in _rows(ATTACKS / "routes.yaml") for rule in row["rules"]}
        running = {rule.rule for rule in app.flask_app.url_map.iter_rules()}
        assert running - listed == set(), "say in tests/attack/routes.yaml how these are probed"
        assert listed - running == set()
