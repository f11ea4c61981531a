"""A small API client, the same for both sides, that is quick enough to time servers with."""

from __future__ import annotations

from typing import Any

import requests

from bench.setting import Side

SECONDS = 120


class Client:
    """Calls actions of one side, anonymously, with a role's token or with a token of its own."""

    def __init__(self, side: Side, role: str | None = None, token: str | None = None) -> None:
        self._url = f"{side.url}/api/3/action/"
        self._http = requests.Session()
        token = token or (side.tokens[role] if role else None)
        if token:
            self._http.headers["Authorization"] = token

    def get(self, action: str, **parameters: Any) -> Any:
        """Call a reading action and return its result."""
        return self._result(self._http.get(self._url + action, params=parameters, timeout=SECONDS))

    def post(self, action: str, files: dict[str, Any] | None = None, **data: Any) -> Any:
        """Call a writing action, with a file or without, and return its result."""
        address = self._url + action
        if files:
            return self._result(self._http.post(address, data=data, files=files, timeout=SECONDS))
        return self._result(self._http.post(address, json=data, timeout=SECONDS))

    @staticmethod
    def _result(answer: requests.Response) -> Any:
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.url} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()["result"]
