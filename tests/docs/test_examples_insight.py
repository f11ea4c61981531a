"""The examples of INsight in the API reference, told as one story over the API."""

from __future__ import annotations

from typing import Any

import click
import pytest
from ckan.tests import factories

from ckanext.indep.insight.cli import insight
from ckanext.indep.insight.suggestions import making
from tests.docs.story import Step, Story, steps_of
from tests.insight.conftest import MEASURE, publish_package
from tests.insight.suggestions.test_suggestions import drawn

__all__ = ["drawn"]

ACCOUNTS = {
    "public-works": {"clerk": "editor", "director": "admin"},
    "city-manager": {"analyst": "member", "manager": "admin"},
}


class QuarterStory(Story):
    """The story of a measure from its figures to a chart on its page."""

    def meanwhile(self, step: Step) -> None:
        assert "worker" in step, step
        with self.app.flask_app.app_context(), click.Context(insight):
            assert making.make_due() > 0


@pytest.fixture
def story(app: Any, unguarded: None, clean_redis: None, drawn: list[Any]) -> QuarterStory:
    """A department with a public measure, and a performance office; accounts by what they do."""
    for office, accounts in ACCOUNTS.items():
        for name in accounts:
            factories.User(name=name)
        users = [{"name": name, "capacity": role} for name, role in accounts.items()]
        organization = factories.Organization(name=office, users=users)
        if office == "public-works":
            publish_package(name="potholes", owner_org=organization["id"], **MEASURE)
    return QuarterStory(app)


def test_the_story_can_be_told(story: QuarterStory) -> None:
    for step in steps_of("examples-insight.yaml"):
        story.take(step)
    shown = story.call("resident", "indep_measure_show", {"id": "potholes"})
    assert (shown["latest"]["numerator"], shown["targets"][-1]["target"]) == (1081, 94)
    [chart] = story.call("resident", "indep_suggestion_list", {"id": "potholes"})
    assert (chart["title"], chart["state"]) == ("Bars by quarter", "accepted")
