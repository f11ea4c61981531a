"""The examples of the API reference, told as one story over the API."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from ckanext.indep import city_time
from ckanext.indep.governance import outbox, policies, verify
from ckanext.indep.governance.model import ChangeRequest
from ckanext.indep.privacy import records
from ckanext.indep.privacy import service as privacy
from ckanext.indep.tabular.jobs import load_table
from tests.committee.conftest import Clock
from tests.docs.story import Step, Story, steps_of
from tests.governance.conftest import COMPLETE, act
from tests.tools.answers import CHECKLIST
from tests.tools.source import REPOSITORY

STEPS = steps_of("examples.yaml")
TITLES = ("Governance", "Committee", "Inventory", "INsight")
OFFICES = {
    "chair": "chair",
    "member": "member",
    "other": "member",
    "secretary": "secretary",
    "privacy": "privacy_reviewer",
    "auditor": "auditor",
}
ROWS = "zip,count\n02116,3\n64050,4\n"


def test_each_action_has_one() -> None:
    reference = (REPOSITORY / "docs/reference/actions.md").read_text("utf-8")
    parts = re.split(r"^## ", reference, flags=re.MULTILINE)
    documented = {
        name
        for part in parts
        if part.partition("\n")[0] in TITLES
        for name in re.findall(r"^### (indep_\w+)", part, flags=re.MULTILINE)
    }
    steps = [*STEPS, *steps_of("examples-insight.yaml")]
    shown = {step["action"] for step in steps if "action" in step}
    assert documented - shown == set()


class CityStory(Story):
    """The story of datasets from their drafts to meetings of the committee."""

    def __init__(self, app: Any, clock: Clock) -> None:
        super().__init__(app)
        self.clock = clock
        week = city_time.today() + dt.timedelta(days=7)
        self.kept.update(in_a_week=week.isoformat(), answers=CHECKLIST)
        self.files: list[str] = []

    def meanwhile(self, step: Step) -> None:
        if "draft" in step:
            self.draft(step["draft"], step["title"], step.get("rows", ROWS))
        elif "worker" in step:
            self.work()
        elif "overtaken" in step:
            self.overtake(self.kept[step["overtaken"]])
        else:
            self.clock.turn_to(dt.datetime.fromisoformat(step["clock"]))

    def draft(self, name: str, title: str, rows: str) -> None:
        """Make a dataset with one file, as a steward."""
        department = act("steward", "organization_show", id="public-works")["id"]
        fields = {**COMPLETE, "title": title, "owner_org": department}
        package = act("steward", "package_create", **fields)
        upload = FileStorage(io.BytesIO(rows.encode()), filename="rows.csv")
        resource = act(
            "steward", "resource_create", package_id=package["id"], name="Rows", format="CSV",
            upload=upload,
        )  # fmt: skip
        self.kept[name] = package["id"]
        self.files.append(resource["id"])

    def work(self) -> None:
        """Do what the worker does."""
        outbox.drain()
        for resource_id in self.files:
            load_table(resource_id)
        self.files.clear()
        for scan in records.waiting(dt.timedelta(), dt.timedelta(), 100):
            privacy.run(scan.subject)
        outbox.drain()

    def overtake(self, request_id: str) -> None:
        """Release another change of the same dataset, while this request stands aside."""
        request = ckan_model.Session.get(ChangeRequest, request_id)
        assert request
        state, live_id = request.state, request.live_id
        _put(request_id, "withdrawn")
        other = act("steward", "indep_request_open", id=live_id)
        act("steward", "package_patch", id=other["workspace_id"], contact_name="Street crew")
        sent = act("steward", "indep_request_submit", id=other["id"])
        self.work()
        decision = {"id": other["id"], "revision_id": sent["revision_id"]}
        assert act("owner", "indep_request_decide", **decision)["state"] == "released"
        _put(request_id, state)
        self.work()


@pytest.fixture
def story(
    app: Any,
    with_plugins: None,
    clean_db: None,
    clean_index: None,
    clean_redis: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[CityStory]:
    """A city whose accounts are named by what they do."""
    policies.load(policies.default_text(), "test")
    for name in ("steward", "owner", "custodian", *OFFICES):
        factories.User(name=name)
    factories.Sysadmin(name="admin")
    for name, office in OFFICES.items():
        helpers.call_action("indep_appointment_create", user=name, office=office)
    staff = [{"name": "steward", "capacity": "editor"}, {"name": "owner", "capacity": "admin"}]
    factories.Organization(name="public-works", users=staff)
    yield CityStory(app, Clock(monkeypatch))
    ckan_model.Session.rollback()


def test_the_story_can_be_told(story: CityStory) -> None:
    for step in STEPS:
        story.take(step)
    assert list(verify.breaches()) == []


def _put(request_id: str, state: str) -> None:
    ckan_model.Session.rollback()
    ckan_model.Session.execute(
        sa.update(ChangeRequest).where(ChangeRequest.id == request_id).values(state=state)
    )
    ckan_model.Session.commit()
