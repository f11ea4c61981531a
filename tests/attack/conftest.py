"""The portal as an outsider meets it: over HTTP only, signed in or not."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.attack.planting import Planted, plant, release
from tests.attack.probing import TALLY
from tests.attack.visitor import Visitor

OUTSIDE = {"outsider": None, "other_steward": "police"}
"""Roles without a demo account, and the department in which they are editors, if any."""


@pytest.fixture(scope="session")
def visit() -> Iterator[Callable[..., Visitor]]:
    """Come to the portal as a stranger, or signed in with a role; once each."""
    url = os.environ["INDEP_URL"].rstrip("/")
    rows = json.loads(Path(os.environ["INDEP_ACCOUNTS"]).read_text("utf-8"))
    accounts = {row["role"]: row for row in rows}
    known: dict[str | None, Visitor] = {}
    one_at_a_time = threading.RLock()

    def come(role: str | None = None) -> Visitor:
        with one_at_a_time:
            if role in OUTSIDE and role not in accounts:
                accounts[role] = _account(come("administrator"), role)
            if role not in known:
                known[role] = Visitor(url, accounts[role] if role else None)
            return known[role]

    yield come
    for visitor in known.values():
        visitor.http.close()


@pytest.fixture(scope="session")
def planted(visit: Callable[..., Visitor]) -> Planted:
    """A draft full of canaries that is never released."""
    return plant(visit("steward"))


@pytest.fixture(scope="session")
def released(visit: Callable[..., Visitor]) -> Planted:
    """A dataset full of canaries that went all the way; `workspace` is the public package."""
    return release(visit, plant(visit("steward")))


@pytest.fixture(scope="session")
def for_staff(visit: Callable[..., Visitor]) -> Planted:
    """A dataset full of canaries that is released to the city's staff only."""
    return release(visit, plant(visit("steward"), audience="staff"))


@pytest.fixture(scope="session")
def taken_down(visit: Callable[..., Visitor]) -> Planted:
    """A dataset full of canaries that was public for a moment."""
    public = release(visit, plant(visit("steward")))
    visit("owner").done("indep_take_down", id=public.ids["package"], reason="To be tested.")
    return public


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how much was tried, and what got through."""
    terminalreporter.write_line(TALLY.sentence())


def _account(administrator: Visitor, role: str) -> dict[str, Any]:
    """Make an account that the demo city lacks, and return how to sign in with it."""
    name = f"{role.replace('_', '-')}-{secrets.token_hex(4)}"
    password = secrets.token_urlsafe(16)
    administrator.done("user_create", name=name, email=f"{name}@example.org", password=password)
    department = OUTSIDE[role]
    if department:
        administrator.done(
            "organization_member_create", id=department, username=name, role="editor"
        )
    return {"name": name, "password": password}
