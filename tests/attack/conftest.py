"""The portal as an outsider meets it: over HTTP only, signed in or not."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

TOKEN = re.compile(r'name="_csrf_token"[^>]*(?:value|content)="([^"]+)"')
SECONDS = 60


class Visitor:
    """One browser session: cookies, the CSRF token of its pages, and the action API."""

    def __init__(self, url: str, account: dict[str, str] | None = None) -> None:
        self.url = url
        self.http = requests.Session()
        self.token = ""
        if account:
            self._sign_in(account)

    def get(self, path: str) -> requests.Response:
        """Fetch a page, a file or an API answer."""
        return self.http.get(self.url + path, timeout=SECONDS)

    def post(self, path: str, **arguments: Any) -> requests.Response:
        """Send something with the session's authority and its CSRF token."""
        headers = {"X-CSRFToken": self.token, "Referer": self.url}
        return self.http.post(self.url + path, headers=headers, timeout=SECONDS, **arguments)

    def act(self, action: str, **data: Any) -> requests.Response:
        """Call an action with a JSON body."""
        return self.post(f"/api/3/action/{action}", json=data)

    def done(self, action: str, **data: Any) -> Any:
        """Call an action that has to succeed and return its result."""
        answer = self.act(action, **data)
        assert answer.status_code == 200, (action, answer.text[:500])
        return answer.json()["result"]

    def _sign_in(self, account: dict[str, str]) -> None:
        page = self.get("/user/login").text
        form = {
            "_csrf_token": _token(page),
            "login": account["name"],
            "password": account["password"],
        }
        answer = self.http.post(
            self.url + "/user/login", data=form, headers={"Referer": self.url}, timeout=SECONDS
        )
        assert answer.status_code == 200, answer.text[:300]
        self.token = _token(self.get("/work").text)


def _token(page: str) -> str:
    found = TOKEN.search(page)
    assert found, "the page has no CSRF token"
    return found.group(1)


@pytest.fixture(scope="session")
def visit() -> Iterator[Callable[..., Visitor]]:
    """Come to the portal as a stranger, or signed in with a role; once each."""
    url = os.environ["INDEP_URL"].rstrip("/")
    rows = json.loads(Path(os.environ["INDEP_ACCOUNTS"]).read_text("utf-8"))
    accounts = {row["role"]: row for row in rows}
    known: dict[str | None, Visitor] = {}

    def come(role: str | None = None) -> Visitor:
        if role not in known:
            known[role] = Visitor(url, accounts[role] if role else None)
        return known[role]

    yield come
    for visitor in known.values():
        visitor.http.close()
