"""A story of the API: calls, one after the other, that name parts of their answers."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from typing import Any

import yaml
from ckan.tests import factories

from tests.tools.source import REPOSITORY

Step = dict[str, Any]


def steps_of(name: str) -> list[Step]:
    """The steps of a story, a file of ``docs/``."""
    return yaml.safe_load((REPOSITORY / "docs" / name).read_text("utf-8"))


class Story(ABC):
    """What was told so far: the names that were kept, and who calls with which token."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.kept: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}

    def take(self, step: Step) -> None:
        """Do one step of the story."""
        if "action" not in step:
            self.meanwhile(step)
            return
        result = self.call(step["as"], step["action"], self.filled(step["send"]))
        for name, path in step.get("keep", {}).items():
            self.kept[name] = _part(result, str(path))

    @abstractmethod
    def meanwhile(self, step: Step) -> None:
        """Let something else happen; each story knows what can."""

    def call(self, who: str, action: str, data: dict[str, Any]) -> Any:
        """Call an action over the API; it has to succeed."""
        if who != "resident" and who not in self.tokens:
            self.tokens[who] = factories.APIToken(user=who)["token"]
        headers = {"Authorization": self.tokens[who]} if who != "resident" else {}
        answer = self.app.post(f"/api/3/action/{action}", json=data, headers=headers)
        assert answer.status_code == 200, (who, action, data, answer.json.get("error"))
        return answer.json["result"]

    def filled(self, value: Any) -> Any:
        """Return what is sent, with the names of earlier parts replaced."""
        if isinstance(value, dict):
            return {key: self.filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, str) and value.startswith("{"):
            return self.kept[value.strip("{}")]
        return value


def _part(result: Any, path: str) -> Any:
    """Return a part of an answer: keys and places, or `key=value` for the first such entry."""
    for step in path.split("."):
        if "=" in step:
            key, _sign, value = step.partition("=")
            result = next(each for each in result if each[key] == value)
        else:
            result = result[int(step) if step.isdecimal() else step]
    return result
