"""The folders of governance: which of them may know which."""

from __future__ import annotations

from collections.abc import Iterator

from tests.tools.source import Module, modules

# The folders of governance: each may know those before it, and what is in none of them, which is
# the core that all use.
GOVERNANCE_PARTS = (
    "gate",
    "comparing",
    "drafting",
    "approving",
    "publishing",
    "submission",
    "review",
    "emergency",
    "adoption",
    "maintenance",
    "logic",
    "pages",
)

# (module of the core, folder) -> why the core reaches into it
CORE_REACHES = {
    ("governance.handlers", "drafting"): "the outbox discards workspaces",
    ("governance.handlers", "maintenance"): "the outbox writes to the inbox",
    ("governance.handlers", "submission"): "the outbox has files scanned",
    ("governance.index", "gate"): "what is asked is checked where the search is",
    ("governance.notifications", "maintenance"): "a message is a line in the inbox first",
    ("governance.verify", "adoption"): "it checks what the takeover left",
    ("governance.verify", "approving"): "it checks that each release was approved",
    ("governance.verify", "emergency"): "it checks what stands in the place of approvals",
}

# Modules of governance that put its parts together.
ASSEMBLERS = {"plugin", "parts", "cli", "helpers"}


class TestPartsOfGovernance:
    def test_each_knows_only_those_before_it(self) -> None:
        order = {name: place for place, name in enumerate(GOVERNANCE_PARTS)}
        strangers = [
            (module.name, imported.name)
            for module, imported in _governance_edges()
            if _part(module) and _part(imported) and order[_part(module)] < order[_part(imported)]
        ]
        assert strangers == []

    def test_the_core_reaches_into_those_with_a_reason_only(self) -> None:
        reached = {
            (module.name, _part(imported))
            for module, imported in _governance_edges()
            if not _part(module) and _part(imported) and module.path.stem not in ASSEMBLERS
        }
        assert reached == set(CORE_REACHES)


def _governance_edges() -> Iterator[tuple[Module, Module]]:
    """Each module of governance with each that it imports, packages left out."""
    for module in modules().values():
        for name in sorted(module.own_imports):
            imported = modules()[name]
            is_package = imported.path.name == "__init__.py"
            if module.domain == imported.domain == "governance" and not is_package:
                yield module, imported


def _part(module: Module) -> str:
    """The folder below `governance` that a module is in, or the empty string for the core."""
    folders = module.name.split(".")[1:-1]
    return folders[0] if folders else ""
