"""Tables in docs/ whose last column names the tests that would fail if a row did not hold."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.tools.source import REPOSITORY

__all__ = ["cells", "missing_names", "named_files", "rows"]

FILE = re.compile(r"`([\w/]+\.py)`")
NAME = re.compile(r"\b(test_[a-z_0-9]+|Test[A-Z]\w+)\b")


def rows(page: str) -> list[str]:
    """Return the lines of the tables of a page of docs/ that end in tests, without the headings."""
    lines = (REPOSITORY / "docs" / page).read_text("utf-8").splitlines()
    body: list[str] = []
    for number, line in enumerate(lines):
        if not line.startswith("| "):
            continue
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not following.startswith("|---"):
            body.append(line)
    return body


def cells(row: str) -> list[str]:
    """Return the cells of a row."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def named_files(cell: str) -> list[str]:
    """Return the files of tests/ that a cell names, as paths below tests/."""
    return [name.removeprefix("tests/") for name in FILE.findall(cell)]


def missing_names(cell: str) -> list[str]:
    """Return what a cell names of a file of tests that is not in the file named before it."""
    missing: list[str] = []
    for part in re.split(r"(?=`[\w/]+\.py`)", cell):
        files = named_files(part)
        if files:
            path = REPOSITORY / "tests" / files[0]
            known = _defined(path) if path.is_file() else frozenset[str]()
            names = NAME.findall(FILE.sub("", part))
            missing += [f"{files[0]}: {name}" for name in names if name not in known]
            missing += [] if path.is_file() else [files[0]]
    return missing


@cache
def _defined(path: Path) -> frozenset[str]:
    """Return the names of the classes and functions of a file."""
    kinds = (ast.ClassDef, ast.FunctionDef)
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))
