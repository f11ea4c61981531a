"""What takes long has a queue of its own, so that nobody's file waits for it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import redis

from ckanext.indep import waking
from ckanext.indep.insight import rendering
from ckanext.indep.insight.pictures import jobs as pictures
from ckanext.indep.insight.report import jobs as report
from ckanext.indep.insight.suggestions import jobs as suggestions
from tests.tools.source import REPOSITORY

PARTS = (pictures, report, suggestions)


@pytest.mark.parametrize("part", PARTS, ids=("pictures", "report", "suggestions"))
def test_it_is_not_on_the_queue_of_the_rest(part: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(tk, "enqueue_job", lambda _job, **options: asked.append(options))
    part.request()
    assert [one["queue"] for one in asked] == [rendering.QUEUE]
    assert asked[0]["rq_kwargs"]["ttl"] > 0


@pytest.mark.parametrize("part", PARTS, ids=("pictures", "report", "suggestions"))
def test_without_redis_it_waits_for_a_tick(part: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(waking.log, "warning", lambda text, *parts: said.append(text % parts))

    def refuse(*_all: Any, **_more: Any) -> None:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(tk, "enqueue_job", refuse)
    part.request()
    assert len(said) == 1
    assert "waits for a tick" in said[0]


def test_the_demo_has_a_worker_for_it() -> None:
    text = (REPOSITORY / "docs" / "install.md").read_text("utf-8")
    assert f"jobs worker {rendering.QUEUE}" in text
    assert f'"{rendering.QUEUE}"' in (REPOSITORY / "stack" / "ckan.py").read_text("utf-8")
