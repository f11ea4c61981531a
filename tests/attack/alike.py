"""Answers made comparable: what they only repeat of the question, and what is new each time."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.attack.probing import REPOSITORY

__all__ = ["PART", "plain", "rules", "unnamed"]

ROUTES = yaml.safe_load((REPOSITORY / "tests/attack/routes.yaml").read_text("utf-8"))
PART = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
NONCE = re.compile(r"[0-9A-Za-z_.-]{60,}|_csrf_token[^>]*|N[0-9a-f]{32}|\d{2}:\d{2}:\d{2}[^<\"]*")
EACH_TIME = {"Content-Length", "Date", "Location", "Set-Cookie"}
"""Headers whose values differ from request to request, or are compared by themselves."""


def rules(probe: str) -> list[str]:
    """Return the addresses that are probed in this way."""
    return [rule for row in ROUTES if row["probe"] == probe for rule in row["rules"]]


def unnamed(text: str, ids: dict[str, str]) -> str:
    """Return an answer without the ids that it repeats of the question."""
    for key, value in ids.items():
        if key == "number":  # but the API has a number too
            text = re.sub(rf"(?<!/api)(/|%2F){value}\b", r"\1<number>", text)
        else:
            text = text.replace(value, f"<{key}>")
    return text


def plain(answer: Any, ids: dict[str, str]) -> tuple[Any, ...]:
    """Return status, body, where one is sent, and headers of an answer to a question on `ids`."""
    headers = sorted(
        (name, "" if name in EACH_TIME else unnamed(value, ids))
        for name, value in answer.headers.items()
        if name != "Content-Length"
    )
    text = NONCE.sub("", unnamed(answer.text, ids))
    return answer.status_code, text, unnamed(answer.headers.get("Location", ""), ids), headers
