"""The extension's modules as syntax trees, and what each of them imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = "ckanext.indep"
_FOLDER = REPOSITORY / "ckanext" / "indep"


@dataclass(frozen=True)
class Module:
    """One Python file; ``name`` is dotted and relative to the package, such as `insight.trend`."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def domain(self) -> str:
        """The folder below the package, or the empty string."""
        return self.name.split(".")[0] if self.path.parent != _FOLDER else ""

    @cached_property
    def imports(self) -> frozenset[str]:
        """Dotted names of everything imported, ours relative to the package.

        ``from a import b`` counts as `a` where `a.b` is not one of our modules.
        """
        return frozenset(_imported(self.tree))

    @property
    def own_imports(self) -> frozenset[str]:
        """Names of those of our modules that this one imports."""
        known = modules()
        return frozenset(
            name.removeprefix(f"{PACKAGE}.")
            for name in self.imports
            if name.removeprefix(f"{PACKAGE}.") in known
        )

    @property
    def foreign_imports(self) -> frozenset[str]:
        """Top-level names of the other packages that this module imports."""
        foreign = (name for name in self.imports if not name.startswith(PACKAGE))
        return frozenset(name.split(".")[0] for name in foreign)


@cache
def modules() -> dict[str, Module]:
    """All modules of the extension by name, but for the migrations and empty packages."""
    found: dict[str, Module] = {}
    for path in sorted(_FOLDER.rglob("*.py")):
        parts = path.relative_to(_FOLDER).with_suffix("").parts
        if parts[0] == "migration":
            continue
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = Module(name, path, ast.parse(path.read_text("utf-8"), str(path)))
    return found


def matching(*patterns: str) -> list[Module]:
    """The modules whose names are among the patterns; `charts.*` is all below `charts`.

    :raises AssertionError: if a pattern fits no module any more
    """
    chosen: dict[str, Module] = {}
    for pattern in patterns:
        stem = pattern.removesuffix("*")
        fitting = [m for n, m in modules().items() if n == pattern or _below(n, stem, pattern)]
        assert fitting, f"No module is called {pattern} any more."
        chosen.update({module.name: module for module in fitting})
    return list(chosen.values())


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call in a tree with the name of what is called, without the part before the dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr, node


def _below(name: str, stem: str, pattern: str) -> bool:
    return pattern.endswith("*") and name.startswith(stem)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "the extension has no relative imports"
            yield node.module
            if node.module.startswith(PACKAGE):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
