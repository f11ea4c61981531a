"""The sample's history, played in an empty city: interrupted, finished, and what it leaves."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa
from ckan.tests import factories

from ckanext.indep import city_time
from ckanext.indep.governance import audit, verify
from ckanext.indep.governance.maintenance import reviews
from ckanext.indep.governance.model import ChangeRequest, Event, Publication
from ckanext.indep.governance.states import State
from ckanext.indep.sample import city, history, inventory, load
from ckanext.indep.sample.acting import act

STOPPED_AFTER = 33


class Stopped(Exception):
    """The loading was interrupted."""


@pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
class TestHistory:
    def test_it_leaves_something_for_each_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("ckanext.indep.sample.measures.packages", list)
        assert history.begin("data-steward")
        load.found(load.Accounts(None))
        assert history.begin("data-steward")
        with monkeypatch.context() as patched:
            patched.setattr(history, "_take", _stopping(history._take))
            with pytest.raises(Stopped):
                history.play()
        assert history.play() == len(city.steps()) - STOPPED_AFTER + 1
        assert history.play() == 0
        self._has_requests_in_every_state()
        self._has_releases_of_every_kind()
        self._has_meetings()
        self._has_data_requests()
        assert list(audit.breaks()) == []
        assert list(verify.breaches()) == []
        self._has_a_log_in_the_order_of_time()

    def test_an_older_city_gets_none(self) -> None:
        factories.User(name="data-steward")
        assert not history.begin("data-steward")
        assert abs(history.beginning() - city_time.now()) < dt.timedelta(minutes=1)

    def _has_requests_in_every_state(self) -> None:
        rows = ckan_model.Session.execute(sa.select(ChangeRequest.state)).scalars()
        # What is approved is released at once.
        assert set(rows) == {state.value for state in State} - {State.APPROVED.value}

    def _has_releases_of_every_kind(self) -> None:
        rows = ckan_model.Session.execute(sa.select(Publication.state)).scalars()
        assert set(rows) == {"live", "staff", "withdrawn", "retired"}
        late = {one.name: one.lateness.value for one in reviews.due(city_time.today())}
        assert late == {"food-inspections": "overdue", "hydrant-inspections": "due"}
        (waiting,) = act("auditor", "indep_ratification_list")
        assert waiting["title"] == "Dangerous buildings"

    def _has_meetings(self) -> None:
        meetings = act("committee-secretary", "indep_meeting_list")
        assert [meeting["state"] for meeting in meetings] == [
            "minutes_approved",
            "minutes_drafted",
            "agenda_posted",
            "cancelled",
        ]
        minutes = act("", "indep_minutes_show", number=meetings[0]["number"])["content"]
        outcomes = [item["request"]["outcome"] for item in minutes["items"] if item["request"]]
        assert sorted(outcomes) == ["carried", "carried", "carried", "lost"]
        coming = act("committee-chair", "indep_meeting_show", number=meetings[2]["number"])
        sections = [item["section"] for item in coming["agenda"]]
        assert sections == ["consent", "consent", "discussion", "other", "other"]

    def _has_a_log_in_the_order_of_time(self) -> None:
        """But for what a computer's clock is put right by meanwhile."""
        logged = ckan_model.Session.execute(sa.select(Event.at).order_by(Event.seq)).scalars()
        pairs = itertools.pairwise(list(logged))
        assert all(after > before - history.APART / 2 for before, after in pairs)

    def _has_data_requests(self) -> None:
        known = history.days()
        assert inventory.load_holdings(known) == inventory.load_holdings(known) > 20
        assert inventory.load_requests(known) == inventory.load_requests(known) > 10
        listed = act("", "indep_data_request_list")["results"]
        assert {one["state"] for one in listed} == {"assigned", "answered"}
        shown = act("", "indep_holding_list", limit=100)["results"]
        assert {one["status"] for one in shown} == {
            "released",
            "planned",
            "under_review",
            "withheld",
            "not_assessed",
        }


def _stopping(take: Any) -> Any:
    """Return a function that takes steps as `take` does, and stops after one was done."""
    counted: Iterator[int] = iter(range(1, 1000))

    def stopping(*told: Any, **more: Any) -> None:
        take(*told, **more)
        if next(counted) == STOPPED_AFTER:
            raise Stopped

    return stopping
