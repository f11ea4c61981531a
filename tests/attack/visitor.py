"""One browser session at the portal."""

from __future__ import annotations

import json
import re
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

TOKEN = re.compile(r'name="_csrf_token"[^>]*(?:value|content)="([^"]+)"')
SECONDS = 60


class Visitor:
    """One browser session: cookies, the CSRF token of its pages, and the action API."""

    def __init__(self, url: str, account: dict[str, str] | None = None) -> None:
        self.url = url
        self.http = requests.Session()
        self.token = ""
        self.name = account["name"] if account else ""
        if account:
            self._sign_in(account)
        else:
            # A stranger comes anew each time: no message of one page is shown on the next.
            self.http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get(self, path: str, **arguments: Any) -> requests.Response:
        """Fetch a page, a file or an API answer."""
        return self.http.get(self.url + path, timeout=SECONDS, **arguments)

    def post(self, path: str, **arguments: Any) -> requests.Response:
        """Send something with the session's authority and its CSRF token."""
        headers = {"X-CSRFToken": self.token, "Referer": self.url}
        return self.http.post(self.url + path, headers=headers, timeout=SECONDS, **arguments)

    def act(self, action: str, **data: Any) -> requests.Response:
        """Call an action with a JSON body."""
        return self.post(f"/api/3/action/{action}", json=data)

    def ask(self, action: str, **data: Any) -> requests.Response:
        """Call an action by GET, as a link does."""
        plain = {k: v if isinstance(v, str) else json.dumps(v) for k, v in data.items()}
        return self.get(f"/api/3/action/{action}", params=plain)

    def done(self, action: str, **data: Any) -> Any:
        """Call an action that has to succeed and return its result."""
        answer = self.act(action, **data)
        assert answer.status_code == 200, (action, answer.text[:500])
        return answer.json()["result"]

    def upload(self, package_id: str, filename: str, content: bytes, **fields: str) -> Any:
        """Add a file to a dataset and return the answer."""
        return self.post(
            "/api/3/action/resource_create",
            data={"package_id": package_id, "name": filename, **fields},
            files={"upload": (filename, content)},
        )

    def _sign_in(self, account: dict[str, str]) -> None:
        page = self.get("/user/login").text
        form = {
            "_csrf_token": csrf_token(page),
            "login": account["name"],
            "password": account["password"],
        }
        answer = self.http.post(
            self.url + "/user/login", data=form, headers={"Referer": self.url}, timeout=SECONDS
        )
        assert answer.status_code == 200, answer.text[:300]
        self.token = csrf_token(self.get("/work").text)


def csrf_token(page: str) -> str:
    """Return the token of a page's forms."""
    found = TOKEN.search(page)
    assert found, "the page has no CSRF token"
    return found.group(1)
