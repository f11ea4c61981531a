"""A worker's job that is lost holds nothing back."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.redis import connect_to_redis

from ckanext.indep import waking
from ckanext.indep.catalog.jobs import renew
from ckanext.indep.governance import outbox
from ckanext.indep.insight.pictures import making as pictures_making
from ckanext.indep.insight.pictures.jobs import make_pictures
from ckanext.indep.insight.projection.jobs import bring_up_to_date
from ckanext.indep.insight.report.jobs import make_reports
from ckanext.indep.insight.suggestions.jobs import draw_suggestions
from ckanext.indep.inventory.mailing import send_waiting

JOBS = (
    renew,
    make_pictures,
    bring_up_to_date,
    make_reports,
    draw_suggestions,
    send_waiting,
)


@pytest.fixture
def jobs(with_plugins: None, clean_db: None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The jobs that are asked for, all of which are lost."""
    connect_to_redis().delete(_key())
    asked: list[Any] = []
    monkeypatch.setattr(tk, "enqueue_job", lambda function, **_more: asked.append(function))
    return asked


def _key() -> str:
    return waking.key(outbox.drain)


class TestLostJob:
    def test_many_changes_ask_for_one_job(self, jobs: list[Any]) -> None:
        for _ in range(5):
            outbox.wake()
        assert jobs == [outbox.drain]

    def test_the_next_tick_makes_it_forgotten(self, jobs: list[Any]) -> None:
        outbox.wake()
        outbox.drain()  # what `ckan indep tick` begins with
        outbox.wake()
        assert len(jobs) == 2

    def test_a_part_of_the_queue_does_not(self, jobs: list[Any]) -> None:
        """The job is to do the rest as well."""
        outbox.wake()
        outbox.drain("index")
        outbox.wake()
        assert len(jobs) == 1

    @pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
    def test_so_it_is_with_each_that_does_all_there_is(
        self, job: Any, jobs: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictures_making, "make_due", list)  # needs a worker's context
        waking.wake(job, "Title")
        waking.wake(job, "Title")
        assert jobs == [job]
        job()
        waking.wake(job, "Title")
        assert jobs == [job, job]

    def test_without_a_tick_it_counts_for_seconds_only(self, jobs: list[Any]) -> None:
        outbox.wake()
        assert 0 < connect_to_redis().ttl(_key()) <= 10
