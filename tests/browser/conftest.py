"""Chromium against the running portal: its address and accounts come from `./portal test`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.attack.visitor import Visitor

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 360, "height": 740}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def url() -> str:
    """Address of the portal, without a slash at its end."""
    return os.environ["INDEP_URL"].rstrip("/")


@pytest.fixture(scope="session")
def accounts() -> dict[str, dict[str, str]]:
    """The demo accounts by role."""
    rows = json.loads(Path(os.environ["INDEP_ACCOUNTS"]).read_text("utf-8"))
    return {row["role"]: row for row in rows}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=os.environ.get("INDEP_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        yield started
        started.close()


@pytest.fixture
def open_page(
    browser: Browser, url: str, accounts: dict[str, dict[str, str]]
) -> Iterator[OpenPage]:
    """Open a page as a stranger, or signed in with a role; each has its own cookies."""
    contexts = []

    def open_as(role: str | None = None, javascript: bool = True, narrow: bool = False) -> Page:
        context = browser.new_context(
            viewport=NARROW if narrow else WIDE,
            java_script_enabled=javascript,
            base_url=url,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        if role:
            sign_in(page, accounts[role])
        return page

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def visit(url: str, accounts: dict[str, dict[str, str]]) -> Iterator[Callable[..., Visitor]]:
    """Use the API as a stranger, or signed in with a role; once each."""
    known: dict[str | None, Visitor] = {}

    def come(role: str | None = None) -> Visitor:
        if role not in known:
            known[role] = Visitor(url, accounts[role] if role else None)
        return known[role]

    yield come
    for visitor in known.values():
        visitor.http.close()


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Sign in through the form, as a person does."""
    page.goto("/user/login")
    page.fill("input[name=login]", account["name"])
    page.fill("input[name=password]", account["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "/user/login" not in address)
