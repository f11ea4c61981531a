"""The commands about policy and record: what they refuse, and what they leave behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.model as ckan_model
import pytest
import sqlalchemy as sa
from ckan.cli.cli import ckan

from ckanext.indep.governance import policies
from ckanext.indep.governance.model import Event
from tests.governance.conftest import City, act, approve

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def load(cli: Any, tmp_path: Path) -> Callable[[str], Any]:
    """Call `ckan indep policy load` with a text."""

    def call(text: str) -> Any:
        path = tmp_path / "policy.yaml"
        path.write_text(text, "utf-8")
        return cli.invoke(ckan, ["indep", "policy", "load", str(path)])

    return call


def _events(name: str) -> list[Any]:
    ckan_model.Session.rollback()
    query = sa.select(Event).where(Event.event == name).order_by(Event.seq)
    return list(ckan_model.Session.execute(query).scalars())


def test_a_bad_file_leaves_the_old_policy_in_force(city: City, load: Callable[[str], Any]) -> None:
    before = policies.in_force()[0].sha256
    loaded = len(_events("policy_loaded"))
    text = policies.default_text()
    number = text[: text.index("electronic_votes:")].count("\n") + 1
    refused = load(text.replace("electronic_votes: true", "electronic_votes: perhaps"))
    assert refused.exit_code == 1
    assert f"line {number}: electronic_votes" in refused.output
    assert "The policy in force stays as it was." in refused.output
    assert policies.in_force()[0].sha256 == before
    assert len(_events("policy_loaded")) == loaded


def test_each_decision_cites_the_version_that_it_was_made_under(
    cli: Any, city: City, submitted: Make, load: Callable[[str], Any]
) -> None:
    """A new version is recorded with its hash, and does not touch what was submitted before."""
    request = submitted()
    old = policies.in_force()[0]
    text = policies.default_text().replace("quorum: 0.5", "quorum: 1.0")
    assert load(text).exit_code == 0
    new = policies.in_force()[0]
    assert (new.id, new.sha256) != (old.id, old.sha256)
    assert _events("policy_loaded")[-1].data["sha256"] == new.sha256
    assert _events("submitted")[-1].data["policy"] == old.sha256
    shown = act(city.owner, "indep_request_show", id=request["id"])
    assert shown["tally"]["quorum"] == 2
    assert approve(city, request)["state"] == "released"
    exported = cli.invoke(ckan, ["indep", "audit", "export"])
    lines = [json.loads(line) for line in exported.output.splitlines() if line.startswith("{")]
    ckan_model.Session.rollback()
    assert len(lines) == ckan_model.Session.query(Event).count()
    head = ckan_model.Session.execute(sa.select(Event.hash).order_by(Event.seq.desc())).scalar()
    assert lines[-1]["hash"] == head
